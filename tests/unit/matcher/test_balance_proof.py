"""The equation of the balance proof, held against books kept by hand."""

from dataclasses import dataclass
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Direction, Side
from tieout_matcher.domain.balance import CurrencyProof, prove
from tieout_matcher.domain.balance_sums import (
    AdjustmentSum,
    Ending,
    EntrySum,
    OpeningBalance,
    counted,
)
from tieout_matcher.domain.balance_terms import Term, TermName

SIDES: tuple[Side, ...] = ("A", "B")
LARGE = 10**38 - 1


@dataclass(frozen=True, kw_only=True)
class Book:
    """One entry: so much of its amount was matched; the rest is open, or ended so."""

    side: Side
    direction: Direction
    currency: str
    exponent: int
    amount: int
    matched: int
    ended: Ending | None


BOOKS = st.lists(
    st.builds(
        Book,
        side=st.sampled_from(SIDES),
        direction=st.sampled_from(get_args(Direction)),
        currency=st.sampled_from(["EUR", "USD"]),
        exponent=st.integers(0, 18),
        amount=st.integers(0, LARGE),
        matched=st.just(0),
        ended=st.sampled_from([None, None, *get_args(Ending)]),
    ),
    max_size=12,
)
OPENINGS = st.dictionaries(
    st.tuples(st.sampled_from(SIDES), st.sampled_from(["EUR", "CHF"])),
    st.tuples(st.integers(-LARGE, LARGE), st.integers(0, 4)),
)


def a_sum(number: int = 1, **given: Any) -> EntrySum:
    """Make the sum of one entry: all of it open unless told otherwise."""
    values: dict[str, Any] = {
        "side": "A", "direction": "credit", "currency": "EUR", "exponent": 2, "status": "posted",
        "is_open": True, "matched": False, "ended": None, "misplaced": False, "records": 1,
        "amount_minor": 1000, "matched_minor": 0, "ended_minor": 0, "first": [number],
    } | given  # fmt: skip
    rest = values["amount_minor"] - values["matched_minor"] - values["ended_minor"]
    return EntrySum(**{"open_minor": rest} | values)


def sum_of(number: int, book: Book) -> EntrySum:
    rest = book.amount - book.matched
    return a_sum(
        number,
        side=book.side,
        direction=book.direction,
        currency=book.currency,
        exponent=book.exponent,
        is_open=book.ended is None and rest > 0,
        matched=book.matched > 0,
        ended=book.ended,
        amount_minor=book.amount,
        matched_minor=book.matched,
        open_minor=0 if book.ended else rest,
        ended_minor=rest if book.ended else 0,
    )


def term(proof: CurrencyProof, name: TermName) -> Term:
    (found,) = [one for one in proof.terms if one.name == name]
    return found


@given(
    BOOKS,
    st.lists(st.tuples(st.integers(0, 11), st.integers(1, LARGE)), max_size=8),
    OPENINGS,
    st.sampled_from(get_args(SignMode)),
)
def test_the_equation_holds_whatever_is_matched_ended_adjusted_and_had(
    books: list[Book],
    matched: list[tuple[int, int]],
    had: dict[tuple[Side, str], tuple[int, int]],
    sign_mode: SignMode,
) -> None:
    """Each match takes some of one entry and an adjustment makes it tie, as force match does."""
    adjustments = []
    for place, wanted in matched:
        if place < len(books):
            book = books[place]
            taken = min(wanted, book.amount - book.matched)
            books[place] = Book(**{**vars(book), "matched": book.matched + taken})
            signed = taken if book.direction == "credit" else -taken
            amount = counted(signed, side=book.side, sign_mode=sign_mode)
            adjustments.append(
                AdjustmentSum(
                    currency=book.currency,
                    exponent=book.exponent,
                    records=1,
                    signed_minor=amount if book.side == "A" else -amount,
                    first=[place],
                )
            )
    openings = [
        OpeningBalance(side=side, currency=currency, exponent=exponent, signed_minor=minor)
        for (side, currency), (minor, exponent) in had.items()
    ]

    proofs = prove(
        [sum_of(number, book) for number, book in enumerate(books)],
        adjustments,
        openings,
        sign_mode=sign_mode,
        listed=100,
    )

    assert [one.difference_minor for one in proofs] == [0] * len(proofs)
    assert all(one.proven for one in proofs)
    assert {one.currency for one in proofs} == {
        *(one.currency for one in books), *(currency for _, currency in had),
    }  # fmt: skip
    for proof in proofs:
        own = [one for one in books if one.currency == proof.currency]
        records = sum(term(proof, name).count for name in ("side_a", "side_b"))
        assert records == len(own)


