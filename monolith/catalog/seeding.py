"""The catalog's part of `manage.py seed`.

Product n is the same in a small and in a large shop. What is there already, by slug or article number, stays as it is.
"""

from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction

from catalog.models import Category, Product, ProductImage, Tag
from catalog.seed_images import SIZE, product_picture
from shop.seeding import BATCH, EPOCH, seeded_random

ROOMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "Kitchen": (
        "To cook with, and to cook well.",
        {
            "Pots and pans": ["Saucepan", "Frying Pan", "Casserole", "Stock Pot", "Skillet"],
            "Knives and boards": ["Chef's Knife", "Bread Knife", "Cutting Board", "Paring Knife"],
            "Table": ["Plate", "Bowl", "Mug", "Carafe", "Serving Dish", "Salad Servers"],
        },
    ),
    "Living": (
        "Light, warmth, and somewhere to sit.",
        {
            "Lamps": ["Desk Lamp", "Floor Lamp", "Pendant Lamp", "Reading Light"],
            "Linen and wool": ["Blanket", "Cushion", "Throw", "Table Runner", "Curtain"],
            "Small furniture": ["Stool", "Side Table", "Shelf", "Coat Rack", "Bench"],
        },
    ),
    "Workshop": (
        "Tools that can be sharpened, oiled and handed down.",
        {
            "Hand tools": ["Hand Plane", "Chisel", "Mallet", "Spokeshave", "Pocket Rule"],
            "Storage": ["Tool Box", "Crate", "Tin", "Hook Rail"],
        },
    ),
    "Garden": (
        "For pots on the sill and beds behind the house.",
        {
            "Planting": ["Planter", "Trowel", "Seed Box", "Watering Can", "Dibber"],
            "Outdoors": ["Lantern", "Fire Bowl", "Folding Chair", "Bird Feeder"],
        },
    ),
    "Desk": (
        "Paper, ink, and a tidy place for both.",
        {
            "Paper": ["Notebook", "Sketchbook", "Letter Set", "Calendar"],
            "Writing": ["Fountain Pen", "Pencil Set", "Ink Well", "Pen Tray"],
        },
    ),
}
ADJECTIVES = [
    "Plain", "Quiet", "Everyday", "Sturdy", "Little", "Big", "Round", "Tall", "Slim", "Heavy",
    "Old", "Nordic", "Coastal", "Alpine", "Rustic", "Classic", "Fine", "Honest", "Bright", "Dark",
]  # fmt: skip
WOODS = ["Oak", "Ash", "Walnut", "Beech", "Cherry", "Maple"]
METALS = ["Steel", "Copper", "Brass", "Cast Iron", "Enamel"]
CLAYS = ["Stoneware", "Porcelain", "Earthenware", "Glass"]
CLOTHS = ["Linen", "Wool", "Cotton", "Felt", "Mohair"]
MATERIALS = {
    "Pots and pans": METALS,
    "Knives and boards": WOODS,
    "Table": CLAYS,
    "Lamps": [*METALS, *WOODS],
    "Linen and wool": CLOTHS,
    "Small furniture": WOODS,
    "Hand tools": [*WOODS, "Steel", "Brass"],
    "Storage": [*WOODS, "Steel"],
    "Planting": ["Copper", "Brass", "Zinc", "Steel"],
    "Outdoors": METALS,
    "Paper": ["Cotton", "Leather", "Cork", "Felt"],
    "Writing": [*WOODS, "Brass", "Glass"],
}
TAGS = ["Gift", "Handmade", "Mendable", "New", "Organic", "Plastic-free", "Recycled", "Regional", "Sale", "Vintage"]
SENTENCES = [
    "Made in small batches by people who use it themselves.",
    "It will pick up marks over the years, and be the better for them.",
    "Every part can be replaced, and we stock them all.",
    "Wipe with a damp cloth; oil once a year.",
    "The shape has not changed since 1934, as nobody found a better one.",
    "Packed in paper, without plastic.",
    "Goes in the dishwasher, though it would rather not.",
    "Comes with a lifetime guarantee, yours or its own.",
]


def slug_of(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text.lower().replace("'", "")).strip("-")


def categories_seed() -> None:
    for position, (name, (description, shelves)) in enumerate(ROOMS.items()):
        room, _ = Category.objects.get_or_create(
            slug=slug_of(name), defaults={"name": name, "description": description, "position": position}
        )
        for place, shelf in enumerate(shelves):
            Category.objects.get_or_create(
                slug=slug_of(shelf),
                defaults={"name": shelf, "parent": room, "position": place, "description": f"{name}: {shelf.lower()}."},
            )


def tags_seed() -> None:
    Tag.objects.bulk_create([Tag(name=name, slug=slug_of(name)) for name in TAGS], ignore_conflicts=True)


def _product(number: int, shelves: list[tuple[Category, list[str]]]) -> Product:
    rng = seeded_random("product", number)
    category, nouns = shelves[number % len(shelves)]
    name = f"{rng.choice(ADJECTIVES)} {rng.choice(MATERIALS[category.name])} {rng.choice(nouns)}"
    created_at = EPOCH + timedelta(minutes=4 * number, seconds=rng.randrange(60))
    return Product(
        category=category,
        name=name,
        slug=f"{slug_of(name)}-{number + 1}",
        sku=f"HH-{number + 1:06d}",
        description=" ".join(rng.sample(SENTENCES, 3)),
        price=Decimal(rng.randrange(6, 240)) + rng.choice([Decimal("0.00"), Decimal("0.50"), Decimal("0.90")]),
        weight_grams=rng.randrange(100, 6000, 50),
        is_active=number % 50 != 49,
        created_at=created_at,
        updated_at=created_at,
    )


@transaction.atomic
def products_seed(*, count: int) -> int:
    """Makes those of the first `count` products that are missing, with their tags; returns how many."""
    by_name = {category.name: category for category in Category.objects.all()}
    shelves = [(by_name[shelf], nouns) for _, shelves in ROOMS.values() for shelf, nouns in shelves.items()]
    known = set(Product.objects.values_list("sku", flat=True))
    missing = [n for n in range(count) if f"HH-{n + 1:06d}" not in known]
    made = Product.objects.bulk_create([_product(n, shelves) for n in missing], batch_size=BATCH)
    tags = list(Tag.objects.order_by("slug"))
    links = [
        Product.tags.through(product_id=product.pk, tag_id=tag.pk)
        for n, product in zip(missing, made, strict=True)
        for tag in seeded_random("tags", n).sample(tags, seeded_random("tag-count", n).randrange(1, 4))
    ]
    Product.tags.through.objects.bulk_create(links, batch_size=BATCH)
    return len(made)


def images_seed(*, count: int) -> int:
    """Draws pictures for the newest `count` products of the seed, three for every fifth; returns how many it made."""
    products = Product.objects.filter(sku__startswith="HH-", images=None).order_by("-sku")
    images = []
    for product in products[: max(0, count - ProductImage.objects.values("product").distinct().count())]:
        for variant in range(3 if int(product.sku[3:]) % 5 == 0 else 1):
            name = f"products/{product.sku.lower()}-{variant + 1}.jpg"
            image = ProductImage(product=product, alt=f"{product.name}, a drawing", position=variant)
            storage = image.image.storage
            if not storage.exists(name):
                storage.save(name, ContentFile(product_picture(product.sku, variant=variant)))
            images.append(image)
            image.image.name, image.width, image.height = name, *SIZE
    ProductImage.objects.bulk_create(images, batch_size=BATCH)
    return len(images)
