from django.contrib import admin

from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin):
    list_display = ["user", "kind", "order", "product", "created_at", "read_at"]
    list_filter = ["kind"]
    list_select_related = ["user", "order", "product"]
    raw_id_fields = ["user", "order", "product"]
