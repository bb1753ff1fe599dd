"""The body of a new rule: defaults, checks and what is stored of it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tieout_contracts.ids import IdError, integer_id
from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.rule import RuleError
from tieout_matcher.domain.storable import unstorable

KNOWN = frozenset(
    {
        "reconciliation_id", "filters", "priority", "group_by", "cardinality", "rollup",
        "description", "status", "many_side", "min_score_to_accept", "search", "evaluate",
    }
)  # fmt: skip
MAX_DESCRIPTION = 2000
MAX_PRIORITY = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """A checked body; `stored` is what reads show beside id, version and dates."""

    reconciliation_id: int
    priority: int
    status: str
    stored: dict[str, Any]


def read_draft(body: Mapping[str, Any]) -> RuleDraft:
    """Read the body of POST /v1/reconciliation_rules; raises RuleError with the JSON path."""
    for name in body:
        if name not in KNOWN:
            raise RuleError(f"$.{name}", "is not part of a rule")
    for place in unstorable(body):
        raise RuleError(place, "holds a character or number that cannot be stored")
    if "filters" not in body:
        raise RuleError("$.filters", "is required")
    alternatives(read_condition(body["filters"]))
    priority = body.get("priority", 0)
    if not isinstance(priority, int) or isinstance(priority, bool) or abs(priority) > MAX_PRIORITY:
        raise RuleError("$.priority", "is a whole number")
    status = body.get("status", "active")
    if status not in ("active", "proposed"):
        raise RuleError("$.status", "is active or proposed")
    _check_cardinality(body)
    return RuleDraft(
        reconciliation_id=_identifier(body.get("reconciliation_id")),
        priority=priority,
        status=status,
        stored={
            "filters": body["filters"],
            "group_by": _group_by(body.get("group_by")),
            "cardinality": "one_to_one",
            "rollup": body.get("rollup"),
            "description": _description(body.get("description")),
            "many_side": _one_of(body, "many_side", ("a", "b"), default="a"),
            "evaluate": "arrival",
        },
    )


def read_change(current: RuleDraft, change: Mapping[str, Any]) -> RuleDraft:
    """Read the body of a PATCH: what it leaves out stays; raises RuleError with the JSON path."""
    if "reconciliation_id" in change:
        raise RuleError("$.reconciliation_id", "stays: make a rule in the other reconciliation")
    whole = {
        "reconciliation_id": current.reconciliation_id,
        "priority": current.priority,
        "status": current.status,
        **current.stored,
    }
    return read_draft(whole | dict(change))


def _check_cardinality(body: Mapping[str, Any]) -> None:
    cardinality = body.get("cardinality") or "one_to_one"
    if cardinality not in ("one_to_one", "many_to_one", "many_to_many"):
        raise RuleError("$.cardinality", "is one_to_one, many_to_one or many_to_many")
    if cardinality != "one_to_one":
        raise _not_supported("$.cardinality", f"`{cardinality}`")
    rollup = body.get("rollup")
    if rollup is not None and not isinstance(rollup, Mapping):
        raise RuleError("$.rollup", "is an object or null")
    if _one_of(body, "evaluate", ("arrival", "pass"), default="arrival") == "pass":
        raise _not_supported("$.evaluate", "`pass`")
    if body.get("search") is not None:
        raise _not_supported("$.search", "a search")
    if body.get("min_score_to_accept") not in (None, 0):
        raise _not_supported("$.min_score_to_accept", "a least score")


def _group_by(given: Any) -> list[str]:
    """With one_to_one it is stored and not used."""
    fields = [given] if isinstance(given, str) else given or []
    if not isinstance(fields, list) or not all(isinstance(one, str) for one in fields):
        raise RuleError("$.group_by", "is a list of field names")
    return fields


def _description(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or len(given) > MAX_DESCRIPTION:
        raise RuleError("$.description", f"is a text of at most {MAX_DESCRIPTION} characters")
    return given


def _identifier(given: Any) -> int:
    if isinstance(given, int | str) and not isinstance(given, bool):
        with suppress(IdError):
            return integer_id(given)
    raise RuleError("$.reconciliation_id", "is the identifier of a reconciliation")


def _one_of(body: Mapping[str, Any], name: str, allowed: tuple[str, ...], *, default: str) -> str:
    value = body.get(name) or default
    if value not in allowed:
        raise RuleError(f"$.{name}", f"is one of {', '.join(allowed)}")
    return str(value)


def _not_supported(path: str, what: str) -> RuleError:
    return RuleError(path, f"{what} cannot be decided by this version", code="not_supported")
