"""Whole exchanges behind the differences, what is private taken out before they come here."""

from django.db import models

from strangler_proxy.control.tables.evidence import Epoch, Group


class Sample(models.Model):
    """One exchange, kept once however many groups it shows."""

    epoch = models.ForeignKey(Epoch, models.CASCADE)
    at = models.FloatField()
    document = models.BinaryField()
    """JSON, compressed with zlib; `control.documents` reads it."""
    size = models.IntegerField()
    """Bytes of the compressed document."""

    class Meta:
        indexes = [models.Index(fields=["at"], name="strangler_sample_age")]


class GroupSample(models.Model):
    """That a group is shown by an exchange."""

    group = models.ForeignKey(Group, models.CASCADE, db_index=False)
    sample = models.ForeignKey(Sample, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "sample"], name="strangler_group_sample_once")]
