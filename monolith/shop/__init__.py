"""The project package: settings, URLs, middleware and what all apps share."""

from shop.celery import app as celery_app

__all__ = ["celery_app"]
