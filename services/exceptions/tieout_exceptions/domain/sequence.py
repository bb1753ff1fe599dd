"""Outcomes are numbered without gaps: which may be applied now, which have to wait."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Order:
    """`last` is the number applied up to; numbers in `waiting` come after a gap."""

    last: int
    waiting: list[int]


def in_order(*, applied_seq: int, numbers: Iterable[int]) -> Order:
    """Go on from `applied_seq` as far as the numbers are gapless.

    What is not above `applied_seq` was applied before, and appears in neither.
    """
    ahead = set(numbers)
    last = applied_seq
    while last + 1 in ahead:
        last += 1
    return Order(last=last, waiting=sorted(number for number in ahead if number > last))
