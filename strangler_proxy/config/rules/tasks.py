"""The rules of `[[tasks]]`."""

from collections.abc import Iterator

from strangler_proxy.config import patterns
from strangler_proxy.config.errors import Code
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import Draft, Entry, Problem
from strangler_proxy.config.rules.rule import RulesByKey
from strangler_proxy.config.rules.services import service_is_a_backend, stage_has_its_service, stage_is_known
from strangler_proxy.config.words import quoted


def name_is_dotted(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A task's name is a dotted path."""
    name = entry.table["name"]
    if not fits(patterns.TASK_NAME, name):
        yield Problem(
            code=Code.BAD_TASK_NAME,
            at=(*entry.at, "name"),
            what=f"the task name {quoted(name)} is no dotted path.",
            remedy="Write it as Celery shows it, module and function: orders.tasks.send_mail.",
        )


RULES: RulesByKey = {
    "name": (name_is_dotted,),
    "service": (service_is_a_backend,),
    "stage": (stage_is_known, stage_has_its_service),
}
