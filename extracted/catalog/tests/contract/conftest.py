"""The service, on the data that the contract was recorded from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

HERE = Path(__file__).parent


@pytest.fixture
def strangler_against(db: None, settings: Any) -> Callable[..., Any]:
    """What each recorded exchange is asked of: the application itself, in this process."""
    settings.ALLOWED_HOSTS = ["*"]
    call_command("loaddata", str(HERE / "data.json"), verbosity=0)
    return get_wsgi_application()
