"""Random conditions, rules and pairs of records, biased so that values are equal or nearly so."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.rule import Leaf, Rule
from unit.matcher.builders import DAY, a_leaf, a_rule, some_fields

Filter = dict[str, Any]
_TEXTS = ("description", "counterparty", "external_id", "reference")
_FREE = (*_TEXTS, "metadata.n", "metadata.a.b", "metadata.list", "metadata.absent")
_DATES = ("date", "value_date")
_TRANSFORMS = (
    "lowercase", "uppercase", "alphanumeric_only", "digits_only",
    {"name": "first_n_chars", "args": {"n": 2}}, {"name": "first_n_chars", "args": {"n": 7}},
)  # fmt: skip
_TOLERANCES = (1, 0.5, 0.01, "0.005", 2.5, 10, 100, "33.333333333333333333")
_PALETTES: tuple[tuple[Any, ...], ...] = (
    ("0", "1", "-1", "1.50", "1.5", "01.5", "1e2", "100", "99.5", "1_0", "\u0661", "nan", 1, -1,
     100, 1.5, 99.5, 0.1, True),
    ("2026-03-02", "2026-03-04T10:00:00Z", "20260302", "2026-02-30", "2026-03-31", "2025-03-04",
     "2026-W10-1", 20260302),
    ("ACME Invoice 12", "invoice 12 acme", "acme", "Äcme", "A\u0308cme", "12", "acme 12", 12),
    ("true", "acme, 12", "2026-03-02,1.5", "1.5", ",", "credit,EUR", "credit", "EUR", "", " ",
     False, True, None),
)  # fmt: skip
_AMOUNTS = (0, 1, 99, 100, 101, 199, 200, 1000, 1005, 99_999, 100_000, 10**38 - 1, 10**38 - 51)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two records to be compared; `one` is of side A."""

    one: Fields
    two: Fields
    sign_mode: SignMode


def condition(random: Random) -> Filter:
    """Make a condition of any kind that a rule may hold."""
    return random.choice(_KINDS)(random)


def equality(random: Random) -> Filter:
    """Make a condition by which records are found on arrival."""
    if random.random() < 0.2:
        return a_leaf("amount")
    return _between(random, (*_FREE, *_DATES, "currency", "direction")) | _transforms(random)


def leaf_of(given: Filter) -> Leaf:
    """Read one condition; `similar` has one beside it by which candidates are found."""
    (leaf, *_) = read_condition({"rules": [given, a_leaf("date")]}).children
    assert isinstance(leaf, Leaf)
    return leaf


def rule(random: Random) -> Rule:
    """Make a rule of a small tree, beside an equality that always holds."""
    return a_rule(_tree(random, depth=3), a_leaf("date", tolerance_amount=3000))


def compared(random: Random) -> Compared:
    """Make two records of a few texts; often the second is the first with a few fields changed."""
    palette = [random.choice(random.choice(_PALETTES)) for _ in range(2)]
    palette += random.choices(random.choice(_PALETTES), k=random.choice((2, 3)))
    one, other = _record(random, palette), _record(random, palette)
    names = list(one.__struct_fields__)
    changed = names if random.random() < 0.5 else random.choices(names, k=random.randint(0, 3))
    values = {name: getattr(other if name in changed else one, name) for name in names}
    modes: tuple[SignMode, ...] = ("same", "opposite", "absolute")
    return Compared(one=one, two=Fields(**values), sign_mode=random.choice(modes))


def _between(random: Random, fields: tuple[str, ...]) -> Filter:
    key = random.choice(fields)
    return a_leaf(key, key if random.random() < 0.4 else random.choice(fields))


def _transforms(random: Random) -> Filter:
    if random.random() < 0.6:
        return {}
    both = random.choices(_TRANSFORMS, k=random.randint(0, 2))
    one = random.choice(_TRANSFORMS)
    made = random.choice(({"key": both, "value": both}, {"key": one}, {"value": one}, {}))
    return {"transforms": made}


def _of_texts(random: Random) -> Filter:
    operand = random.choice(("neq", "contains", "in", "not_in"))
    fields = (*_FREE, *_DATES, "currency", "direction")
    return _between(random, fields) | _transforms(random) | {"operand": operand}


def _of_order(random: Random) -> Filter:
    operand = random.choice(("gt", "gte", "lt", "lte"))
    return _between(random, (*_FREE, *_DATES)) | _transforms(random) | {"operand": operand}


def _of_amounts(random: Random) -> Filter:
    operand = random.choice(("eq", "neq", "gt", "gte", "lt", "lte", "near", "near"))
    if operand == "near":
        return a_leaf("amount") | _tolerance(random)
    return a_leaf("amount", operand=operand)


def _of_numbers(random: Random) -> Filter:
    return _between(random, _FREE) | _transforms(random) | _tolerance(random)


def _tolerance(random: Random) -> Filter:
    unit = random.choice((None, "dollar", "percent"))
    return {"tolerance_amount": random.choice(_TOLERANCES), "tolerance_unit": unit}


def _of_dates(random: Random) -> Filter:
    fields = [random.choice(_DATES), random.choice((*_DATES, *_DATES, "metadata.n", "reference"))]
    random.shuffle(fields)
    given = random.choice(({"tolerance_amount": random.choice((1, 2, 29, 31))},
                           {"tolerance_unit": "month"}))  # fmt: skip
    return a_leaf(*fields) | _transforms(random) | given


def _of_days_in_texts(random: Random) -> Filter:
    given = random.choice(({"tolerance_amount": 2, "tolerance_unit": "day"},
                           {"tolerance_unit": "month"}))  # fmt: skip
    return _between(random, _FREE) | given


def _of_words(random: Random) -> Filter:
    given = {"operand": "similar", "min_similarity": random.choice((1, 40, 60, 80, 90, 100))}
    return _between(random, _FREE) | _transforms(random) | given


_KINDS = (
    equality, _of_texts, _of_texts, _of_order, _of_amounts, _of_numbers, _of_dates,
    _of_days_in_texts, _of_words,
)  # fmt: skip


def _tree(random: Random, *, depth: int) -> Filter:
    if not depth or random.random() < 0.4:
        return condition(random)
    children = [_tree(random, depth=depth - 1) for _ in range(random.randint(1, 3))]
    return {"operand": random.choice(("and", "or")), "rules": children}


def _record(random: Random, palette: list[Any]) -> Fields:
    texts = [None, *(str(one) for one in palette)]
    maybe = random.choice
    amount = maybe((maybe(_AMOUNTS), maybe(_AMOUNTS), random.randrange(10**38)))
    dates = [DAY + timedelta(days=days) for days in (0, 1, 2, 29, 30, 31)]
    return some_fields(
        str(amount),
        exponent=maybe((0, 2, 2, 3, 18)),
        currency=maybe(("EUR",) * 5 + ("USD",)),
        direction=maybe(("credit", "credit", "debit")),
        date=maybe(dates),
        value_date=maybe([None, *dates]),
        metadata={
            "n": maybe(palette),
            "list": maybe((maybe(palette), random.choices(palette, k=2))),
            "a": maybe((maybe(palette), {"b": maybe(palette)})),
        },
        **{name: maybe(texts) for name in _TEXTS},
    )
