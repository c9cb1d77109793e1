"""What keeps strangers out of the dashboard."""

from django.conf import settings
from django.db import models


class LoginFailure(models.Model):
    """One failed login; `control.web.login_limit` says how many are too many."""

    at = models.FloatField(db_index=True)
    name = models.CharField(max_length=150)
    address = models.CharField(max_length=50)
    """Of the browser, as far as trusted proxies tell it."""

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="strangler_login_address")]

    def __str__(self) -> str:
        return f"{self.name} from {self.address}"


class ApiToken(models.Model):
    """What a program shows in place of a session: one a user, with the user's rights."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of it, in hex; the token itself is kept nowhere."""
    made_at = models.FloatField()
    expires_at = models.FloatField(null=True)
    """From when on it opens nothing; None: it never ends by itself."""

    def __str__(self) -> str:
        return f"of {self.user}"
