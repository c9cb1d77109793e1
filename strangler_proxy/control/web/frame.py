"""What every page has around it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from strangler_proxy import __version__
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.web import static_files
from strangler_proxy.control.web.roles import CHANGE, FORCE, IGNORE, role_of
from strangler_proxy.control.web.site import ENVIRON, Site
from strangler_proxy.errors import StranglerError

THEMES = ("auto", "light", "dark")
PAGES = (("overview", "Overview"), ("routes", "Routes"), ("audit", "Audit"), ("health", "Health"))
"""Name of the address, and what it is called."""
OF_ROUTES = dict.fromkeys(("route", "group", "change", "walk", "ignore"), "routes")
"""Pages below that of all routes."""
COOKIE = "strangler_theme"
_YEAR = 365 * 86_400


def frame(request: HttpRequest) -> dict[str, Any]:
    """Theme, user's rights, and what is wrong with the file."""
    user: Any = getattr(request, "user", AnonymousUser())
    known = user.is_authenticated
    return {
        **bare_frame(request),
        "pages": PAGES,
        "section": _section(request),
        "stage_names": tuple(map(str, Stage)),
        "role": role_of(user) if known else None,
        "may_change": known and user.has_perm(CHANGE),
        "may_force": known and user.has_perm(FORCE),
        "may_ignore": known and user.has_perm(IGNORE),
        "mistakes": _mistakes(request.META.get(ENVIRON)) if known else (),
        "path": request.get_full_path(),
    }


def _section(request: HttpRequest) -> str | None:
    """The name of the page in PAGES that this one belongs to."""
    match = request.resolver_match
    return OF_ROUTES.get(match.url_name, match.url_name) if match else None


def bare_frame(request: HttpRequest) -> dict[str, Any]:
    """What a page needs at least; nothing of it asks the store."""
    theme = request.COOKIES.get(COOKIE)
    return {
        "version": __version__,
        "theme": theme if theme in THEMES else "auto",
        "next_theme": {"light": "dark", "dark": "auto"}.get(theme or "", "light"),
        "style_address": static_files.address("style.css"),
        "script_address": static_files.address("app.js"),
        "htmx_address": static_files.address("htmx.min.js"),
        "icon_address": static_files.address("icon.svg"),
        "base": "strangler/fragment.html" if request.headers.get("HX-Request") else "strangler/base.html",
    }


def _mistakes(site: Site | None) -> tuple[dict[str, str | None], ...]:
    try:
        return site.current.mistakes if site else ()
    except StranglerError:
        return ()  # the page itself is about it then


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme that was chosen, and goes back to the page."""
    chosen, back = str(request.POST.get("theme")), str(request.POST.get("next") or "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(back if here else reverse("overview"))
    if chosen in THEMES:
        answer.set_cookie(COOKIE, chosen, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer
