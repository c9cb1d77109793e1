"""Makes this process the control plane's Django project, with its store there and up to date.

Importing this module imports Django, so the verbs that need the store import it when they run.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import django
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from strangler_proxy.control.connection import point
from strangler_proxy.control.database import database_of, url_of
from strangler_proxy.control.errors import AnotherDjango
from strangler_proxy.control.schema import bring_up_to_date
from strangler_proxy.control.settings import settings_for

_MARK = "STRANGLER_CONTROL_PLANE"


def ready(state: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Afterwards models, selectors and `record.DjangoStore` work, on the store of the state directory.

    May be called again, also for another state directory: then this thread's connection is to that one's store. Of
    several processes that call it at once, one makes the tables and the others wait for it.

    Raises: BadDatabaseUrl, DriverMissing, StoreUnreachable, StoreIsNewer, NotOurDatabase; AnotherDjango when this
    process runs another Django project.
    """
    database = database_of(url_of(state, environment))
    if not settings.configured:
        settings.configure(**settings_for(state, database), **{_MARK: True})
        django.setup()
    elif not getattr(settings, _MARK, False):
        raise AnotherDjango("this process is another Django project already.", remedy=AnotherDjango.usual_remedy)
    point(DEFAULT_DB_ALIAS, database)
    bring_up_to_date(DEFAULT_DB_ALIAS)
