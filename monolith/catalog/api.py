"""The catalog's JSON API."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import selectors
from catalog.forms import ProductFilterForm
from catalog.models import Product
from catalog.serializers import CategorySerializer, ProductListSerializer, ProductSerializer


def product_or_404(product_id: int) -> Product:
    product = selectors.product_by_id(product_id)
    if product is None:
        raise Http404
    return product


def _last_modified(request: HttpRequest, pk: int) -> datetime | None:
    return selectors.product_updated_at(pk)


def _etag(request: HttpRequest, pk: int) -> str | None:
    """Changes with everything that the product's JSON shows, save the names of its category and tags."""
    updated_at = selectors.product_updated_at(pk)
    return f'"product-{pk}-{updated_at:%Y%m%dT%H%M%S.%f}"' if updated_at else None


class PublicApi(APIView):
    """Answers everyone alike: it looks up no session, so that it depends on no account, and caches may keep it."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []


class ProductListApi(PublicApi, ListAPIView):
    """All products; `?q= category= tag= min_price= max_price= available=1 ordering= page= page_size=`."""

    serializer_class = ProductListSerializer

    def get_queryset(self) -> Any:
        form = ProductFilterForm(self.request.query_params)
        if not form.is_valid():
            raise ValidationError(form.errors)
        return selectors.product_list(form.filters())


class ProductDetailApi(PublicApi):
    """One product; answers 304 to a caller who has it already."""

    @method_decorator(condition(etag_func=_etag, last_modified_func=_last_modified))
    def get(self, request: Request, pk: int) -> Response:
        return Response(ProductSerializer(product_or_404(pk), context={"request": request}).data)


class ProductRelatedApi(PublicApi):
    def get(self, request: Request, pk: int) -> Response:
        related = selectors.product_related(product_or_404(pk))
        return Response(ProductListSerializer(related, many=True, context={"request": request}).data)


class CategoryListApi(PublicApi):
    def get(self, request: Request) -> Response:
        return Response(CategorySerializer(selectors.category_list(), many=True).data)


class CategoryDetailApi(PublicApi):
    def get(self, request: Request, slug: str) -> Response:
        category = selectors.category_by_slug(slug)
        if category is None:
            raise Http404
        return Response(CategorySerializer(category).data)
