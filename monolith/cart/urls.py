from django.urls import path

from cart import api, views

app_name = "cart"
urlpatterns = [
    path("cart/", views.cart_detail, name="detail"),
    path("cart/add/<int:product_id>/", views.cart_add, name="add"),
    path("cart/update/<int:product_id>/", views.cart_update, name="update"),
    path("cart/remove/<int:product_id>/", views.cart_remove, name="remove"),
    path("cart/clear/", views.cart_clear, name="clear"),
    path("api/cart/", api.CartApi.as_view(), name="api-cart"),
    path("api/cart/items/", api.CartItemListApi.as_view(), name="api-item-list"),
    path("api/cart/items/<int:product_id>/", api.CartItemApi.as_view(), name="api-item"),
]
