from django.urls import path

from reviews import api, views

app_name = "reviews"
urlpatterns = [
    path("products/<slug:slug>/reviews/", views.product_reviews, name="product-reviews"),
    path("products/<slug:slug>/reviews/fragment/", views.product_reviews_fragment, name="product-reviews-fragment"),
    path("reviews/moderation/", views.moderation, name="moderation"),
    path("reviews/<int:pk>/moderate/", views.moderate, name="moderate"),
    path("api/products/<int:pk>/reviews/", api.ReviewListApi.as_view(), name="api-review-list"),
    path("api/reviews/<int:pk>/", api.ReviewDetailApi.as_view(), name="api-review-detail"),
]
