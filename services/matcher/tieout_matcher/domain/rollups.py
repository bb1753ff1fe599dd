"""How the many side of a rule is gathered, as a caller writes it: `group_by` and `rollup`."""

from collections.abc import Mapping, Sequence
from typing import Any

from tieout_matcher.domain.conditions import read_field
from tieout_matcher.domain.rule import DATE_FIELDS, RuleError
from tieout_matcher.domain.whole_numbers import is_whole

MAX_GROUP_FIELDS = 16
MAX_LOOKBACK_DAYS = 3660
MAX_WINDOW_DAYS = 366
_DATES = " or ".join(sorted(DATE_FIELDS))


def read_group_by(given: Any) -> list[str]:
    """Read field names, or one alone; what they name is checked by `check_rollup`."""
    fields = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(fields, list) or not all(isinstance(one, str) for one in fields):
        raise RuleError("$.group_by", "is a list of field names")
    if len(fields) > MAX_GROUP_FIELDS:
        raise RuleError("$.group_by", f"holds at most {MAX_GROUP_FIELDS} fields")
    return fields


def read_rollup(given: Any) -> dict[str, Any] | None:
    """Read a rollup to what is stored of it; raises RuleError for what is none."""
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise RuleError("$.rollup", "is an object or null")
    for name in given:
        if name not in ("group_by_kind", "lookback_days", "date_field"):
            raise RuleError(f"$.rollup.{name}", "is not part of a rollup")
    kind = given.get("group_by_kind")
    if kind not in (None, "date", "identifier"):
        raise RuleError("$.rollup.group_by_kind", "is date or identifier")
    days, field = given.get("lookback_days"), given.get("date_field")
    if days is not None and not is_whole(days, 1, MAX_LOOKBACK_DAYS):
        raise RuleError(
            "$.rollup.lookback_days", f"is a whole number of days from 1 to {MAX_LOOKBACK_DAYS}"
        )
    if field is not None and not isinstance(field, str):
        raise RuleError("$.rollup.date_field", "names a date field")
    stated = {"lookback_days": days, "date_field": field}
    return {name: value for name, value in stated.items() if value is not None} | {
        "group_by_kind": kind or "date"
    }


def check_rollup(rollup: Mapping[str, Any] | None, group_by: Sequence[str]) -> None:
    """Check the parts of a many_to_one rule against each other; raises RuleError."""
    if rollup is None:
        raise RuleError("$.rollup", "is needed with many_to_one; `{}` groups by date")
    if not group_by:
        raise RuleError("$.group_by", "is needed with many_to_one: fields of the many side")
    for index, name in enumerate(group_by):
        if read_field(name, f"$.group_by[{index}]") == "amount":
            raise RuleError(f"$.group_by[{index}]", "amounts are summed, they make no group")
    days, field = rollup.get("lookback_days"), rollup.get("date_field")
    if (days is None) != (field is None):
        missing = "lookback_days" if days is None else "date_field"
        raise RuleError(
            f"$.rollup.{missing}", "lookback_days and date_field come together or not at all"
        )
    if field is not None and field not in DATE_FIELDS:
        raise RuleError("$.rollup.date_field", f"is {_DATES}")
    if rollup["group_by_kind"] == "date":
        _check_days(group_by[0], days, field)


def _check_days(first: str, days: int | None, field: str | None) -> None:
    """In date mode the first field makes days, and the window counts them."""
    if first not in DATE_FIELDS:
        raise RuleError(
            "$.group_by[0]", f"is {_DATES} where groups are by date; else group_by_kind: identifier"
        )
    if field not in (None, first):
        raise RuleError(
            "$.rollup.date_field",
            f"is {first}, the first of group_by, whose days the window counts",
        )
    if days is not None and days > MAX_WINDOW_DAYS:
        raise RuleError(
            "$.rollup.lookback_days", f"is at most {MAX_WINDOW_DAYS} where groups are by date"
        )
