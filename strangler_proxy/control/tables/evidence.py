"""What the comparisons of a route add up to. There is no row for a comparison: a million of them are some hundred rows.

A comparison leaves behind which difference groups it showed (its signature), so whether it counts as a mismatch can be
decided later, when it is known which groups are noise.

A foreign key that a unique constraint begins with has no index of its own.
"""

from django.db import models


class Epoch(models.Model):
    """A version of a route's service under one set of rules; evidence is reached within one epoch."""

    route = models.CharField(max_length=200)
    name = models.CharField(max_length=100)
    """As the comparer names it: a hash of rules, service and version."""
    comparisons = models.BigIntegerField(default=0)
    asked_twice = models.BigIntegerField(default=0)
    """Comparisons for which the monolith was asked a second time, to learn its noise."""
    first_seen = models.FloatField()
    last_seen = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "name"], name="strangler_epoch_once")]
        indexes = [
            models.Index(fields=["last_seen"], name="strangler_epoch_age"),
            models.Index(fields=["route", "last_seen"], name="strangler_epoch_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.name}"


class Group(models.Model):
    """All differences of an epoch at one path (list positions folded) and of one kind."""

    epoch = models.ForeignKey(Epoch, models.CASCADE, db_index=False)
    path = models.CharField(max_length=500)
    kind = models.CharField(max_length=10)
    count = models.BigIntegerField(default=0)
    """Comparisons that showed it, however often in one answer."""
    asked_count = models.BigIntegerField(default=0)
    """Those of them for which the monolith was asked a second time."""
    noise_count = models.BigIntegerField(default=0)
    """Second answers of the monolith that differed from its own first one in this way."""
    first_seen = models.FloatField()
    last_seen = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["epoch", "path", "kind"], name="strangler_group_once")]

    def __str__(self) -> str:
        return f"{self.path} {self.kind}"


class Signature(models.Model):
    """A set of groups that a comparison showed all together; the empty one means that nothing differed."""

    epoch = models.ForeignKey(Epoch, models.CASCADE, db_index=False)
    digest = models.CharField(max_length=40)
    """Names the set within its epoch."""
    groups = models.JSONField(default=list)
    """Ids of the groups. Empty although `severity` says that something differed: the epoch had too many sets already,
    and such a comparison counts as a mismatch whatever is noise."""
    severity = models.CharField(max_length=10, blank=True)
    """The gravest of the differences, noise or not; empty: nothing differed."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["epoch", "digest"], name="strangler_signature_once")]

    def __str__(self) -> str:
        return self.digest or "nothing differed"


class Outcome(models.Model):
    """Comparisons that ended alike."""

    epoch = models.ForeignKey(Epoch, models.CASCADE, db_index=False)
    signature = models.ForeignKey(Signature, models.CASCADE)
    failure = models.CharField(max_length=20, blank=True)
    """`CandidateFailure`; empty: the candidate answered."""
    primary_error = models.BooleanField()
    """The primary was 5xx."""
    candidate_error = models.BooleanField()
    """The candidate was 5xx."""
    not_seen = models.BooleanField()
    """Something could not be compared."""
    count = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


OUTCOME_KEY = ("epoch", "signature", "failure", "primary_error", "candidate_error", "not_seen")
"""What makes two comparisons end alike."""


class TotalOutcome(Outcome):
    """Over the whole epoch: what a verdict is reached from, and what the overview reads."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=OUTCOME_KEY, name="strangler_total_once")]


class HourlyOutcome(Outcome):
    """By the hour, for charts over time."""

    hour = models.IntegerField()
    primary_ms = models.FloatField(default=0)
    """Milliseconds of all primaries together; over `count` it is their mean."""
    candidate_ms = models.FloatField(default=0)
    """Milliseconds of all candidates that answered."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=(*OUTCOME_KEY, "hour"), name="strangler_hour_once")]
        indexes = [models.Index(fields=["hour"], name="strangler_hour_age")]


class LatencyCount(models.Model):
    """How often an answer of one side took a time of one bucket (`rollout.latency.bucket_of`)."""

    epoch = models.ForeignKey(Epoch, models.CASCADE, db_index=False)
    is_candidate = models.BooleanField()
    bucket = models.IntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["epoch", "is_candidate", "bucket"], name="strangler_latency_once")
        ]


class ShapeCount(models.Model):
    """How often a kind of request was compared."""

    epoch = models.ForeignKey(Epoch, models.CASCADE, db_index=False)
    shape = models.CharField(max_length=300)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["epoch", "shape"], name="strangler_shape_once")]


class Address(models.Model):
    """A path that was compared, whatever its query; which one it was cannot be told any more."""

    epoch = models.ForeignKey(Epoch, models.CASCADE, db_index=False)
    digest = models.BigIntegerField()
    """`shadow.address.address_of`."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["epoch", "digest"], name="strangler_address_once")]


class IgnoreUse(models.Model):
    """In how many comparisons an ignore took something out."""

    epoch = models.ForeignKey(Epoch, models.CASCADE, db_index=False)
    rule = models.CharField(max_length=500)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["epoch", "rule"], name="strangler_ignore_once")]
