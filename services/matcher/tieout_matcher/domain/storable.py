"""What a database can keep of a JSON value; the public door refuses the same."""

import math
import re
from collections.abc import Iterator
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def unstorable(value: Any, path: str = "$") -> Iterator[str]:
    """Name the places of what no text or JSON column holds: NUL, half a character, NaN."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            yield path
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield path
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unstorable(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            if _UNSTORABLE.search(name):
                yield path
            yield from unstorable(item, f"{path}.{name}")
