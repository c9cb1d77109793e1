"""Changes that the control process makes by itself, planned from the text of the file. Pure."""

from collections.abc import Sequence
from pathlib import Path

from strangler_proxy.config.edit import Edit, edited
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import parse
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.controller.place import Place
from strangler_proxy.control.toggle import Change, Rewrite, plan_way_back


def step_planned(text: str, path: Path, name: str, place: Place) -> Rewrite:
    """The change that takes the route to `place`. Whether it may go there was decided already.

    Raises: ConfigInvalid, UnknownRoute, EditRefused.
    """
    before = route_named(parse(text, path), name, str(path))
    after_text = edited(text, name, source=path, stage=place.stage, canary_percent=place.percent)
    after = route_named(parse(after_text, path), name, str(path))
    changed = Change(before=before, after=after, forced=False, reason=None)
    return Rewrite(edit=Edit(path=path, before=text, after=after_text), changes=(changed,))


def way_back_planned(text: str, path: Path, names: Sequence[str], reason: str) -> Rewrite:
    """The change that takes the routes back to the monolith, also in a text with mistakes elsewhere.

    Raises: UnknownRoute, EditRefused.
    """
    return plan_way_back(text, path, names, None, False, Stage.MONOLITH, reason)
