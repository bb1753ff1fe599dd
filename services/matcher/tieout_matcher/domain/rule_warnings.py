"""What a rule's author should know of a rule that is in order: computed when it is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from tieout_contracts.config_events import RunType
from tieout_matcher.domain.alternatives import Alternative, alternatives
from tieout_matcher.domain.passes.keys import unusable_paths
from tieout_matcher.domain.rule import MONEY_AND_TIME, Group, Leaf, Rule
from tieout_matcher.domain.rule_split import Split


@dataclass(frozen=True, kw_only=True)
class Warned:
    """`path` is the JSON path of the part of the rule that `message` is about."""

    code: str
    path: str
    message: str


def by_number(rule: Rule) -> str:
    return f"rule {rule.rule_id}"


def warnings_of(
    rule: Rule, split: Split, *, run_type: RunType, named: Callable[[Rule], str] = by_number
) -> list[Warned]:
    """Warn of alternatives that no key finds, and of a rule that has to wait for passes.

    `named` is what another rule is called.
    """
    found = [
        Warned(
            code="no_usable_plan",
            path=path,
            message="candidates of this part cannot be looked up, so it is tried in runs only; "
            "add an equality (of more than currency or direction) or a tolerance in dollar "
            "or day",
        )
        for path in _unusable(rule)
    ]
    waits = run_type == "continuous" and rule.decides_on_arrival and rule in split.passes
    if waits:
        first = split.passes[0]
        found.append(
            Warned(
                code="after_pass_rule",
                path="$.priority",
                message=f"it is tried in passes, because {named(first)} before it is; a "
                f"priority below {first.priority} lets it decide on arrival",
            )
        )
    if _sums_alone(rule):
        found.append(
            Warned(
                code="sums_alone",
                path="$.filters",
                message="nothing but money and days holds a set together, so sums that are equal "
                "by chance become matches; add an equality of what its members share",
            )
        )
    return found


def _sums_alone(rule: Rule) -> bool:
    """Tell whether some alternative of a rule of sets has no equality of what tells parties apart.

    A sum of any amounts is soon equal to another: a subset sum proves little by itself.
    """
    return rule.cardinality == "many_to_many" and not all(
        any(one.exact and one.key not in MONEY_AND_TIME for one in way)
        for way in alternatives(rule.condition)
    )


def _unusable(rule: Rule) -> list[str]:
    numbers = unusable_paths(rule)
    if not numbers:
        return []
    ways = alternatives(rule.condition)
    places = _places(rule.condition, ())
    return list(dict.fromkeys(_common(ways[number], places) for number in numbers))


Steps = tuple[int, ...]


def _places(node: Group | Leaf, steps: Steps) -> dict[Leaf, Steps]:
    """Where each condition stands first, as indexes from the root down."""
    if isinstance(node, Leaf):
        return {node: steps}
    found: dict[Leaf, Steps] = {}
    for index, child in enumerate(node.children):
        found = _places(child, (*steps, index)) | found
    return found


def _common(way: Alternative, places: Mapping[Leaf, Steps]) -> str:
    """Return the JSON path of the smallest part of the tree that holds an alternative."""
    paths: Sequence[Steps] = [places[leaf] for leaf in way]
    shared = takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))
    return "$.filters" + "".join(f".rules[{level[0]}]" for level in shared)
