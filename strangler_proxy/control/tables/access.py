"""What keeps strangers out of the dashboard."""

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
