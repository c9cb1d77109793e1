from django.urls import path

from notifications import api, views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.notification_list, name="list"),
    path("notifications/<int:pk>/read/", views.notification_read, name="read"),
    path("api/notifications/", api.NotificationListApi.as_view(), name="api-list"),
]
