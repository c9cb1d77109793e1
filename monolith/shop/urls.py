"""All addresses of the shop; each app has its own list."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path, register_converter
from django.views.decorators.http import require_safe
from django.views.static import serve

from shop.converters import ISODateConverter, OrderNumberConverter

# Before the apps' lists are read, which use them.
register_converter(OrderNumberConverter, "order_number")
register_converter(ISODateConverter, "iso_date")


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Says that the process answers; it asks neither database nor broker, so that their trouble restarts no worker."""
    return JsonResponse({"status": "ok"})


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded file; a shop with a web server in front has that one serve them, and sets SERVE_MEDIA=0."""
    return serve(request, path, document_root=settings.MEDIA_ROOT)


urlpatterns = [
    path("", include("catalog.urls")),
    path("", include("accounts.urls")),
    path("", include("inventory.urls")),
    path("", include("cart.urls")),
    path("", include("orders.urls")),
    path("", include("payments.urls")),
    path("", include("shipping.urls")),
    path("", include("reviews.urls")),
    path("", include("notifications.urls")),
    path("", include("reports.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
if settings.SERVE_MEDIA:
    urlpatterns += [
        re_path(r"^media/(?P<path>.+)$", media, name="media"),
    ]
