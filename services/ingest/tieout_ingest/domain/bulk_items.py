"""The items of a bulk request, each known by its place in the request that was sent first."""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct


class Items(Struct, frozen=True, kw_only=True):
    """`values[n]` is the item of place `indexes[n]`."""

    values: list[Any]
    indexes: list[int]


def placed(values: list[Any], indexes: Sequence[int] | None) -> Items:
    """Name the places of items; those of a request that is none's retry are 0, 1, 2 and so on."""
    return Items(values=values, indexes=list(range(len(values)) if indexes is None else indexes))


def without(items: Items, done: Collection[int]) -> Items:
    """Leave out the items of these places; the others keep theirs."""
    left = [
        (value, index)
        for value, index in zip(items.values, items.indexes, strict=True)
        if index not in done
    ]
    return Items(values=[value for value, _ in left], indexes=[index for _, index in left])
