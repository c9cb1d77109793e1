"""How many rows epochs have, for those tables in which an epoch's rows are bounded."""

from collections import Counter

from django.db import models
from django.db.models import Count

from strangler_proxy.control.upsert import AT_ONCE, chunks

REST = "…"
"""Stands for all that was one too many."""


def rows_of(alias: str, model: type[models.Model], epochs: set[int]) -> Counter[int]:
    """Rows that each of the epochs has."""
    counts: Counter[int] = Counter()
    for some in chunks(iter(epochs), AT_ONCE):
        rows = model._default_manager.using(alias).filter(epoch__in=some).values_list("epoch").annotate(Count("id"))
        counts.update(dict(rows))
    return counts
