"""Reviews as JSON."""

from typing import Any

from django.core.exceptions import ValidationError as InvalidReview
from django.http import Http404
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api import product_or_404
from reviews import selectors, services
from reviews.models import Review


class ReviewSerializer(serializers.ModelSerializer):
    author = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        model = Review
        fields = ["id", "product_id", "author", "rating", "title", "text", "status", "created_at"]
        read_only_fields = ["status", "created_at"]


class ReviewListApi(ListAPIView):
    """The approved reviews of a product; POST adds the user's own."""

    serializer_class = ReviewSerializer

    def get_queryset(self) -> Any:
        return selectors.review_list(product_id=product_or_404(self.kwargs["pk"]).pk)

    def post(self, request: Request, pk: int) -> Response:
        serializer = ReviewSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            review = services.review_create(product=product_or_404(pk), user=request.user, **serializer.validated_data)
        except InvalidReview as error:
            raise ValidationError({"detail": error.messages}) from error
        return Response(ReviewSerializer(review).data, status=status.HTTP_201_CREATED)


class ReviewDetailApi(APIView):
    """One review; its author and moderators see it before it is approved, and may delete it."""

    def _review(self, request: Request, pk: int) -> Review:
        review = selectors.review_get(review_id=pk)
        if review is None or (review.status != Review.Status.APPROVED and not self._may_change(request, review)):
            raise Http404
        return review

    def _may_change(self, request: Request, review: Review) -> bool:
        return review.user_id == request.user.pk or request.user.has_perm("reviews.moderate_review")

    def get(self, request: Request, pk: int) -> Response:
        return Response(ReviewSerializer(self._review(request, pk)).data)

    def delete(self, request: Request, pk: int) -> Response:
        review = self._review(request, pk)
        if not self._may_change(request, review):
            raise PermissionDenied
        services.review_delete(review=review)
        return Response(status=status.HTTP_204_NO_CONTENT)
