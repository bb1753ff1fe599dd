"""Small random logs of arrivals, many thousands a run: like `simulation.cases`, by a seed."""

from random import Random
from typing import Any

from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.rule import Group, Leaf, Rule
from unit.matcher.builders import DAY
from unit.matcher.naive import Arriving
from unit.matcher.quick_random import QuickRandom
from unit.matcher.simulation import AMOUNTS, CURRENCIES, DIRECTIONS, LEAVES, METADATA, TEXTS, Case

_SIDES: tuple[Side, ...] = ("A", "B")
_LEAVES = read_condition({"operand": "and", "rules": list(LEAVES)}).children
_VALUES: dict[str, tuple[Any, ...]] = {
    "amount_minor": AMOUNTS,
    "exponent": (0, 1, 2),
    "currency": CURRENCIES,
    "direction": DIRECTIONS,
    "external_id": TEXTS,
    "reference": TEXTS,
    "metadata": METADATA,
}


def log_of(seed: int) -> Case:
    """Make a log of at most eight arrivals, in batches, with up to three rules and some blocks."""
    random = QuickRandom(seed)
    kinds = [_fields(random) for _ in range(random.randint(1, 3))]
    length = random.randint(2, 8)
    log = tuple(
        Arriving(record_id=number + 100, side=random.choice(_SIDES), fields=random.choice(kinds))
        for number in range(1, length + 1)
    )
    pairs = [(one.record_id, two.record_id) for one in log if one.side == "A"
             for two in log if two.side == "B"]  # fmt: skip
    return Case(
        log=log,
        rules=tuple(_rule(random, number) for number in range(1, random.randint(2, 4))),
        sign_mode=random.choice(("same", "same", "opposite", "absolute")),
        blocks=frozenset(random.sample(pairs, min(len(pairs), random.choice((0, 0, 1, 3))))),
        cuts=frozenset(random.sample(range(length), random.randint(0, 3))) if length > 3 else
        frozenset(),
    )  # fmt: skip


def _rule(random: Random, number: int) -> Rule:
    conditions = random.choice((1, 1, 2))
    operand = random.choice(("and", "or"))
    return Rule(
        rule_id=number,
        version=1,
        priority=random.randint(0, 2),
        status=random.choice(("active", "active", "active", "proposed")),
        condition=Group(
            operand=operand, children=tuple(_condition(random) for _ in range(conditions))
        ),
    )


def _condition(random: Random) -> Leaf | Group:
    if random.random() < 0.6:
        return random.choice(_LEAVES)
    chosen = random.choices(_LEAVES, k=random.randint(1, 3))
    return Group(operand=random.choice(("and", "or")), children=tuple(chosen))


def _fields(random: Random) -> Fields:
    return Fields(date=DAY, **{name: random.choice(values) for name, values in _VALUES.items()})
