"""The catalog as JSON. Money is text with two decimals, times are UTC, addresses of images are absolute."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from catalog.models import Category, Product, ProductImage


class CategoryLinkSerializer(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "slug", "name"]


class CategorySerializer(serializers.ModelSerializer):
    children = CategoryLinkSerializer(many=True)

    class Meta:
        model = Category
        fields = ["id", "slug", "name", "description", "children"]


class ProductImageSerializer(serializers.ModelSerializer):
    url = serializers.ImageField(source="image")

    class Meta:
        model = ProductImage
        fields = ["url", "alt", "width", "height"]


class ProductListSerializer(serializers.ModelSerializer):
    """A product as it stands in a list."""

    category = CategoryLinkSerializer()
    tags = serializers.SlugRelatedField(many=True, read_only=True, slug_field="slug")
    currency = serializers.SerializerMethodField()
    image = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Product
        fields = [
            "id",
            "sku",
            "slug",
            "name",
            "url",
            "category",
            "price",
            "currency",
            "is_available",
            "rating_average",
            "rating_count",
            "tags",
            "image",
        ]

    def get_currency(self, product: Product) -> str:
        return settings.CURRENCY

    def get_image(self, product: Product) -> str | None:
        images = product.images.all()
        return self.context["request"].build_absolute_uri(images[0].image.url) if images else None


class ProductSerializer(ProductListSerializer):
    """A product with all that is known of it."""

    images = ProductImageSerializer(many=True)

    class Meta(ProductListSerializer.Meta):
        fields: list[Any] = [
            *[name for name in ProductListSerializer.Meta.fields if name != "image"],
            "description",
            "weight_grams",
            "images",
            "created_at",
            "updated_at",
        ]


class ProductWithNumericPriceSerializer(ProductSerializer):
    """The planted difference: the price as a number, which loses its type and its second decimal."""

    price = serializers.FloatField()
