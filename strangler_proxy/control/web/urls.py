"""Every page has an address that ends in a slash, and its JSON the same one with `.json` in place of it: a route may be
called `a.json` itself."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from strangler_proxy.control.web import frame, login, static_files
from strangler_proxy.control.web.api.openapi import openapi
from strangler_proxy.control.web.api.strict import strict
from strangler_proxy.control.web.pages import audit, change, group, health, ignore, overview, route, routes, walk


def both(address: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    """The page and its JSON."""
    return [
        path(f"{address}/", view, name=name),
        path(f"{address}.json", strict(view, name), name=f"{name}-json"),
    ]


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="overview")),
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("theme/", frame.theme, name="theme"),
    path("static/<str:digest>/<str:name>", static_files.static_file, name="static"),
    *both("overview", overview.overview, "overview"),
    *both("routes", routes.routes, "routes"),
    *both("routes/<str:name>/change", change.change, "change"),
    *both("routes/<str:name>/walk", walk.walk, "walk"),
    *both("routes/<str:name>/groups/<int:number>/ignore", ignore.ignore, "ignore"),
    *both("routes/<str:name>/groups/<int:number>", group.group, "group"),
    *both("routes/<str:name>", route.route, "route"),
    *both("audit", audit.audit, "audit"),
    *both("health", health.health, "health"),
    path("openapi.json", openapi, name="openapi"),
]
handler400 = "strangler_proxy.control.web.failures.bad_request"
handler404 = "strangler_proxy.control.web.failures.not_found"
