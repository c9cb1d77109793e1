from decimal import Decimal

import pytest
from django.db.models import Avg, Count, Q
from django.test import Client

from accounts.models import User
from catalog.models import Product
from notifications.models import Notification
from reviews.models import Review

pytestmark = pytest.mark.django_db
FORM = {"rating": 2, "title": "Wobbly", "text": "It wobbles."}


@pytest.fixture
def unreviewed(product: Product) -> Product:
    for review in Review.objects.filter(product=product):
        review.delete()
    return Product.objects.get(pk=product.pk)


def test_a_review_counts_once_a_moderator_has_approved_it(
    customer: Client, staff: Client, client: Client, ada: User, unreviewed: Product
) -> None:
    url = f"/products/{unreviewed.slug}/reviews/"
    assert (unreviewed.rating_average, unreviewed.rating_count) == (Decimal(0), 0)
    assert customer.post(url, FORM).status_code == 302
    assert "waiting for approval" in customer.get(url).content.decode()
    assert "Wobbly" not in client.get(url).content.decode()

    review = Review.objects.get(user=ada, product=unreviewed)
    assert client.get(f"/api/reviews/{review.pk}/").status_code == 404
    assert "Wobbly" in staff.get("/reviews/moderation/").content.decode()
    staff.post(f"/reviews/{review.pk}/moderate/", {"verdict": "approve"})
    unreviewed.refresh_from_db()
    assert (unreviewed.rating_average, unreviewed.rating_count) == (Decimal(2), 1)
    assert "Wobbly" in client.get(f"{url}fragment/").content.decode()
    assert Notification.objects.get(user=ada, kind="review_approved").product == unreviewed

    assert customer.delete(f"/api/reviews/{review.pk}/").status_code == 204
    unreviewed.refresh_from_db()
    assert unreviewed.rating_count == 0


def test_a_user_reviews_a_product_once(customer: Client, unreviewed: Product) -> None:
    url = f"/api/products/{unreviewed.pk}/reviews/"
    assert customer.post(url, FORM, content_type="application/json").status_code == 201
    again = customer.post(url, FORM, content_type="application/json")
    assert again.json() == {"detail": ["You have reviewed this product already."]}
    page = customer.post(f"/products/{unreviewed.slug}/reviews/", FORM)
    assert Review.objects.filter(product=unreviewed).count() == 1
    assert page.status_code == 200


def test_writing_asks_for_a_log_in_and_moderating_for_the_permission(
    client: Client, customer: Client, product: Product
) -> None:
    url = f"/products/{product.slug}/reviews/"
    assert client.post(url, FORM)["Location"] == f"/accounts/login/?next={url}"
    assert client.post(f"/api/products/{product.pk}/reviews/", FORM).status_code == 403
    review = Review.objects.first()
    assert customer.get("/reviews/moderation/").status_code == 403
    assert customer.post(f"/reviews/{review.pk}/moderate/", {"verdict": "approve"}).status_code == 403
    approved = Review.objects.filter(status="approved").first()
    assert customer.delete(f"/api/reviews/{approved.pk}/").status_code == 403


def test_a_review_is_shown_as_text_not_as_markup(customer: Client, staff: Client, unreviewed: Product) -> None:
    form = {**FORM, "text": "<script>alert(1)</script>"}
    customer.post(f"/products/{unreviewed.slug}/reviews/", form)
    page = staff.get("/reviews/moderation/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_the_ratings_of_the_seed_are_those_of_its_reviews() -> None:
    approved = Q(reviews__status="approved")
    counted = Product.objects.annotate(
        n=Count("reviews", filter=approved), mean=Avg("reviews__rating", filter=approved)
    )
    assert counted.filter(n__gt=1).exists()
    for product in counted:
        assert product.rating_count == product.n
        assert float(product.rating_average) == pytest.approx(product.mean or 0, abs=0.0051)
