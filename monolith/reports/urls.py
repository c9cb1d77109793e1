from django.urls import path

from reports import api, views

app_name = "reports"
urlpatterns = [
    path("reports/", views.index, name="index"),
    path("reports/orders.csv", views.orders_csv, name="orders-csv"),
    path("reports/nightly/<iso_date:day>/", views.nightly, name="nightly"),
    path("api/reports/sales/", api.SalesApi.as_view(), name="api-sales"),
]
