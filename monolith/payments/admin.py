from django.contrib import admin

from payments.models import Payment


@admin.register(Payment)
class PaymentAdmin(admin.ModelAdmin):
    """To look at: money is moved by the gateway alone."""

    list_display = ["reference", "order", "amount", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["order"]
    search_fields = ["reference", "order__number"]

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False
