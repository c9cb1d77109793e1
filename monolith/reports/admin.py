from django.contrib import admin

from reports.models import NightlyReport


@admin.register(NightlyReport)
class NightlyReportAdmin(admin.ModelAdmin):
    list_display = ["day", "order_count", "revenue", "item_count", "new_customers", "low_stock_count"]
    list_select_related = ["best_seller"]
    raw_id_fields = ["best_seller"]
    date_hierarchy = "day"
