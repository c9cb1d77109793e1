"""What the fake gateway decides, without any network.

Cards are tokens, as a real gateway's form in the browser would give them. `tok_4242` is good, `tok_declined` declined;
`tok_slow`, `tok_fail` and `tok_flaky` make the server slow, failing, or failing at first.
"""

import dataclasses
import hashlib
import threading
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    AUTHORISED = "authorised"
    DECLINED = "declined"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"


TRANSITIONS: dict[Status, dict[str, Status]] = {
    Status.AUTHORISED: {"capture": Status.CAPTURED, "void": Status.VOIDED},
    Status.CAPTURED: {"capture": Status.CAPTURED, "refund": Status.REFUNDED},
    Status.VOIDED: {"void": Status.VOIDED},
    Status.REFUNDED: {"refund": Status.REFUNDED},
    Status.DECLINED: {},
}
"""Doing the same thing twice is the same as doing it once."""


class Refused(Exception):
    """The request contradicts what the bank knows; `code` is an HTTP status."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    reference: str
    amount: Decimal
    currency: str
    card: str
    status: Status


class Bank:
    """Keeps charges in memory, by reference. Safe to use from several threads."""

    def __init__(self) -> None:
        self._charges: dict[str, Charge] = {}
        self._lock = threading.Lock()

    def authorise(self, *, key: str, amount: Decimal, currency: str, card: str) -> Charge:
        """The charge of this idempotency key: a new one, or the one it had.

        Raises: Refused(409) when the key came with another amount or card; Refused(400) for an amount of nothing.
        """
        if amount <= 0:
            raise Refused(400, "The amount must be above zero.")
        reference = "ch_" + hashlib.sha256(key.encode()).hexdigest()[:24]
        status = Status.DECLINED if card == "tok_declined" else Status.AUTHORISED
        charge = Charge(reference=reference, amount=amount, currency=currency, card=card, status=status)
        with self._lock:
            known = self._charges.setdefault(reference, charge)
        if (known.amount, known.currency, known.card) != (amount, currency, card):
            raise Refused(409, "This idempotency key was used for another charge.")
        return known

    def act(self, *, reference: str, action: str) -> Charge:
        """Captures, voids or refunds a charge.

        Raises: Refused(404) for an unknown charge; Refused(409) when its status does not allow the action.
        """
        with self._lock:
            charge = self._charges.get(reference)
            if charge is None:
                raise Refused(404, f"No charge {reference}.")
            if action not in TRANSITIONS[charge.status]:
                raise Refused(409, f"A charge that is {charge.status} allows no {action}.")
            charge = dataclasses.replace(charge, status=TRANSITIONS[charge.status][action])
            self._charges[reference] = charge
        return charge

    @property
    def charges(self) -> list[Charge]:
        with self._lock:
            return list(self._charges.values())
