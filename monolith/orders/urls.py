from django.urls import path

from orders import api, views

app_name = "orders"
urlpatterns = [
    path("checkout/", views.checkout, name="checkout"),
    path("orders/", views.order_list, name="list"),
    path("orders/<order_number:number>/", views.order_detail, name="detail"),
    path("orders/<order_number:number>/cancel/", views.order_cancel, name="cancel"),
    path("orders/<order_number:number>/invoice/", views.order_invoice, name="invoice"),
    path("api/orders/", api.OrderListApi.as_view(), name="api-list"),
    path("api/orders/<order_number:number>/", api.OrderDetailApi.as_view(), name="api-detail"),
]
