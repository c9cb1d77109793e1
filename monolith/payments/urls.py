from django.urls import path

from payments import api

app_name = "payments"
urlpatterns = [
    path("payments/webhook/", api.webhook, name="webhook"),
    path("api/payments/<str:reference>/", api.PaymentApi.as_view(), name="api-payment"),
]
