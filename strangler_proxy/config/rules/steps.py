"""The rules of `[[routes.steps]]`."""

from collections.abc import Iterator
from itertools import pairwise

from strangler_proxy.config.errors import Code
from strangler_proxy.config.problem import OTHER, Draft, Entry, Problem, item


def each_step_has_a_share(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each step says its `percent`. One whose share is of the wrong shape is reported for that already."""
    for index, written in enumerate(entry.written["steps"]):
        if type(written) is dict and "percent" not in written:
            step = item(entry, "steps", index, written)
            yield Problem(
                code=Code.MISSING_KEY,
                at=step.at,
                what=f"{step.label} has no percent.",
                remedy="Say the share of requests that the service answers in this step, e.g. percent = 5.",
            )


def steps_grow(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each step is more than the one before it."""
    for before, after in pairwise(_shares(entry)):
        if after.table["percent"] <= before.table["percent"]:
            yield Problem(
                code=Code.STEPS_DO_NOT_GROW,
                at=(*after.at, "percent"),
                what=f"{after.name('percent')} is {after.table['percent']:g}, "
                f"and the step before it has {before.table['percent']:g} ({OTHER}).",
                remedy="Write the steps in the order in which they are walked, each with more than the one before.",
                other=(*before.at, "percent"),
            )


def nothing_is_compared_at_100(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A step of 100 percent asks for no comparisons: they come from the monolith's share, and it has none."""
    for step in _shares(entry):
        if step.table["percent"] == 100 and step.table.get("min_comparisons", 0):
            yield Problem(
                code=Code.NEVER_COMPARED,
                at=(*step.at, "min_comparisons"),
                what=f"{step.name('min_comparisons')} can never be met: "
                "at 100 percent the monolith answers nobody, so nothing is compared.",
                remedy="Leave it out, or ask for min_answers.",
            )


def _shares(entry: Entry) -> list[Entry]:
    """The steps whose share is right."""
    steps = (item(entry, "steps", index, table) for index, table in enumerate(entry.table["steps"]))
    return [step for step in steps if "percent" in step.table]
