from django.urls import path

from inventory import api, views

app_name = "inventory"
urlpatterns = [
    path("inventory/low/", views.low_stock, name="low-stock"),
    path("inventory/<int:product_id>/change/", views.stock_change, name="stock-change"),
    path("api/stock/", api.StockListApi.as_view(), name="api-stock-list"),
    path("api/stock/<int:product_id>/", api.StockDetailApi.as_view(), name="api-stock-detail"),
    path("api/stock/<int:product_id>/movements/", api.MovementListApi.as_view(), name="api-movement-list"),
]
