"""How far the monolith is gone, by the hour: who answered users, and how many routes were in which stage."""

from django.db import models


class TrafficCount(models.Model):
    """Users' requests of a route in one hour that one backend answered.

    A tally for people, not a bill: what was answered while no control plane looked is not in it.
    """

    hour = models.IntegerField()
    """Whole hours of Unix time."""
    route = models.CharField(max_length=200)
    """`-`: what no route matches."""
    backend = models.CharField(max_length=100)
    count = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    """Those of them that were answered 5xx, or not at all."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "route", "backend"], name="strangler_traffic_once")]
        indexes = [models.Index(fields=["route", "hour"], name="strangler_traffic_route")]


class StageCount(models.Model):
    """How many routes were in a stage at the end of an hour, or when it was last looked in it."""

    hour = models.IntegerField()
    stage = models.CharField(max_length=20)
    routes = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "stage"], name="strangler_stage_once")]
