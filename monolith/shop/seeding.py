"""What the apps' seeds share. They use no clock and no global chance, so that each run makes the same."""

import random
from datetime import UTC, datetime

EPOCH = datetime(2025, 1, 1, 8, 0, tzinfo=UTC)
"""The day that the shop opened. Products come within its first two months, orders in the three after."""

BATCH = 1000


def seeded_random(kind: str, number: int) -> random.Random:
    """Chance that is the same for the same thing, however many others there are."""
    return random.Random(f"hearth-and-hand/{kind}/{number}")
