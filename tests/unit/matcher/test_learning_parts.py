"""The parts of learning: numbers that people write, distances, likenesses, bodies, words."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.learning.cohort_drafts import cohort_drafts
from tieout_matcher.domain.learning.distances import amounts, days, split_by_amount
from tieout_matcher.domain.learning.draft import Draft, meaning
from tieout_matcher.domain.learning.likenesses import by_values, of_examples
from tieout_matcher.domain.learning.sample import Example, Sample
from tieout_matcher.domain.learning.texts import SampleTexts
from tieout_matcher.domain.learning.words import in_words
from tieout_matcher.domain.learning.written import covering, written_amount, written_days
from unit.matcher.builders import DAY
from unit.matcher.pair_cases import leaf, open_entries, pass_rule
from unit.matcher.planted import START, Planting


@pytest.mark.parametrize(
    ("seen", "written"),
    [
        ("0.5", "0.5"), ("0.51", "0.6"), ("1", "1"), ("1.01", "1.5"), ("7", "8"), ("8.01", "10"),
        ("0.012", "0.015"), ("123", "150"), ("9000", "10000"),
    ],
)  # fmt: skip
def test_amounts_are_rounded_up_to_what_a_person_writes(seen: str, written: str) -> None:
    assert format(written_amount(Fraction(seen)), "f") == written


@given(st.fractions(min_value="1/1000000", max_value=10**12))
def test_a_written_amount_is_no_less_and_not_much_more(seen: Fraction) -> None:
    assert seen <= Fraction(written_amount(seen)) <= seen * Fraction(3, 2)


def test_days_are_rounded_up_and_end_at_a_month() -> None:
    assert [written_days(one) for one in (0, 1, 3, 6, 8, 11, 15, 22, 30, 31)] == [
        0, 1, 3, 7, 10, 14, 21, 30, 30, None,
    ]  # fmt: skip


def test_a_value_covers_so_many_percent_of_what_was_seen() -> None:
    seen = [Fraction(one) for one in (1, 9, 2, 3, 4, 5, 6, 7, 8, 100)]

    assert [covering(seen, percent) for percent in (1, 75, 90, 95, 100)] == [1, 8, 9, 100, 100]


def examples(*given: tuple[dict[str, Any], dict[str, Any]]) -> list[Example]:
    sides: list[tuple[Side, dict[str, Any]]] = [
        (side, fields)
        for pair in given
        for side, fields in zip("AB", pair, strict=True)  # type: ignore[misc]  # they are sides
    ]
    made: list[Facts] = open_entries(*sides)
    return list(zip(made[::2], made[1::2], strict=True))


def test_the_tighter_of_money_and_percent_is_chosen() -> None:
    fee = [({"amount_minor": str(n * 995)}, {"amount_minor": str(n * 1000)}) for n in (9, 50, 900)]
    fixed = [({"amount_minor": str(n - 25)}, {"amount_minor": str(n)}) for n in (900, 5000, 90000)]

    assert in_words([amounts(examples(*fee))]) == "amount at most 0.5 percent apart"
    assert in_words([amounts(examples(*fixed))]) == "amount at most 0.25 apart"


def test_amounts_that_are_far_apart_or_of_other_currencies_teach_nothing() -> None:
    given = examples(
        ({"amount_minor": "100"}, {"amount_minor": "100"}),
        ({"amount_minor": "95"}, {"amount_minor": "100"}),
        ({"amount_minor": "80"}, {"amount_minor": "100"}),
        ({"amount_minor": "0"}, {"amount_minor": "0", "currency": "USD"}),
        ({"amount_minor": "5"}, {"amount_minor": "0"}),
    )

    equal, near = split_by_amount(given)

    assert (equal, near) == (given[:1], given[1:2])


def test_days_are_those_of_the_dates_that_are_nearest() -> None:
    later = {"date": DAY + timedelta(days=9), "value_date": DAY + timedelta(days=2)}
    far = {"date": DAY + timedelta(days=40)}

    near = days(examples(*[({"date": DAY}, later)] * 5), percent=95)
    equal = days(examples(*[({"date": DAY}, {"value_date": DAY, **far})] * 5), percent=95)

    assert in_words([near] if near else []) == "date and value_date at most 2 days apart"
    assert in_words([equal] if equal else []) == "equal date and value_date"
    assert days(examples(*[({"date": DAY}, far)] * 5), percent=95) is None


def _sample(*pairs: tuple[dict[str, Any], dict[str, Any]]) -> Sample:
    planted = Planting(1)
    for of_a, of_b in pairs:
        a, b = planted.add("A", 100, START, **of_a), planted.add("B", 100, START, **of_b)
        planted.match([a], [b])
    return Sample(past=planted.past())


NUMBERS = [f"{n * 7919 % 1000:03}" for n in range(12)]
NAMES = [f"{chr(97 + n)}z{chr(109 - n)}y" for n in range(12)]


@pytest.mark.parametrize(
    ("of_a", "of_b", "line"),
    [
        ("Inv-{n}x", "INV-{n}X", "equal reference (lowercase)"),
        ("inv {n}x", "inv/{n}x", "equal reference (alphanumeric only)"),
        ("Inv {n}x", "INV/{n}x", "equal reference (alphanumeric only, lowercase)"),
        ("abcd{n}efgh", "abcd{n}e", "equal reference (first 8 characters) and reference"),
        ("Abcd{n}efgh", "abcd{n}e", "equal reference (first 8 characters, lowercase) and"),
        ("R-{n}", "{n}", "equal reference (digits only)"),
        ("paid for {name} today", "{name}", "reference contains reference"),
        ("we paid for {name} now", "Paid For {name}", "reference (lowercase) contains reference"),
    ],
)
def test_texts_are_found_to_be_alike_with_the_least_change(of_a: str, of_b: str, line: str) -> None:
    sample = _sample(
        *(
            ({"reference": of_a.format(n=n, name=name)}, {"reference": of_b.format(n=n, name=name)})
            for n, name in zip(NUMBERS, NAMES, strict=True)
        )
    )

    alike = of_examples(SampleTexts(sample), sample.shown_pairs)

    assert in_words(alike.telling[:1]).startswith(line)
    assert alike.common == []


def test_what_all_examples_share_is_common_and_tells_nothing() -> None:
    pairs = [({"counterparty": f"C{n % 3}"}, {"counterparty": f"C{n % 3}"}) for n in range(12)]
    sample = _sample(*pairs)

    alike = of_examples(SampleTexts(sample), sample.shown_pairs)

    assert (in_words(alike.common), list(alike.telling)) == ("equal counterparty", [])


def test_a_text_that_comes_round_in_turn_tells_nothing() -> None:
    pairs = [({"counterparty": f"C{n % 12}"}, {"counterparty": f"C{n % 12}"}) for n in range(60)]
    sample = _sample(*pairs)

    alike = of_examples(SampleTexts(sample), sample.shown_pairs)

    assert (in_words(alike.common), list(alike.telling)) == ("equal counterparty", [])


def test_of_texts_that_hold_as_often_the_one_that_tells_more_leads() -> None:
    """Two of the customers are the same; all references differ."""
    said = [
        {"counterparty": name, "reference": number}
        for name, number in zip([NAMES[1], *NAMES[1:]], NUMBERS, strict=True)
    ]
    sample = _sample(*zip(said, said, strict=True))

    alike = of_examples(SampleTexts(sample), sample.shown_pairs)

    assert in_words(alike.telling) == "equal reference"


def test_conditions_complement_each_other() -> None:
    planted = Planting(1)
    for number in range(40):
        name = "reference" if number % 2 else "external_id"
        for side in ("A", "B"):
            planted.add(side, number, START, **{name: f"no {number}"})  # type: ignore[arg-type]  # it is a side
    sample = Sample(past=planted.past())

    found = by_values(sample, SampleTexts(sample))

    assert sorted(map(in_words, ([one] for one in found))) == [
        "equal external_id", "equal reference",
    ]  # fmt: skip
    assert [len(pairs) for pairs in found.values()] == [20, 20]


def test_records_that_share_a_value_one_by_one_are_no_groups() -> None:
    sample = Sample(past=Planting(1).prefixed(20).past())

    assert list(cohort_drafts(sample, SampleTexts(sample))) == []


def test_rules_mean_the_same_however_they_are_written() -> None:
    reference, near = leaf("reference"), leaf("amount", tolerance="1.0 dollar")
    written = pass_rule(reference, rule_id=1)
    other = Draft(leaves=(leaf("amount"), reference), telling=True).rule(5, priority=9)

    assert meaning(written) == meaning(other)
    assert meaning(pass_rule(near, reference)) == meaning(
        pass_rule(reference, leaf("amount", tolerance="1 dollar"))
    )
    assert meaning(written) != meaning(pass_rule(near, reference))


def test_fields_that_no_rule_could_name_are_passed_over() -> None:
    odd = {"a.b": {"c": 1}, "": 1, ".x": 1, "y.": 1, "z": {"": 2, "deep": {"er": {"no": 1}}}}
    odd |= {"n" * 192: 1, "nul\0": 1}
    sample = _sample(
        ({"metadata": odd | {"ok": "v", "list": [1], "n" * 191: 1}}, {"description": "d"})
    )

    assert sample.fields == {
        "A": ["metadata.a.b.c", f"metadata.{'n' * 191}", "metadata.ok"], "B": ["description"],
    }  # fmt: skip
