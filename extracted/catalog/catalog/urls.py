from django.urls import path

from catalog import api, views

app_name = "catalog"
urlpatterns = [
    path("", views.home, name="home"),
    path("products/", views.product_list, name="product-list"),
    path("products/<slug:slug>/", views.product_detail, name="product-detail"),
    path("categories/", views.category_list, name="category-list"),
    path("categories/<slug:slug>/", views.category_detail, name="category-detail"),
    path("api/products/", api.ProductListApi.as_view(), name="api-product-list"),
    path("api/products/<int:pk>/", api.ProductDetailApi.as_view(), name="api-product-detail"),
    path("api/products/<int:pk>/related/", api.ProductRelatedApi.as_view(), name="api-product-related"),
    path("api/categories/", api.CategoryListApi.as_view(), name="api-category-list"),
    path("api/categories/<slug:slug>/", api.CategoryDetailApi.as_view(), name="api-category-detail"),
]
