"""Whole numbers in JSON: `true` is none, and 1.0 is not written as one."""

from typing import Any, TypeGuard


def is_whole(value: Any, least: int, most: int) -> TypeGuard[int]:
    """Tell whether a JSON value is a whole number from `least` to `most`."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
