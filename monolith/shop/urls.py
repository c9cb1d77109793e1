"""All addresses of the shop; each app has its own list."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Says that the process answers; it asks neither database nor broker, so that their trouble restarts no worker."""
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("", include("catalog.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
if settings.SERVE_MEDIA:
    urlpatterns += [
        re_path(r"^media/(?P<path>.+)$", serve, {"document_root": settings.MEDIA_ROOT}, name="media"),
    ]