@given(BOOKS.filter(bool), st.data(), st.sampled_from(get_args(SignMode)))
def test_an_amount_that_is_in_no_place_or_in_two_is_the_difference(
    books: list[Book], data: st.DataObject, sign_mode: SignMode
) -> None:
    sums = [sum_of(number, book) for number, book in enumerate(books)]
    place = data.draw(st.integers(0, len(sums) - 1))
    spoiled = data.draw(st.integers(1, LARGE))
    one = books[place]
    lost = {name: getattr(sums[place], name) for name in EntrySum.__struct_fields__}
    lost |= {"open_minor": sums[place].open_minor - spoiled, "is_open": True, "misplaced": True}
    sums[place] = EntrySum(**lost)

    proofs = {one.currency: one for one in prove(sums, [], [], sign_mode=sign_mode, listed=100)}

    proof = proofs.pop(one.currency)
    fine = spoiled * 10 ** (proof.exponent - one.exponent)
    assert abs(proof.difference_minor) == fine
    assert not proof.proven
    assert term(proof, "misplaced").sum_minor == proof.difference_minor
    assert term(proof, "misplaced").first == [place]
    assert all(other.proven for other in proofs.values())


def test_two_errors_that_cancel_each_other_out_do_not_prove_it() -> None:
    lost = {"is_open": False, "open_minor": 0, "misplaced": True}

    (proof,) = prove(
        [a_sum(1, side="A", **lost), a_sum(2, side="B", **lost)],
        [], [], sign_mode="same", listed=100,
    )  # fmt: skip

    assert proof.difference_minor == 0
    assert not proof.proven


@pytest.mark.parametrize(
    ("sign_mode", "a", "b"),
    [("same", 1000, -700), ("opposite", 1000, 700), ("absolute", 1000, 700)],
)
def test_amounts_are_signed_as_the_sign_mode_says(sign_mode: SignMode, a: int, b: int) -> None:
    (proof,) = prove(
        [a_sum(1), a_sum(2, side="B", direction="debit", amount_minor=700)],
        [], [], sign_mode=sign_mode, listed=100,
    )  # fmt: skip

    assert [term(proof, "side_a").sum_minor, term(proof, "side_b").sum_minor] == [a, b]
    assert (proof.side_difference_minor, proof.proven) == (b - a, True)


def test_an_adjustment_of_what_a_has_beyond_b_counts_with_the_other_sign() -> None:
    matched = {"is_open": False, "matched": True}
    sums = [
        a_sum(1, amount_minor=1000, matched_minor=1000, **matched),
        a_sum(2, side="B", amount_minor=9_995, exponent=3, matched_minor=9_995, **matched),
    ]
    tolerance = AdjustmentSum(currency="EUR", exponent=3, records=1, signed_minor=5, first=[7])

    (proof,) = prove(sums, [tolerance], [], sign_mode="same", listed=100)

    assert (proof.exponent, proof.side_difference_minor, proof.proven) == (3, -5, True)
    assert (term(proof, "adjustments").sum_minor, term(proof, "adjustments").first) == (-5, [7])


def test_currencies_are_never_summed_and_what_they_had_is_a_currency_too() -> None:
    had = OpeningBalance(side="B", currency="CHF", exponent=2, signed_minor=-300)

    proofs = prove(
        [a_sum(1), a_sum(2, side="B", currency="USD")], [], [had], sign_mode="same", listed=100
    )

    assert [(one.currency, one.side_difference_minor, one.proven) for one in proofs] == [
        ("CHF", -300, True), ("EUR", -1000, True), ("USD", 1000, True),
    ]  # fmt: skip
    assert term(proofs[0], "side_b").opening_minor == -300
    assert term(proofs[0], "opening_difference").sum_minor == -300


def test_a_term_lists_the_lowest_ids_and_says_what_is_not_booked() -> None:
    sums = [
        a_sum(first=[5, 9], records=2, amount_minor=3),
        a_sum(first=[1, 7], records=40, amount_minor=4, direction="debit", status="pending"),
        a_sum(first=[2], amount_minor=5, status="informational"),
    ]

    (proof,) = prove(sums, [], [], sign_mode="same", listed=3)

    side = term(proof, "side_a")
    assert (side.first, side.count, side.sum_minor) == ([1, 2, 5], 43, 4)
    assert (side.pending, side.informational) == (40, 1)
