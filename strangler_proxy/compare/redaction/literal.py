"""Private places of bodies that are not rewritten piece by piece (HTML, XML, text, form parts).

What stands at such a place is looked up in the tree that the comparison makes, and is then replaced wherever it stands
in the body. Where that does not reach it (an entity, a body that cannot be read), the whole body becomes a mark.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from strangler_proxy.compare import form_body, html_body, xml_body
from strangler_proxy.compare.markup import Element, labels
from strangler_proxy.compare.media import Kind, Media
from strangler_proxy.compare.paths import Steps
from strangler_proxy.compare.redaction.mark import MARK, Marker
from strangler_proxy.compare.redaction.places import Places

Leaves = Iterator[tuple[Steps, str]]


def without_places(text: str, kind: Kind, marker: Marker, places: Places) -> str:
    """The text with marks at the places that the config names; the mark of all of it where that cannot be done."""
    read = READERS.get(kind.media)
    if read is None:
        return text
    for _ in range(2):
        try:
            found = {leaf for steps, leaf in read(text, kind) if leaf and places.named(steps)}
        except Exception:  # a parser's own fault on odd text; what cannot be read cannot be kept
            return marker.mark(text)
        private = sorted((leaf for leaf in found if not MARK.fullmatch(leaf)), key=lambda leaf: (-len(leaf), leaf))
        if not private:
            return text
        for leaf in private:
            text = _pattern(leaf).sub(marker.mark(leaf), text)
    return marker.mark(text)


def _pattern(leaf: str) -> re.Pattern[str]:
    """Finds the leaf where it is no part of a longer word; white space in it may have been folded."""
    words = r"\s+".join(map(re.escape, leaf.split()))
    before, after = (r"(?<!\w)" if leaf[0].isalnum() else ""), (r"(?!\w)" if leaf[-1].isalnum() else "")
    return re.compile(f"{before}{words or re.escape(leaf)}{after}")


def _of_html(text: str, kind: Kind) -> Leaves:
    root = html_body.read(text.encode("utf-8", "replace"), Kind(Media.HTML))
    yield from _of_element(root, (root.tag,))


def _of_xml(text: str, kind: Kind) -> Leaves:
    root = xml_body.read(text.encode("utf-8", "replace"), Kind(Media.XML))
    yield from _of_element(root, (root.tag,))


def _of_element(element: Element, steps: Steps) -> Leaves:
    for name, value in element.attributes.items():
        yield (*steps, f"@{name}"), value
    for child, label in zip(element.children, labels(element.children), strict=True):
        place = (*steps, *label)
        if isinstance(child, str):
            yield place, child.strip()
        else:
            yield from _of_element(child, place)


def _of_lines(text: str, kind: Kind) -> Leaves:
    for index, line in enumerate(text.splitlines()):
        yield (index,), line.strip()


def _of_parts(text: str, kind: Kind) -> Leaves:
    fields: Mapping[str, list[Any]] = form_body.read_multipart(text.encode("utf-8", "replace"), kind)
    for name, values in fields.items():
        for index, part in enumerate(values):
            for member, value in part.items():
                if isinstance(value, str) and member != "type":
                    yield (name, index, member), value.strip()


READERS: Mapping[Media, Callable[[str, Kind], Leaves]] = {
    Media.HTML: _of_html,
    Media.XML: _of_xml,
    Media.TEXT: _of_lines,
    Media.MULTIPART: _of_parts,
}
