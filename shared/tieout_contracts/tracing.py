"""The header by which calls and events say to whose trace they belong: W3C Trace Context."""

import re
from collections.abc import Iterable

TRACEPARENT = "traceparent"
_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def readable(value: str | None) -> str | None:
    """Accept a W3C Trace Context parent, else None. Source: its section 3.2."""
    return value if value is not None and _PARENT.fullmatch(value) else None


def common(values: Iterable[bytes | None]) -> str | None:
    """Return the trace of what many messages cause together: theirs, if they have one alone.

    `values` are their headers, read as strictly as a caller's.
    """
    found = set(values)
    (only,) = found if len(found) == 1 else (None,)
    return None if only is None else readable(only.decode("ascii", "replace"))
