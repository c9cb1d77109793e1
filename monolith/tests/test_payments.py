import json
from decimal import Decimal

import pytest
from django.test import Client

from orders.models import Order
from payments.api import webhook_signature
from payments.client import GatewayUnavailable, HttpGateway, InProcessGateway, PaymentDeclined
from payments.gateway.bank import TRANSITIONS, Bank, Refused, Status
from payments.gateway.server import GatewayServer
from payments.models import Payment


@pytest.fixture(params=["in process", "by http"])
def gateway(request: pytest.FixtureRequest, bank: GatewayServer):
    """Both kinds keep the same promises."""
    if request.param == "in process":
        return InProcessGateway()
    return HttpGateway(url=bank.url, timeout_seconds=2, retries=0)


def test_the_same_key_sets_money_aside_once(gateway) -> None:
    first = gateway.authorise(key="k", amount=Decimal("9.90"), card="tok_4242")
    assert gateway.authorise(key="k", amount=Decimal("9.90"), card="tok_4242") == first
    assert gateway.authorise(key="other", amount=Decimal("9.90"), card="tok_4242") != first


def test_a_declined_card_is_declined_each_time(gateway) -> None:
    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            gateway.authorise(key="k", amount=Decimal("9.90"), card="tok_declined")


def test_doing_twice_is_as_doing_once_and_what_contradicts_is_refused(gateway) -> None:
    reference = gateway.authorise(key="k", amount=Decimal("9.90"), card="tok_4242").reference
    for action in ("capture", "capture", "refund", "refund"):
        gateway.act(reference=reference, action=action)
    with pytest.raises(GatewayUnavailable):
        gateway.act(reference=reference, action="void")


def test_a_key_is_not_taken_for_another_charge() -> None:
    bank = Bank()
    bank.authorise(key="k", amount=Decimal(1), currency="EUR", card="tok_4242")
    with pytest.raises(Refused, match="used for another charge") as refused:
        bank.authorise(key="k", amount=Decimal(2), currency="EUR", card="tok_4242")
    assert refused.value.code == 409


def test_the_table_of_the_bank_names_every_status() -> None:
    assert set(TRANSITIONS) == set(Status)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/charges", b"not json", 400),
        ("/charges", b"[1]", 400),
        ("/charges", b'{"amount": "x"}', 400),
        ("/elsewhere", b"{}", 404),
        ("/charges/ch_000000000000000000000000/capture", b"{}", 404),
    ],
)
def test_the_fake_gateway_says_what_is_wrong(bank: GatewayServer, path: str, body: bytes, status: int) -> None:
    import requests

    answer = requests.post(bank.url + path, data=body, headers={"Idempotency-Key": "k"}, timeout=5)
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.django_db
def test_the_webhook_takes_over_what_the_gateway_signed_and_nothing_else() -> None:
    client = Client(enforce_csrf_checks=True)
    payment = Payment.objects.filter(status="authorised").first()
    assert payment is not None, "the seed leaves some orders to be sent"

    def report(event: str, signature: str | None = None) -> tuple[int, dict]:
        body = json.dumps({"reference": payment.reference, "event": event})
        headers = {"x-signature": signature or webhook_signature(body.encode())}
        answer = client.post("/payments/webhook/", body, content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    assert report("captured", signature="forged")[0] == 403
    assert report("captured", signature="gefälscht")[0] == 403
    assert report("stolen")[0] == 400
    assert report("captured") == (200, {"changed": True})
    assert report("captured") == (200, {"changed": False})
    payment.refresh_from_db()
    assert (payment.status, payment.was_captured) == ("captured", True)
    assert Order.objects.get(payment=payment)
