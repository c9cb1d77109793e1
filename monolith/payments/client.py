"""The shop's side of the payment gateway."""

import dataclasses
import logging
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from payments.gateway.bank import Bank, Refused, Status

logger = logging.getLogger(__name__)


class PaymentDeclined(Exception):
    """The customer's bank said no."""


class GatewayUnavailable(Exception):
    """The gateway did not answer, or not with sense, after all tries; whether it did anything is not known."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """Money set aside on the customer's card, to be captured or voided by its reference."""

    reference: str
    amount: Decimal


class Gateway(Protocol):
    def authorise(self, *, key: str, amount: Decimal, card: str) -> Authorisation:
        """Sets the amount aside; the same key never does so twice.

        Raises: PaymentDeclined, GatewayUnavailable.
        """

    def act(self, *, reference: str, action: str) -> None:
        """Does `capture`, `void` or `refund`; twice is as once.

        Raises: GatewayUnavailable.
        """


class HttpGateway:
    """Speaks to a gateway process. Repeating a POST is safe, as each carries an idempotency key or is idempotent."""

    def __init__(self, *, url: str, timeout_seconds: float, retries: int) -> None:
        self.url = url.rstrip("/")
        self.timeout_seconds = timeout_seconds
        retry = Retry(
            total=retries,
            allowed_methods=None,
            status_forcelist=[502, 503, 504],
            backoff_factor=0.1,
            raise_on_status=False,
        )
        self.session = requests.Session()
        self.session.mount(self.url, HTTPAdapter(max_retries=retry))

    def authorise(self, *, key: str, amount: Decimal, card: str) -> Authorisation:
        response = self._post(
            "/charges",
            headers={"Idempotency-Key": key},
            json={"amount": str(amount), "currency": settings.CURRENCY, "card": card},
        )
        if response.status_code == 402:
            raise PaymentDeclined("The card was declined.")
        answer = self._answer(response)
        return Authorisation(reference=answer["reference"], amount=Decimal(answer["amount"]))

    def act(self, *, reference: str, action: str) -> None:
        self._answer(self._post(f"/charges/{reference}/{action}"))

    def _post(self, path: str, **kwargs: Any) -> requests.Response:
        try:
            return self.session.post(self.url + path, timeout=self.timeout_seconds, **kwargs)
        except requests.RequestException as error:
            logger.warning("payment gateway: %s failed: %s", path, error)
            raise GatewayUnavailable("The payment gateway does not answer.") from error

    def _answer(self, response: requests.Response) -> dict[str, str]:
        if response.status_code not in (200, 201):
            logger.warning("payment gateway: answered %s: %.200s", response.status_code, response.text)
            raise GatewayUnavailable(f"The payment gateway answered {response.status_code}.")
        try:
            return response.json()
        except requests.JSONDecodeError as error:
            raise GatewayUnavailable("The payment gateway answered no JSON.") from error


class InProcessGateway:
    """The same bank without a process of its own, so that a checkout works right after cloning.

    Each web worker has its own memory, so a charge that this one does not know is taken to be another worker's.
    """

    def __init__(self) -> None:
        self.bank = Bank()

    def authorise(self, *, key: str, amount: Decimal, card: str) -> Authorisation:
        if card == "tok_fail":
            raise GatewayUnavailable("The payment gateway does not answer.")
        charge = self.bank.authorise(key=key, amount=amount, currency=settings.CURRENCY, card=card)
        if charge.status is Status.DECLINED:
            raise PaymentDeclined("The card was declined.")
        return Authorisation(reference=charge.reference, amount=charge.amount)

    def act(self, *, reference: str, action: str) -> None:
        try:
            self.bank.act(reference=reference, action=action)
        except Refused as error:
            if error.code != 404:
                raise GatewayUnavailable(str(error)) from error


@lru_cache(maxsize=8)
def _gateway(url: str, timeout_seconds: float, retries: int) -> Gateway:
    return HttpGateway(url=url, timeout_seconds=timeout_seconds, retries=retries) if url else InProcessGateway()


def gateway() -> Gateway:
    """The gateway that the settings name; its connections are kept."""
    return _gateway(
        settings.PAYMENT_GATEWAY_URL, settings.PAYMENT_GATEWAY_TIMEOUT_SECONDS, settings.PAYMENT_GATEWAY_RETRIES
    )
