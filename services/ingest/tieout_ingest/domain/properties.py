"""What a stream demands of the metadata of its records, and what in a record's does not hold."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.refusals import JsonRefused, Problem, Rejection, shown

MISSING = "property_missing"
WRONG_TYPE = "property_type"
PropertyType = Literal["number", "date", "datetime", "string", "boolean"]
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)


class Property(Struct, frozen=True, kw_only=True):
    """One member of the metadata; an optional one may be missing or null."""

    key: str
    name: str
    type: PropertyType
    optional: bool


def problems_of(
    metadata: Mapping[str, Any], properties: Sequence[Property], *, path: str = "$"
) -> list[Problem]:
    """Say of each property that does not hold what is wrong, by its path below `path`.

    Files hold nothing but text, so a text that writes a value of the type is one of it, whichever
    way it came; values are kept as they came. Members that no property names are free.
    """
    found = (_problem(one, metadata.get(one.key), path) for one in properties)
    return [problem for problem in found if problem is not None]


def require(draft: Record, properties: Sequence[Property], *, path: str = "$") -> None:
    """Raise JsonRefused with every property that a record given as JSON lacks."""
    problems = problems_of(draft.fields.metadata, properties, path=path)
    if problems:
        raise JsonRefused(*problems)


def checked(
    outcomes: Iterable[Record | Rejection], properties: Sequence[Property]
) -> Iterator[Record | Rejection]:
    """Reject the rows of a file whose metadata lack a property; each names all that are wrong."""
    for one in outcomes:
        wrong = [] if isinstance(one, Rejection) else problems_of(one.fields.metadata, properties)
        if wrong:
            told = "; ".join(problem.message for problem in wrong)
            yield Rejection(line=one.line, code=wrong[0].code, message=f"line {one.line}: {told}")
        else:
            yield one


def _problem(demanded: Property, value: Any, path: str) -> Problem | None:
    named = f"property {demanded.key!r} ({demanded.name})"
    if value is None:
        if demanded.optional:
            return None
        code, message = MISSING, f"{named} is required"
    elif _READERS[demanded.type](value):
        return None
    else:
        code = WRONG_TYPE
        message = f"{named} is {_DEMANDS[demanded.type]}, not {shown(value)}"
    return Problem(path=f"{path}.metadata.{demanded.key}", code=code, message=message)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool) or (
        isinstance(value, str) and value.strip().lower() in {"true", "false"}
    )


def _is_day(value: Any) -> bool:
    return _is_written(value, _DAY, dt.date.fromisoformat)


def _is_moment(value: Any) -> bool:
    return _is_written(value, _MOMENT, dt.datetime.fromisoformat)


def _is_written(value: Any, form: re.Pattern[str], read: Callable[[str], object]) -> bool:
    if not isinstance(value, str) or form.fullmatch(value.strip()) is None:
        return False
    try:
        read(value.strip().upper())
    except ValueError:  # a day or an hour that no calendar has
        return False
    return True


_READERS: Mapping[PropertyType, Callable[[Any], bool]] = {
    "number": _is_number,
    "date": _is_day,
    "datetime": _is_moment,
    "string": lambda value: isinstance(value, str),
    "boolean": _is_boolean,
}
_DEMANDS: Mapping[PropertyType, str] = {
    "number": "a number like 12.5",
    "date": "a date like 2024-03-31",
    "datetime": "a time like 2024-03-31T12:00:00Z",
    "string": "a text",
    "boolean": "true or false",
}
