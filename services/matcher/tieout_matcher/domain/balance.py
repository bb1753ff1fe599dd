"""The balance proof of a reconciliation: why its sides differ by what they differ by. Pure.

Per currency, each amount as the sign mode counts it, in whole minor units of the finest exponent:
B - A = opening difference + open B - open A + closed, ignored and withdrawn (B - A) + adjustments.
Source: semantics of the balance proof (docs/balance-proof.md).
"""

from collections.abc import Iterator, Sequence
from typing import get_args

from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.balance_sums import AdjustmentSum, EntrySum, OpeningBalance
from tieout_matcher.domain.balance_terms import Reading, Term, TermName, terms_of

_ORDER: tuple[TermName, ...] = get_args(TermName)
# The right side of the equation, with the sign that each term has there.
EXPLAINING: dict[TermName, int] = {
    "opening_difference": 1, "open_b": 1, "open_a": -1, "closed": 1, "ignored": 1, "withdrawn": 1,
    "adjustments": 1,
}  # fmt: skip


class CurrencyProof(Struct, frozen=True, kw_only=True):
    """`difference_minor` = (B - A) - what explains it; proven when that is 0 and none misplaced.

    An entry is misplaced when it is in no place, or its places do not add up to its amount: in the
    sums alone, two errors could cancel each other out.
    """

    currency: str
    exponent: int
    side_difference_minor: int
    difference_minor: int
    terms: Sequence[Term]

    @property
    def proven(self) -> bool:
        misplaced = any(one.count for one in self.terms if one.name == "misplaced")
        return self.difference_minor == 0 and not misplaced


def prove(
    entries: Sequence[EntrySum],
    adjustments: Sequence[AdjustmentSum],
    openings: Sequence[OpeningBalance],
    *,
    sign_mode: SignMode,
    listed: int,
) -> list[CurrencyProof]:
    """Prove each currency by itself; a term lists at most `listed` ids."""
    parts: list[EntrySum | AdjustmentSum | OpeningBalance] = [*entries, *adjustments, *openings]
    finest: dict[str, int] = {}
    for part in parts:
        finest[part.currency] = max(part.exponent, finest.get(part.currency, 0))
    return [
        _proof_of(
            currency,
            exponent,
            terms_of(
                [one for one in entries if one.currency == currency],
                [one for one in adjustments if one.currency == currency],
                [one for one in openings if one.currency == currency],
                reading=Reading(exponent, sign_mode, listed),
            ),
        )
        for currency, exponent in sorted(finest.items())
    ]


def _proof_of(currency: str, exponent: int, terms: Iterator[Term]) -> CurrencyProof:
    found = sorted(terms, key=lambda one: _ORDER.index(one.name))
    sums = {one.name: one.sum_minor for one in found}
    side_difference = sums["side_b"] - sums["side_a"]
    explained = sum(sign * sums[name] for name, sign in EXPLAINING.items())
    return CurrencyProof(
        currency=currency,
        exponent=exponent,
        side_difference_minor=side_difference,
        difference_minor=side_difference - explained,
        terms=found,
    )
