from django.contrib import admin

from reviews.models import Review


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["title", "product", "user", "rating", "status", "created_at"]
    list_filter = ["status", "rating"]
    list_select_related = ["product", "user"]
    raw_id_fields = ["product", "user"]
    search_fields = ["title", "text"]
