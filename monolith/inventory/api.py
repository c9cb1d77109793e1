"""Stock as JSON."""

from typing import Any

from django.http import Http404
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory import selectors, services
from inventory.models import Stock, StockMovement


class StaffPermissions(DjangoModelPermissions):
    """Reading asks for the view permission, too."""

    perms_map = {**DjangoModelPermissions.perms_map, "GET": ["%(app_label)s.view_%(model_name)s"]}


class StockSerializer(serializers.ModelSerializer):
    sku = serializers.CharField(source="product.sku")
    name = serializers.CharField(source="product.name")

    class Meta:
        model = Stock
        fields = ["product_id", "sku", "name", "quantity", "reorder_level", "is_low", "place"]


class MovementSerializer(serializers.ModelSerializer):
    order = serializers.CharField(source="order.number", default=None, read_only=True)
    user = serializers.CharField(source="user.username", default=None, read_only=True)

    class Meta:
        model = StockMovement
        fields = ["id", "change", "quantity_after", "reason", "order", "user", "created_at"]
        read_only_fields = ["quantity_after", "created_at"]


class StockListApi(ListAPIView):
    """All stocks, for staff; `?low=1` for those below their reorder level."""

    queryset = Stock.objects.none()
    permission_classes = [StaffPermissions]
    serializer_class = StockSerializer

    def get_queryset(self) -> Any:
        return selectors.stock_list(low_only=self.request.query_params.get("low") == "1")


class StockDetailApi(APIView):
    """What a customer may know of a stock; from ten pieces on, not how many."""

    def get(self, request: Request, product_id: int) -> Response:
        stock = selectors.stock_get(product_id=product_id)
        if stock is None:
            raise Http404
        few = stock.quantity if stock.quantity < 10 else None
        return Response({"product_id": product_id, "is_available": stock.quantity > 0, "pieces_left": few})


class MovementListApi(ListAPIView):
    """The movements of a stock, the newest first; staff add one by POST."""

    queryset = StockMovement.objects.none()
    permission_classes = [StaffPermissions]
    serializer_class = MovementSerializer

    def get_queryset(self) -> Any:
        return selectors.movement_list(product_id=self.kwargs["product_id"])

    def post(self, request: Request, product_id: int) -> Response:
        serializer = MovementSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            movement = services.stock_change(product_id=product_id, user=request.user, **serializer.validated_data)
        except Stock.DoesNotExist as error:
            raise Http404 from error
        except services.OutOfStock as error:
            raise ValidationError({"change": [f"Only {error.available[product_id]} pieces are there."]}) from error
        return Response(MovementSerializer(movement).data, status=status.HTTP_201_CREATED)
