"""Payments as JSON, and the address at which the gateway reports."""

import hashlib
import hmac
import json

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from payments import selectors, services
from payments.models import Payment

EVENTS = ("captured", "voided", "refunded")


class PaymentSerializer(serializers.ModelSerializer):
    order = serializers.CharField(source="order.number")

    class Meta:
        model = Payment
        fields = ["reference", "order", "amount", "status", "created_at"]


class PaymentApi(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request: Request, reference: str) -> Response:
        payment = selectors.payment_get(reference=reference, user=request.user)
        if payment is None:
            raise Http404
        return Response(PaymentSerializer(payment).data)


def webhook_signature(body: bytes) -> str:
    """What the gateway has to send as `X-Signature`: HMAC-SHA256 of the body, in hex."""
    return hmac.new(settings.PAYMENT_WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> JsonResponse:
    """Takes `{"reference", "event"}` from the gateway, which proves itself by its signature."""
    signature = request.headers.get("X-Signature", "").encode()
    if not hmac.compare_digest(signature, webhook_signature(request.body).encode()):
        return JsonResponse({"error": "The signature is wrong."}, status=403)
    try:
        message = json.loads(request.body)
        reference, event = message["reference"], message["event"]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "Send reference and event as JSON."}, status=400)
    if event not in EVENTS:
        return JsonResponse({"error": f"No event is called {event!r}."}, status=400)
    return JsonResponse({"changed": services.payment_event(reference=str(reference), event=event)})
