"""The Celery application: `celery -A shop worker` and `celery -A shop beat`."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if settings.CELERY_BROKER_URL.startswith("filesystem:"):
    # The filesystem transport expects its folders to be there.
    for folder in ("queue", "control"):
        (settings.CELERY_FOLDER / folder).mkdir(parents=True, exist_ok=True)
