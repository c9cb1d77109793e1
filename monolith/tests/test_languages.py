import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from shop.templatetags.formatting import money, stars
from shop.translations import compiled

PO_FILES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"))


@pytest.mark.django_db
def test_the_browser_chooses_the_language_and_the_user_may_choose_another() -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "de-DE,de;q=0.9"})
    page = client.get("/products/")
    assert "Im Laden suchen" in page.content.decode()
    assert page["Content-Language"] == "de"
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    form = {"language": "en", "csrfmiddlewaretoken": token}
    client.post("/i18n/setlang/", form, headers={"referer": "http://testserver/products/"})
    page = client.get("/products/")
    assert "Search the shop" in page.content.decode()
    assert {"Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))


@pytest.mark.parametrize("po_file", PO_FILES, ids=lambda path: path.parts[-3])
def test_the_committed_translations_are_those_of_their_source_and_complete(po_file: Path) -> None:
    assert po_file.with_suffix(".mo").read_bytes() == compiled(po_file), "run manage.py compiletranslations"


def test_there_is_a_translation_for_each_language_but_the_first() -> None:
    assert {path.parts[-3] for path in PO_FILES} == {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}


def test_every_sentence_of_the_templates_is_in_the_catalogue() -> None:
    known = PO_FILES[0].read_text().replace('"\n"', "")
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        for sentence in re.findall(r"""{% translate (?:"([^"]+)"|'([^']+)') %}""", template.read_text()):
            assert f'msgid "{"".join(sentence)}"' in known or f'msgid """{"".join(sentence)}"' in known, sentence


@pytest.mark.parametrize(("language", "text"), [("en", "€1,234.50"), ("de", "1.234,50\N{NO-BREAK SPACE}€")])
def test_money_is_written_as_the_language_does(language: str, text: str) -> None:
    with translation.override(language):
        assert money(Decimal("1234.5")) == text


def test_stars_are_rounded() -> None:
    assert [stars(Decimal(rating)) for rating in ("0.00", "3.40", "3.60", "5.00")] == [
        "☆☆☆☆☆",
        "★★★☆☆",
        "★★★★☆",
        "★★★★★",
    ]
