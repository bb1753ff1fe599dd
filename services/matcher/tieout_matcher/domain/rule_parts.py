"""What a rule says beside its conditions: cardinality, the many side, when it is evaluated.

With one_to_one, `group_by` and `rollup` are kept and not used (seed 001 shows both): only their
types are checked then.
"""

from collections.abc import Mapping
from typing import Any

from tieout_matcher.domain.rollups import check_rollup, read_group_by, read_rollup
from tieout_matcher.domain.rule import Group, RuleError, leaves_of
from tieout_matcher.domain.whole_numbers import is_whole

CARDINALITIES = ("one_to_one", "many_to_one", "many_to_many")
MAX_SCORE = 100
Body = Mapping[str, Any]


def read_parts(body: Body, condition: Group) -> dict[str, Any]:
    """Read the parts to what is stored of them; raises RuleError with the JSON path."""
    cardinality = _one_of(body, "cardinality", CARDINALITIES)
    group_by, rollup = read_group_by(body.get("group_by")), read_rollup(body.get("rollup"))
    if cardinality != "one_to_one":
        _check_amounts(condition, cardinality)
    if cardinality == "many_to_one":
        check_rollup(rollup, group_by)
    if cardinality == "many_to_many":
        _check_alone({"rollup": rollup, "group_by": group_by})
    return {
        "cardinality": cardinality,
        "group_by": group_by,
        "rollup": rollup,
        "many_side": _one_of(body, "many_side", ("a", "b")),
        "evaluate": _one_of(body, "evaluate", ("arrival", "pass")),
        "min_score_to_accept": _score(body.get("min_score_to_accept")),
        "search": _search(body, cardinality),
    }


def _check_alone(parts: Mapping[str, Any]) -> None:
    for name in ("rollup", "group_by"):
        if parts[name]:
            raise RuleError(f"$.{name}", "goes with many_to_one; leave it out with many_to_many")


def _check_amounts(condition: Group, cardinality: str) -> None:
    for leaf in leaves_of(condition):
        if leaf.compares_amounts and leaf.operand != "eq":
            raise RuleError(
                "$.filters",
                f"{cardinality} compares sums: a condition on amount is eq, with or without a "
                "tolerance",
            )


def _search(body: Body, cardinality: str) -> str | None:
    search = body.get("search")
    if search is None:
        return None
    if search != "subset_sum":
        raise RuleError("$.search", "is subset_sum")
    if cardinality != "many_to_many":
        raise RuleError("$.search", "goes with many_to_many; leave it out")
    return "subset_sum"


def _score(given: Any) -> int:
    if given is None:
        return 0
    if not is_whole(given, 0, MAX_SCORE):
        raise RuleError("$.min_score_to_accept", f"is a whole number from 0 to {MAX_SCORE}")
    return int(given)


def _one_of(body: Body, name: str, allowed: tuple[str, ...]) -> str:
    """Read one of several words; the first of them when left out."""
    value = body.get(name)
    if value is None:
        return allowed[0]
    if not isinstance(value, str) or value not in allowed:
        raise RuleError(f"$.{name}", f"is one of {', '.join(allowed)}")
    return value
