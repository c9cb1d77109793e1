"""The rules of `[[webhooks]]`."""

from collections.abc import Iterator

from strangler_proxy.config import patterns
from strangler_proxy.config.errors import Code
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import Draft, Entry, Problem
from strangler_proxy.config.rules.rule import Rule, RulesByKey, no_twins, not_empty
from strangler_proxy.config.words import quoted


def has_one_address(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Exactly one of `url` and `url_env` says where it leads."""
    if ("url" in entry.written) == ("url_env" in entry.written):
        yield Problem(
            code=Code.BAD_WEBHOOK,
            at=entry.at,
            what=f"{entry.label} has {'both' if 'url' in entry.written else 'neither'} of url and url_env.",
            remedy="Keep exactly one: url, or for one that is a secret the environment variable that holds it.",
        )


def _is_a(key: str, pattern: str, what: str, remedy: str) -> Rule:
    """Make the rule that the string `key`, or each string of that list, is of the pattern."""

    def rule(entry: Entry, draft: Draft) -> Iterator[Problem]:
        value = entry.table[key]
        for index, text in enumerate((value,) if isinstance(value, str) else value):
            if not fits(pattern, text):
                at = (*entry.at, key) if isinstance(value, str) else (*entry.at, key, index)
                shown = f" {quoted(text)}" if key in ("form", "events") else ""  # the others may hold a secret
                yield Problem(
                    code=Code.BAD_WEBHOOK, at=at, what=f"{entry.name(key)}{shown} is no {what}.", remedy=remedy
                )

    return rule


_IS_A_VARIABLE = "Write the name alone, e.g. STRANGLER_WEBHOOK_SECRET; the value stands in the environment."

RULES: RulesByKey = {
    "url": (_is_a("url", patterns.WEBHOOK_URL, "http or https URL", "Write e.g. https://ops.example.com/hook."),),
    "url_env": (_is_a("url_env", patterns.VARIABLE, "name of an environment variable", _IS_A_VARIABLE),),
    "form": (_is_a("form", patterns.WEBHOOK_FORM, "form of a message", "Write generic or slack."),),
    "events": (
        not_empty("events"),
        no_twins("events"),
        _is_a("events", patterns.WEBHOOK_EVENT, "event", f"Known are {patterns.WEBHOOK_EVENT.replace('|', ', ')}."),
    ),
    "secret_env": (_is_a("secret_env", patterns.VARIABLE, "name of an environment variable", _IS_A_VARIABLE),),
}
