from django.contrib import admin

from shipping.models import Shipment, ShipmentEvent


class EventInline(admin.TabularInline):
    model = ShipmentEvent
    extra = 0


@admin.register(Shipment)
class ShipmentAdmin(admin.ModelAdmin):
    list_display = ["tracking_code", "order", "method", "status"]
    list_filter = ["status", "method"]
    list_select_related = ["order"]
    search_fields = ["tracking_code", "order__number"]
    raw_id_fields = ["order"]
    inlines = [EventInline]
