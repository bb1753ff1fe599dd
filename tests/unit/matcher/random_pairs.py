"""Small random sets of open entries with one-to-one rules, so that everything meets everything."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.passes.proposal import Blocked
from tieout_matcher.domain.rule import Group, Leaf, Rule, Transform
from unit.matcher.builders import DAY
from unit.matcher.pair_cases import Case, Open, leaf, pass_rule
from unit.matcher.quick_random import QuickRandom

_DIGITS = (Transform(name="digits_only"),)
FINDABLE = (
    leaf("reference"),
    leaf("external_id"),
    leaf("external_id", "reference"),
    leaf("metadata.n"),
    leaf("date"),
    leaf("value_date"),
    leaf("amount"),
    leaf("reference", key_transforms=_DIGITS, value_transforms=_DIGITS),
    leaf("date", tolerance="2 day"),
    leaf("date", tolerance="4 day"),
    leaf("date", "value_date", tolerance="1 day"),
    leaf("amount", tolerance="0.5 dollar"),
    leaf("amount", tolerance="0.02 dollar"),
    leaf("metadata.n", tolerance="2 dollar"),
)
OTHERS = (
    leaf("amount", tolerance="10 percent"),
    leaf("amount", operand="gte"),
    leaf("date", tolerance="1 month"),
    leaf("date", operand="lte"),
    leaf("date", "value_date", operand="in"),
    leaf("metadata.n", tolerance="50 percent"),
    leaf("metadata.n", operand="gt"),
    leaf("description", operand="similar", min_similarity=60),
    leaf("description", "counterparty", operand="contains"),
    leaf("counterparty", operand="neq"),
    leaf("external_id", "reference", operand="in"),
    leaf("external_id", "reference", operand="not_in"),
    leaf("currency"),
)
_AMOUNTS = (("100", 2), ("101", 2), ("102", 2), ("150", 2), ("1000", 3), ("1015", 3), ("1", 0))
_VALUES: dict[str, tuple[Any, ...]] = {
    "currency": ("EUR",) * 9 + ("USD",),
    "direction": ("credit",) * 5 + ("debit",),
    "date": tuple(DAY + timedelta(days=days) for days in (0, 0, 1, 2, 5, 35)),
    "value_date": (None, DAY, DAY + timedelta(days=1)),
    "description": (None, "invoice 12", "12 invoice", "invoice 12 acme", "acme"),
    "counterparty": (None, "acme", "12"),
    "external_id": (None, "R1", "R1", "x"),
    "reference": (None, "R1", "R-1", "R1", "R1,x"),
    "metadata": ({}, {"n": 1}, {"n": 1}, {"n": "3"}, {"n": 2.5}),
    "status": ("posted",) * 9 + ("pending",),
}


def pair_case(random: Random) -> Case:
    """Make a case of at most eight entries."""
    kinds = [_fields(random) for _ in range(random.randint(1, 5))]
    size = random.randint(2, 8)
    numbers = random.sample(range(1, 20), size)
    sides: list[Side] = random.choices(("A", "B"), k=size)
    entries = tuple(
        Open(
            record_id=100 + number,
            entry_no=entry_no,
            side=side,
            fields=_varied(random, random.choice(kinds)),
        )
        for entry_no, (number, side) in enumerate(zip(numbers, sides, strict=True), start=1)
    )
    return Case(
        rules=tuple(pair_rule(random, rule_id) for rule_id in range(1, random.randint(2, 3))),
        entries=entries,
        sign_mode=random.choice(("same", "same", "opposite", "absolute")),
        blocked=_blocked(random, entries),
        only_suggest=random.random() < 0.1,
    )


def case_of(seed: int) -> Case:
    """Make always the same case of a seed."""
    return pair_case(QuickRandom(seed))


def pair_rule(random: Random, rule_id: int) -> Rule:
    """Make a rule of one to one; mostly a few conditions that all must hold."""
    least = random.choice((0, 0, 0, 70, 90))
    if random.random() < 0.7:
        return pass_rule(*_leaves(random), rule_id=rule_id, min_score_to_accept=least)
    either = Group(operand="or", children=(*_leaves(random)[:2], random.choice(FINDABLE)))
    more = _leaves(random)[:1] if random.random() < 0.5 else []
    return pass_rule(either, *more, rule_id=rule_id, min_score_to_accept=least)


def _leaves(random: Random) -> list[Leaf]:
    found = random.sample(FINDABLE, random.choice((1, 2, 2)))
    if random.random() < 0.4:
        found.append(random.choice(OTHERS))
    return found


def _fields(random: Random) -> Fields:
    values = {name: random.choice(values) for name, values in _VALUES.items()}
    return Fields(**_amount(random), **values)


def _amount(random: Random) -> dict[str, Any]:
    amount_minor, exponent = random.choice(_AMOUNTS)
    return {"amount_minor": amount_minor, "exponent": exponent}


def _varied(random: Random, kind: Fields) -> Fields:
    """Take a kind as it is, or with one field of another: then most conditions still hold."""
    if random.random() < 0.5:
        return kind
    name = random.choice(("amount", "date", "reference", "status"))
    if name == "amount":
        return replace(kind, **_amount(random))
    return replace(kind, **{name: random.choice(_VALUES[name])})


def _blocked(random: Random, entries: Sequence[Open]) -> Blocked:
    if random.random() < 0.6:
        return frozenset()
    pairs = [
        ((one.record_id,), (two.record_id,))
        for one in entries
        for two in entries
        if (one.side, two.side) == ("A", "B")
    ]
    return frozenset(random.sample(pairs, min(len(pairs), random.randint(1, 3))))


pair_cases = st.builds(pair_case, st.randoms(use_true_random=False))
