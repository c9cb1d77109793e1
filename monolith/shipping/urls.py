from django.urls import path, re_path

from shipping import api, views

app_name = "shipping"
urlpatterns = [
    path("shipping/track/", views.track, name="track"),
    re_path(r"^shipping/track/(?P<code>[Tt][0-9A-Fa-f]{12})/$", views.tracking, name="tracking"),
    path("shipping/orders/<order_number:number>/dispatch/", views.dispatch, name="dispatch"),
    path("api/shipping/rates/", api.RateListApi.as_view(), name="api-rate-list"),
    path("api/shipments/<str:code>/", api.ShipmentApi.as_view(), name="api-shipment"),
]
