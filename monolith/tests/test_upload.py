import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from catalog.models import Product

pytestmark = pytest.mark.django_db


def test_staff_upload_an_image_and_it_is_served(staff: Client, product: Product, png: Path) -> None:
    before = product.updated_at
    with png.open("rb") as upload:
        answer = staff.post(f"/products/{product.slug}/images/upload/", {"image": upload, "alt": "Teal, all over"})
    assert answer.status_code == 302
    image = product.images.last()
    assert (image.alt, image.width, image.height) == ("Teal, all over", 40, 30)
    served = staff.get(image.image.url)
    assert b"".join(served.streaming_content) == png.read_bytes()
    assert served["Content-Type"] == "image/png"
    product.refresh_from_db()
    assert product.updated_at > before


def test_the_upload_is_for_staff_alone(customer: Client, client: Client, product: Product) -> None:
    url = f"/products/{product.slug}/images/upload/"
    assert client.get(url)["Location"] == f"/accounts/login/?next={url}"
    assert customer.get(url).status_code == 302


def _file(name: str, kind: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.mark.parametrize(
    "upload",
    [
        lambda: SimpleUploadedFile("page.png", b"<script>alert(1)</script>"),
        lambda: _file("picture.gif", "GIF"),
        lambda: _file("picture.pdf", "PNG"),
    ],
    ids=["no image at all", "a kind that is not taken", "a name that hides the kind"],
)
def test_a_file_that_is_no_proper_image_is_refused_and_explained(staff: Client, product: Product, upload) -> None:
    count = product.images.count()
    answer = staff.post(f"/products/{product.slug}/images/upload/", {"image": upload(), "alt": "x"})
    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert product.images.count() == count


def test_an_image_that_is_too_large_is_refused(staff: Client, product: Product, png: Path, settings) -> None:
    settings.UPLOAD_IMAGE_MAX_BYTES = 10
    with png.open("rb") as upload:
        answer = staff.post(f"/products/{product.slug}/images/upload/", {"image": upload, "alt": "x"})
    assert "The image is larger than 0 MB." in answer.content.decode()


def test_a_new_avatar_takes_the_place_of_the_former_and_of_its_file(
    customer: Client, ada: User, png: Path, django_capture_on_commit_callbacks
) -> None:
    names = []
    for _ in range(2):
        with png.open("rb") as upload, django_capture_on_commit_callbacks(execute=True):
            assert customer.post("/accounts/avatar/", {"avatar": upload}).status_code == 302
        ada.refresh_from_db()
        names.append(ada.avatar.name)
    storage = ada.avatar.storage
    assert [storage.exists(name) for name in names] == [False, True]
