"""Trees of elements held against each other: HTML and XML alike."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.normalise.texts import same_text
from strangler_proxy.compare.paths import Step, Steps
from strangler_proxy.compare.sequence import CHANGED, Likeness, align, align_in_place

SHOWN_CHARACTERS = 200
"""Of an element's text that a difference shows."""
SINGLE = frozenset({"html", "head", "body"})
"""Elements of which a document has one, so that their paths need no index."""
TEXT = "#text"
ALIKE = CHANGED / 2
"""Distance up to which children at the same position are taken for the same one."""
NEVER = 1.05
"""Distance of nodes of other names."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element, ready to be compared: insignificant white space is gone."""

    tag: str
    attributes: dict[str, str]
    children: "tuple[Element | str, ...]"
    namespace: str = ""
    fingerprint: int = field(default=0, compare=False)
    """Equal for equal trees within one process."""

    @classmethod
    def of(
        cls, tag: str, attributes: dict[str, str], children: "Sequence[Element | str]", namespace: str = ""
    ) -> "Element":
        """The element with its fingerprint, which its children's make."""
        inner = tuple(_fingerprint(child) for child in children)
        mark = hash((namespace, tag, tuple(sorted(attributes.items())), inner))
        return cls(tag, attributes, tuple(children), namespace, mark)

    def text(self) -> str:
        """All text within, cut for showing."""
        return " ".join(child if isinstance(child, str) else child.text() for child in self.children).strip()

    def shown(self) -> str:
        """What stands for the element in a difference."""
        attributes = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        text = self.text()
        text = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
        return f"<{self.tag}{attributes}>{text}</{self.tag}>"


Node = Element | str


def compare_trees(primary: Element, candidate: Element, findings: Findings) -> None:
    """Find what differs between two documents.

    Raises:
        RecursionError: they are nested deeper than Python can follow.
    """
    steps = (primary.tag,)
    if (primary.tag, primary.namespace) != (candidate.tag, candidate.namespace):
        findings.found_in_body((), Kind.TYPE, _name(primary), _name(candidate))
        return
    _compare(primary, candidate, steps, findings)


def _compare(primary: Element, candidate: Element, steps: Steps, findings: Findings) -> None:
    if primary.fingerprint == candidate.fingerprint:
        return
    _attributes(primary, candidate, steps, findings)
    mine, others = primary.children, candidate.children
    left, right = labels(mine), labels(others)
    if len(mine) != len(others):
        pairs = align(mine, others, LIKENESS)
    else:
        unlike = _unlike_positions(mine, others)
        moved = [_fingerprint(mine[at]) for at in unlike], [_fingerprint(others[at]) for at in unlike]
        if unlike and Counter(moved[0]) == Counter(moved[1]):
            findings.found_in_body(steps, Kind.ORDER, [*map(_shown, mine)], [*map(_shown, others)])
            return
        pairs = align_in_place(mine, others, unlike, LIKENESS)
    for here, there in pairs:
        if there is None:
            assert here is not None
            findings.removed((*steps, *left[here]), _shown(mine[here]))
        elif here is None:
            findings.added((*steps, *right[there]), _shown(others[there]))
        else:
            _nodes(mine[here], others[there], (*steps, *left[here]), findings)


def _nodes(primary: Node, candidate: Node, steps: Steps, findings: Findings) -> None:
    if isinstance(primary, Element) and isinstance(candidate, Element):
        if _name(primary) == _name(candidate):
            _compare(primary, candidate, steps, findings)
        else:
            findings.found_in_body(steps, Kind.TYPE, primary.shown(), candidate.shown())
    elif isinstance(primary, str) and isinstance(candidate, str):
        if not same_text(primary, candidate, TEXT, findings.rules):
            findings.found_in_body(steps, Kind.VALUE, primary, candidate)
    else:
        findings.found_in_body(steps, Kind.TYPE, _shown(primary), _shown(candidate))


def _attributes(primary: Element, candidate: Element, steps: Steps, findings: Findings) -> None:
    for name, mine in primary.attributes.items():
        other = candidate.attributes.get(name)
        place = (*steps, f"@{name}")
        if other is None:
            findings.removed(place, mine)
        elif mine != other and not same_text(mine, other, _holder(primary, name), findings.rules):
            findings.found_in_body(place, Kind.VALUE, mine, other)
    for name, other in candidate.attributes.items():
        if name not in primary.attributes:
            findings.added((*steps, f"@{name}"), other)


def _holder(element: Element, attribute: str) -> str:
    """What an attribute's value is the value of: a form field's, and a meta element's, is named by another one."""
    if attribute in ("value", "content"):
        return element.attributes.get("name", attribute)
    return f"@{attribute}"


def labels(children: Sequence[Node]) -> list[tuple[Step, ...]]:
    """The steps from an element to each child: its name, and its index among siblings of the name."""
    texts = sum(isinstance(child, str) for child in children)
    counts: Counter[str] = Counter()
    found: list[tuple[Step, ...]] = []
    for child in children:
        name = TEXT if isinstance(child, str) else child.tag
        single = texts == 1 if name == TEXT else name in SINGLE
        found.append((name,) if single else (name, counts[name]))
        counts[name] += 1
    return found


def _unlike_positions(primary: Sequence[Node], candidate: Sequence[Node]) -> list[int]:
    """Positions at which the children are not plainly each other's counterpart."""
    return [
        at
        for at, (mine, other) in enumerate(zip(primary, candidate, strict=True))
        if not _same(mine, other) and _distance(mine, other) > ALIKE
    ]


def _same(primary: Node, candidate: Node) -> bool:
    return _fingerprint(primary) == _fingerprint(candidate)


def _distance(primary: Node, candidate: Node) -> float:
    """How unlike two nodes are: nodes of other names are never each other's counterpart."""
    if isinstance(primary, str) or isinstance(candidate, str):
        return CHANGED if isinstance(primary, str) and isinstance(candidate, str) else NEVER
    if _name(primary) != _name(candidate):
        return NEVER
    mine: Counter[Any] = Counter(map(_fingerprint, primary.children))
    other: Counter[Any] = Counter(map(_fingerprint, candidate.children))
    mine.update(primary.attributes.items())
    other.update(candidate.attributes.items())
    shared, every = (mine & other).total(), (mine | other).total()
    return CHANGED * (every - shared) / every if every else 0.0


def _identity(node: Node) -> str | None:
    if isinstance(node, Element) and "id" in node.attributes:
        return f"{node.tag}#{node.attributes['id']}"
    return None


def _sign(node: Node) -> str:
    return str(_fingerprint(node))


def _fingerprint(node: Node) -> int:
    return hash((TEXT, node)) if isinstance(node, str) else node.fingerprint


def _name(element: Element) -> str:
    return f"{{{element.namespace}}}{element.tag}" if element.namespace else element.tag


def _shown(node: Node) -> str:
    return node if isinstance(node, str) else node.shown()


LIKENESS: Likeness[Node] = Likeness(same=_same, distance=_distance, identity=_identity, sign=_sign)
