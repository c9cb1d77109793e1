"""The cart as JSON."""

from typing import Any

from django.conf import settings
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cart import selectors, services
from cart.views import product_or_404


class ItemSerializer(serializers.Serializer):
    product_id = serializers.IntegerField(min_value=1)
    quantity = serializers.IntegerField(min_value=1, max_value=services.MAX_QUANTITY, default=1)


class QuantitySerializer(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=0, max_value=services.MAX_QUANTITY)


def cart_json(request: Request) -> dict[str, Any]:
    cart = selectors.cart_get(session=request.session)
    return {
        "items": [
            {
                "product_id": line.product.pk,
                "name": line.product.name,
                "unit_price": str(line.product.price),
                "quantity": line.quantity,
                "total": str(line.total),
            }
            for line in cart.lines
        ],
        "count": cart.count,
        "subtotal": str(cart.subtotal),
        "currency": settings.CURRENCY,
    }


class CartApi(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response(cart_json(request))

    def delete(self, request: Request) -> Response:
        services.cart_clear(session=request.session)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CartItemListApi(APIView):
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        serializer = ItemSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        product = product_or_404(serializer.validated_data["product_id"])
        services.cart_item_add(session=request.session, product=product, quantity=serializer.validated_data["quantity"])
        return Response(cart_json(request), status=status.HTTP_201_CREATED)


class CartItemApi(APIView):
    permission_classes = [AllowAny]

    def patch(self, request: Request, product_id: int) -> Response:
        serializer = QuantitySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.cart_item_set(
            session=request.session,
            product=product_or_404(product_id),
            quantity=serializer.validated_data["quantity"],
        )
        return Response(cart_json(request))

    def delete(self, request: Request, product_id: int) -> Response:
        services.cart_item_set(session=request.session, product=product_or_404(product_id), quantity=0)
        return Response(cart_json(request))
