from django.contrib import admin

from catalog.models import Category, Product, ProductImage, Tag


class ProductImageInline(admin.TabularInline):
    model = ProductImage
    extra = 0


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "parent", "position"]
    list_filter = ["parent"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ["name", "sku", "category", "price", "is_available", "is_active", "rating_average"]
    list_filter = ["is_active", "is_available", "category"]
    search_fields = ["name", "sku"]
    list_select_related = ["category"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["tags"]
    readonly_fields = ["is_available", "rating_average", "rating_count", "created_at", "updated_at"]
    inlines = [ProductImageInline]
