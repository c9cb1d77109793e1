"""What the controller must remember across a kill: where each route is on its walk, and which controller leads."""

from django.db import models


class WalkState(models.TextChoices):
    """What a walk is doing."""

    WALKING = "walking"
    PAUSED = "paused"
    ARRIVED = "arrived"
    ROLLED_BACK = "rolled-back"


class Walk(models.Model):
    """A route on its way through its steps."""

    route = models.CharField(max_length=200, unique=True)
    number = models.IntegerField(default=1)
    """Which walk of the route this is; grows."""
    step = models.IntegerField(default=0)
    """Steps that it has taken: with the row's id and `number` it names the next one once and for all."""
    step_since = models.DateTimeField()
    """When the route came to the stage and share that it has."""
    state = models.CharField(max_length=20, choices=WalkState.choices, default=WalkState.WALKING)
    began_by = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    """Why it is in this state, in words."""
    notes = models.JSONField(default=dict)
    """What is counted in this step, see `controller.progress`."""

    def __str__(self) -> str:
        return f"{self.route} at step {self.step}, {self.state}"


class Leadership(models.Model):
    """The lease under which one of several controllers leads; there is one row, of id 1."""

    holder = models.CharField(max_length=200)
    until = models.FloatField()
    """Unix time in seconds at which the lease ends unless it is renewed."""
    term = models.BigIntegerField(default=0)
    """Grows with each new holder; what an earlier holder still writes can be told by it."""

    def __str__(self) -> str:
        return f"{self.holder}, term {self.term}"
