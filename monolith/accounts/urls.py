from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from accounts import api, views

app_name = "accounts"
urlpatterns = [
    path("accounts/register/", views.register, name="register"),
    path("accounts/login/", auth.LoginView.as_view(template_name="accounts/login.html"), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/avatar/", views.avatar, name="avatar"),
    path(
        "accounts/password/",
        auth.PasswordChangeView.as_view(
            template_name="accounts/password_change.html", success_url=reverse_lazy("accounts:password-change-done")
        ),
        name="password-change",
    ),
    path(
        "accounts/password/done/",
        auth.PasswordChangeDoneView.as_view(template_name="accounts/password_change_done.html"),
        name="password-change-done",
    ),
    path("accounts/addresses/", views.address_list, name="address-list"),
    path("accounts/addresses/add/", views.address_add, name="address-add"),
    path("accounts/addresses/<int:pk>/", views.address_edit, name="address-edit"),
    path("accounts/addresses/<int:pk>/delete/", views.address_delete, name="address-delete"),
    path("api/session/", api.SessionApi.as_view(), name="api-session"),
    path("api/profile/", api.ProfileApi.as_view(), name="api-profile"),
]
