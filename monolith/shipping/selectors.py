"""What can be read about parcels."""

from shipping.models import Shipment


def shipment_by_code(code: str) -> Shipment | None:
    """Whoever knows the code may see where the parcel is; the code cannot be guessed."""
    return (
        Shipment.objects.select_related("order").prefetch_related("events").filter(tracking_code=code.upper()).first()
    )
