"""Rates and tracking as JSON."""

from decimal import Decimal

from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shipping import selectors
from shipping.models import Shipment, ShipmentEvent
from shipping.rates import rates


class RateQuery(serializers.Serializer):
    country = serializers.CharField(max_length=2)
    weight_grams = serializers.IntegerField(min_value=0, max_value=1_000_000)
    subtotal = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0, default=Decimal("0.00"))


class RateSerializer(serializers.Serializer):
    code = serializers.CharField()
    price = serializers.DecimalField(max_digits=10, decimal_places=2)
    days = serializers.IntegerField()


class EventSerializer(serializers.ModelSerializer):
    class Meta:
        model = ShipmentEvent
        fields = ["status", "place", "at"]


class ShipmentSerializer(serializers.ModelSerializer):
    events = EventSerializer(many=True)

    class Meta:
        model = Shipment
        fields = ["tracking_code", "method", "status", "events"]


class RateListApi(APIView):
    """`?country=DE&weight_grams=1200&subtotal=40.00`"""

    def get(self, request: Request) -> Response:
        query = RateQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        try:
            found = rates(**query.validated_data)
        except ValueError as error:
            raise ValidationError({"country": [str(error)]}) from error
        return Response(RateSerializer(found, many=True).data)


class ShipmentApi(APIView):
    def get(self, request: Request, code: str) -> Response:
        shipment = selectors.shipment_by_code(code)
        if shipment is None:
            raise Http404
        return Response(ShipmentSerializer(shipment).data)
