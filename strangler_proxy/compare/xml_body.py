"""XML: by its tree; prefixes, attribute order and indentation mean nothing, namespaces do.

Entities of a document's own are not expanded: a document that declares some counts as broken.
"""

from xml.etree import ElementTree

from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.markup import Element, Node, compare_trees
from strangler_proxy.compare.media import Kind


def read(data: bytes, kind: Kind) -> Element:
    """The document's tree.

    Raises:
        ValueError: the bytes are no well-formed XML.
    """
    if b"<!ENTITY" in data:
        raise ValueError("it declares entities, which are not expanded")
    try:
        return _element(ElementTree.fromstring(data))
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None


def compare(primary: Element, candidate: Element, findings: Findings) -> None:
    """Find what differs between two documents."""
    compare_trees(primary, candidate, findings)


def _element(node: "ElementTree.Element") -> Element:
    namespace, _, tag = node.tag.rpartition("}")
    mixed = len(node) > 0
    children: list[Node] = []
    _append(children, node.text, mixed=mixed)
    for child in node:
        children.append(_element(child))
        _append(children, child.tail, mixed=mixed)
    return Element.of(tag, dict(node.attrib), children, namespace.lstrip("{"))


def _append(children: list[Node], text: str | None, *, mixed: bool) -> None:
    """Add text; between elements, white space alone is indentation."""
    if text and (text.strip() or not mixed):
        children.append(text)
