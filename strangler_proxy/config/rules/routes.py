"""Which rules a route is held against, by the key that they look at."""

from strangler_proxy.config.rules.comparing import (
    a_list_is_compared_in_one_way,
    difference_paths_are_right,
    guards_are_regular_expressions,
    ignores_end_on_a_day,
    keyed_items_have_a_member,
    normalisers_are_known,
    sticky_is_right,
    tolerances_are_amounts,
)
from strangler_proxy.config.rules.conditions import headers_are_right, hosts_are_patterns, methods_are_known
from strangler_proxy.config.rules.places import name_is_right, path_is_djangos, regex_is_right
from strangler_proxy.config.rules.rule import RulesByKey, no_twins, not_empty
from strangler_proxy.config.rules.services import service_is_a_backend, stage_has_its_service, stage_is_known
from strangler_proxy.config.rules.steps import each_step_has_a_share, nothing_is_compared_at_100, steps_grow

RULES: RulesByKey = {
    "name": (name_is_right,),
    "path": (path_is_djangos,),
    "regex": (regex_is_right,),
    "methods": (not_empty("methods"), methods_are_known, no_twins("methods")),
    "hosts": (not_empty("hosts"), hosts_are_patterns, no_twins("hosts")),
    "headers": (headers_are_right,),
    "service": (service_is_a_backend,),
    "stage": (stage_is_known, stage_has_its_service),
    "canary": (sticky_is_right,),
    "compare": (
        difference_paths_are_right,
        guards_are_regular_expressions,
        ignores_end_on_a_day,
        tolerances_are_amounts,
        normalisers_are_known,
        keyed_items_have_a_member,
        a_list_is_compared_in_one_way,
    ),
    "steps": (not_empty("steps"), each_step_has_a_share, steps_grow, nothing_is_compared_at_100),
}
