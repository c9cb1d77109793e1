"""Orders as JSON."""

import uuid
from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.selectors import address_get
from cart.selectors import cart_get
from cart.services import cart_clear
from inventory.services import OutOfStock
from orders import selectors, services
from orders.models import Order, OrderItem
from payments.client import GatewayUnavailable, PaymentDeclined
from shipping.models import Shipment


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "out_of_stock"


class Declined(APIException):
    status_code = status.HTTP_402_PAYMENT_REQUIRED
    default_detail = "The card was declined."
    default_code = "declined"


class Unavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The payment service does not answer; send the same checkout_key again."
    default_code = "payment_unavailable"


class OrderListSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["number", "status", "total", "placed_at"]


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = OrderItem
        fields = ["product_id", "sku", "name", "unit_price", "quantity", "total"]


class OrderSerializer(serializers.ModelSerializer):
    items = ItemSerializer(many=True)
    tracking_code = serializers.CharField(source="shipment.tracking_code")
    payment_status = serializers.CharField(source="payment.status")

    class Meta:
        model = Order
        fields = [
            "number",
            "status",
            "name",
            "street",
            "postal_code",
            "city",
            "country",
            "items",
            "subtotal",
            "shipping_price",
            "total",
            "payment_status",
            "tracking_code",
            "placed_at",
            "cancelled_at",
        ]


class PlaceSerializer(serializers.Serializer):
    address_id = serializers.IntegerField()
    shipping_method = serializers.ChoiceField(choices=Shipment.Method.choices, default=Shipment.Method.STANDARD)
    card = serializers.CharField(max_length=40)
    checkout_key = serializers.UUIDField(default=uuid.uuid4)


class OrderListApi(ListAPIView):
    """The user's orders; POST buys what is in the cart."""

    permission_classes = [IsAuthenticated]
    serializer_class = OrderListSerializer

    def get_queryset(self) -> Any:
        return selectors.order_list(user=self.request.user)

    def post(self, request: Request) -> Response:
        serializer = PlaceSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wish = serializer.validated_data
        address = address_get(user=request.user, address_id=wish.pop("address_id"))
        if address is None:
            raise ValidationError({"address_id": ["You have no such address."]})
        cart = cart_get(session=request.session)
        try:
            order = services.order_place(user=request.user, cart=cart, address=address, language=get_language(), **wish)
        except services.EmptyCart as error:
            raise ValidationError({"cart": [str(error)]}) from error
        except OutOfStock as error:
            left = {str(product): pieces for product, pieces in error.available.items()}
            raise Conflict({"detail": "Too few pieces are left.", "available": left}) from error
        except PaymentDeclined as error:
            raise Declined from error
        except GatewayUnavailable as error:
            raise Unavailable from error
        cart_clear(session=request.session)
        placed = selectors.order_by_number(number=order.number)
        return Response(
            OrderSerializer(placed).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/orders/{order.number}/"},
        )


class OrderDetailApi(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request: Request, number: str) -> Response:
        order = selectors.order_by_number(number=number, user=request.user)
        if order is None:
            raise Http404
        return Response(OrderSerializer(order).data)
