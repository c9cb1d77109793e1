from django.contrib import admin

from inventory.models import Stock, StockMovement


@admin.register(Stock)
class StockAdmin(admin.ModelAdmin):
    """The quantity is changed by movements alone."""

    list_display = ["product", "quantity", "reorder_level", "place"]
    list_select_related = ["product"]
    search_fields = ["product__name", "product__sku"]
    autocomplete_fields = ["product"]
    readonly_fields = ["quantity"]


@admin.register(StockMovement)
class StockMovementAdmin(admin.ModelAdmin):
    list_display = ["created_at", "stock", "change", "quantity_after", "reason", "order", "user"]
    list_filter = ["reason"]
    list_select_related = ["stock", "order", "user"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False
