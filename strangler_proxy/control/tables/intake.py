"""What keeps the sum right: captures made = compared + not compared by each reason."""

from django.db import models


class LeftCount(models.Model):
    """Captures of a route that were not compared, by hour and reason (`shadow.record.NotCompared`)."""

    route = models.CharField(max_length=200)
    hour = models.IntegerField()
    reason = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "hour", "reason"], name="strangler_left_once")]
        indexes = [models.Index(fields=["hour"], name="strangler_left_age")]


class Intake(models.Model):
    """Captures of a route that were accounted for, by the worker's connection that they came on."""

    connection = models.CharField(max_length=100)
    route = models.CharField(max_length=200)
    count = models.BigIntegerField(default=0)
    last_seen = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "route"], name="strangler_intake_once")]
        indexes = [models.Index(fields=["last_seen"], name="strangler_intake_age")]
