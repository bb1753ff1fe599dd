"""Whether an answer has the shape of an example: every member there, with its type."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

_TIME = "2023-11-07T05:31:56Z"
_UNKNOWN = "<unknown>"


def misshapen(
    example: Any, actual: Any, *, nullable: Collection[str] = (), path: str = "$"
) -> list[str]:
    """Name the places where `actual` has not the shape of `example`; members of ours may be more.

    Members named in `nullable` may be null. A list has to hold something if the example does.
    """
    return list(_misshapen(example, actual, nullable, path))


def _misshapen(example: Any, actual: Any, nullable: Collection[str], path: str) -> Iterator[str]:
    if actual is None and path.rpartition(".")[2] in nullable:
        return
    if example == _UNKNOWN:
        return
    if not _is_like(example, actual):
        yield f"{path}: {actual!r} is not like {example!r}"
    elif isinstance(example, dict):
        for name, one in example.items():
            if name in actual:
                yield from _misshapen(one, actual[name], nullable, f"{path}.{name}")
            else:
                yield f"{path}.{name} is missing"
    elif isinstance(example, list):
        if not actual:
            yield f"{path} is empty"
        for place, one in enumerate(actual):
            yield from _misshapen(example[0], one, nullable, f"{path}[{place}]")


def _is_like(example: Any, actual: Any) -> bool:
    if example == _TIME:
        return isinstance(actual, str) and _is_utc(actual)
    if isinstance(example, bool) or isinstance(actual, bool):
        return isinstance(example, bool) and isinstance(actual, bool)
    return isinstance(actual, type(example))


def _is_utc(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text.endswith("Z")
