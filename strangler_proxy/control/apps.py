"""The control plane as a Django app."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    """Tables are called `strangler_…`, so that a person who looks into the database knows whose they are."""

    name = "strangler_proxy.control"
    label = "strangler"
    verbose_name = "Strangler"
    default_auto_field = "django.db.models.BigAutoField"
