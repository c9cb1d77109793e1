"""HTML: by the tree that a browser makes of it, so that attribute order, quotes and indentation mean nothing.

Comments are left out: no user sees them. Text keeps white space where a browser shows it.
"""

import re
from typing import TYPE_CHECKING

from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.markup import Element, Node, compare_trees
from strangler_proxy.compare.media import Kind
from strangler_proxy.compare.normalise.error_answers import DEBUG_PAGES
from strangler_proxy.compare.text_body import decoded
from strangler_proxy.compare.unreadable import NoReader

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_PHRASING = """
    a abbr b bdi bdo br button cite code data del dfn em i img input ins kbd label mark meter output progress q s
    samp select small span strong sub sup textarea time u var
"""
INLINE = frozenset(_PHRASING.split())
"""Elements beside which white space shows. Source: HTML, phrasing content."""
VERBATIM = frozenset({"pre", "textarea"})
RAW = frozenset({"script", "style"})
DEEPEST = 2000
"""Levels of open elements beyond which a page is not parsed: the parser takes the square of them, minutes for a MiB,
and what is half as deep cannot be compared anyway."""
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*)")
_NEVER_HELD_OPEN = frozenset(
    b"""
    area base br col embed hr img input link meta source track wbr
    caption colgroup dd dt li optgroup option p rb rp rt tbody td tfoot th thead tr
    """.split()
)
"""Elements without an end, and those whose next one ends them. Source: HTML, void elements and optional tags."""
_SPACE = re.compile(r"[ \t\n\f\r]+")


def read(data: bytes, kind: Kind) -> Element:
    """The page's tree.

    Raises:
        ValueError: the bytes are no text.
        RecursionError: its elements are nested too deeply.
        NoReader: the parser is not installed.
    """
    try:
        from selectolax.lexbor import LexborHTMLParser  # only where an answer needs it; it takes 10 ms to import
    except ImportError:
        raise NoReader("HTML needs the library selectolax, which is not installed") from None
    text = decoded(data, kind)
    if _is_too_deep(data):
        raise RecursionError
    root = LexborHTMLParser(text.encode("utf-8", "replace").decode()).root
    if root is None:
        raise ValueError("no element")
    return _element(root, verbatim=False)


def _is_too_deep(data: bytes) -> bool:
    """Whether more elements are open at once than are parsed; a rough count, by start and end tags alone."""
    if data.count(b"<") < DEEPEST:
        return False
    depth = 0
    for slash, name in _TAG.findall(data):
        if name.lower() in _NEVER_HELD_OPEN:
            continue
        depth = max(depth - 1, 0) if slash else depth + 1
        if depth > DEEPEST:
            return True
    return False


def compare(primary: Element, candidate: Element, findings: Findings) -> None:
    """Find what differs between two pages."""
    if DEBUG_PAGES.name not in findings.rules.without:
        mine, other = _summary(primary), _summary(candidate)
        if mine is not None and other is not None:
            primary, candidate = mine, other
    compare_trees(primary, candidate, findings)


def _element(node: "LexborNode", *, verbatim: bool) -> Element:
    tag = node.tag or ""
    attributes = {name: _attribute(name, value or "") for name, value in node.attributes.items()}
    verbatim = verbatim or tag in VERBATIM
    children: list[Node] = []
    for child in _content(node).iter(include_text=True, skip_empty=False):
        name = child.tag or ""
        if name == "-text":
            _append_text(children, child.text_content or "")
        elif not name.startswith(("-", "_", "!")):
            children.append(_element(child, verbatim=verbatim))
    if tag in RAW:
        children = [text for child in children if isinstance(child, str) and (text := child.strip())]
    elif not verbatim:
        children = _without_space(children, inline=tag in INLINE)
    return Element.of(tag, attributes, children)


def _content(node: "LexborNode") -> "LexborNode":
    """What holds the element's children: of a template, a document of their own."""
    fragments = node.template_fragments() if node.tag == "template" else []
    return fragments[0] if fragments else node


def _append_text(children: list[Node], text: str) -> None:
    """Add text, to the text before it where only a comment stood between them."""
    if children and isinstance(last := children[-1], str):
        children[-1] = last + text
    else:
        children.append(text)


def _attribute(name: str, value: str) -> str:
    """The value; of `class` the names in order of the alphabet, as it is a set."""
    return " ".join(sorted(set(value.split()))) if name == "class" else value


def _without_space(children: list[Node], *, inline: bool) -> list[Node]:
    """Fold runs of white space, and take away what no browser shows: at blocks, and at the ends of a block."""
    kept: list[Node] = []
    for index, child in enumerate(children):
        if not isinstance(child, str):
            kept.append(child)
            continue
        text = _SPACE.sub(" ", child)
        if not _shows_space(children, index - 1, inline):
            text = text.lstrip(" ")
        if not _shows_space(children, index + 1, inline):
            text = text.rstrip(" ")
        if text:
            kept.append(text)
    return kept


def _shows_space(children: list[Node], index: int, inline: bool) -> bool:
    """Whether white space beside that child, or at that end of the parent, shows."""
    if not 0 <= index < len(children):
        return inline
    neighbour = children[index]
    return isinstance(neighbour, str) or neighbour.tag in INLINE


def _summary(page: Element) -> Element | None:
    """What counts of Django's technical error page: exception and message; None: it is another page."""
    head, message = _find(page, "summary"), _find(page, "traceback")
    if head is None or message is None:
        return None
    kept = [child for child in head.children if isinstance(child, Element) and child.tag in ("h1", "pre")]
    return Element.of("html", {}, kept) if kept else None


def _find(element: Element, identifier: str) -> Element | None:
    if element.attributes.get("id") == identifier:
        return element
    for child in element.children:
        if isinstance(child, Element) and (found := _find(child, identifier)) is not None:
            return found
    return None
