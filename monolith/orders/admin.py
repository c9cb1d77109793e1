from django.contrib import admin

from orders.models import Order, OrderItem


class ItemInline(admin.TabularInline):
    model = OrderItem
    extra = 0
    raw_id_fields = ["product"]


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """The status is moved by the shop's own pages, as stock and money hang on it."""

    list_display = ["number", "user", "status", "total", "placed_at"]
    list_filter = ["status", "country"]
    list_select_related = ["user"]
    search_fields = ["number", "user__username", "email"]
    raw_id_fields = ["user"]
    readonly_fields = ["number", "status", "checkout_key", "cancelled_at"]
    date_hierarchy = "placed_at"
    inlines = [ItemInline]

    def has_add_permission(self, request: object) -> bool:
        return False
