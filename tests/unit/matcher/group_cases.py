"""Small random open sets with a rule of rollups or sets, so that groups tie, nearly or twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.passes.proposal import Blocked
from tieout_matcher.domain.rule import Group, Leaf, Rollup, Rule
from unit.matcher.builders import DAY, some_fields
from unit.matcher.groups import proposals, solve
from unit.matcher.pair_cases import Case, Open, leaf, pass_rule

SUMS = (
    (leaf("amount"),),
    (leaf("amount"),),
    (leaf("amount", tolerance="0.5 dollar"),),
    (leaf("amount", tolerance="20 percent"),),
    (leaf("amount", tolerance="150 percent"), leaf("amount", operand="gte")),
    (),
)
OTHERS = (
    leaf("date", tolerance="2 day"),
    leaf("counterparty"),
    leaf("metadata.batch", "reference"),
    leaf("reference", "counterparty", operand="neq"),
    leaf("counterparty", "reference", operand="in"),
)
GROUPS_OF_DATE = (("date",), ("date", "counterparty"), ("value_date", "metadata.batch"))
GROUPS_OF_IDENTIFIER = (("metadata.batch",), ("counterparty", "metadata.batch"), ("value_date",))


def group_case(random: Random) -> Case:
    """Make a case of at most nine entries; of some, what was found before is blocked."""
    rule = random.choice((_by_date, _by_identifier, _of_sets))(random)
    sides: list[Side] = random.choices(("A", "B"), k=random.randint(2, 9))
    numbers = random.sample(range(1, 20), len(sides))
    kinds = [_fields(random) for _ in range(random.randint(1, len(sides)))]
    entries = tuple(
        Open(
            record_id=100 + number, entry_no=entry_no, side=side, fields=_varied(random, kinds)
        )
        for entry_no, (number, side) in enumerate(zip(numbers, sides, strict=True), start=1)
    )  # fmt: skip
    case = Case(
        rules=(rule,),
        entries=_tied(random, entries),
        sign_mode=random.choice(("same", "same", "opposite", "absolute")),
        only_suggest=random.random() < 0.05,
    )
    return replace(case, blocked=_blocked(random, case)) if random.random() < 0.3 else case


def case_of(seed: int) -> Case:
    """Make always the same case of a seed."""
    return group_case(Random(seed))  # noqa: S311  # a seeded simulation, no secret


group_cases = st.builds(case_of, st.integers(0, 10**9))


def rearranged(case: Case, random: Random) -> Case:
    """Let the same entries arrive in another order, under other numbers."""
    numbers = random.sample(range(500, 540), len(case.entries))
    new = {one.record_id: number for one, number in zip(case.entries, numbers, strict=True)}
    order = random.sample(case.entries, len(case.entries))
    return replace(
        case,
        entries=tuple(
            replace(one, record_id=new[one.record_id], entry_no=entry_no)
            for entry_no, one in enumerate(order, start=1)
        ),
        blocked=frozenset(_renamed(one, new) for one in case.blocked),
    )


def mirrored(case: Case) -> Case:
    """Exchange the sides of everything."""
    sides: dict[Side, Side] = {"A": "B", "B": "A"}
    rule = case.rules[0]
    return replace(
        case,
        rules=(
            replace(
                rule,
                many_side="b" if rule.many_side == "a" else "a",
                condition=_mirrored(rule.condition),
            ),
        ),
        entries=tuple(replace(one, side=sides[one.side]) for one in case.entries),
        blocked=frozenset((two, one) for one, two in case.blocked),
    )


def symmetric(case: Case) -> bool:
    """Tell whether it is a rollup whose conditions mean the same from the other side."""
    return case.rules[0].cardinality == "many_to_one" and all(
        one.operand in ("eq", "neq") and (one.tolerance is None or one.tolerance.unit != "percent")
        for one in _leaves(case.rules[0].condition)
    )


def _leaves(node: Group | Leaf) -> list[Leaf]:
    if isinstance(node, Leaf):
        return [node]
    return [one for child in node.children for one in _leaves(child)]


def _mirrored(group: Group) -> Group:
    return replace(
        group,
        children=tuple(
            replace(one, key=one.value, value=one.key) if isinstance(one, Leaf) else _mirrored(one)
            for one in group.children
        ),
    )


def _renamed(sides: tuple[tuple[int, ...], tuple[int, ...]], new: dict[int, int]) -> Any:
    return tuple(tuple(sorted(new[one] for one in side)) for side in sides)


def _by_date(random: Random) -> Rule:
    group_by = random.choice(GROUPS_OF_DATE)
    lookback = random.choice((None, 1, 2, 4))
    rollup = Rollup(lookback_days=lookback, date_field=group_by[0] if lookback else None)
    return _rule(random, cardinality="many_to_one", rollup=rollup, group_by=group_by)


def _by_identifier(random: Random) -> Rule:
    lookback = random.choice((None, None, 1, 3))
    rollup = Rollup(
        kind="identifier", lookback_days=lookback, date_field="date" if lookback else None
    )
    group_by = random.choice(GROUPS_OF_IDENTIFIER)
    return _rule(random, cardinality="many_to_one", rollup=rollup, group_by=group_by)


def _of_sets(random: Random) -> Rule:
    return _rule(random, cardinality="many_to_many", search="subset_sum")


def _rule(random: Random, **shape: Any) -> Rule:
    leaves: list[Leaf | Group] = [*random.choice(SUMS)]
    leaves += random.sample(OTHERS, random.choice((0, 0, 1, 2)))
    if not leaves or random.random() < 0.15:
        leaves.append(Group(operand="or", children=tuple(random.sample(OTHERS, 2))))
    shape["min_score_to_accept"] = random.choice((0, 0, 0, 90))
    if shape["cardinality"] == "many_to_one":
        shape["many_side"] = random.choice(("a", "b"))
    return pass_rule(*leaves, **shape)


def _fields(random: Random) -> Fields:
    maybe = random.choice
    amount_minor, exponent = maybe((("100", 2), ("200", 2), ("3000", 3), ("15", 1), ("0", 2)))
    return some_fields(
        amount_minor,
        exponent=exponent,
        currency=maybe(("EUR",) * 12 + ("USD",)),
        direction=maybe(("credit",) * 7 + ("debit",)),
        date=DAY + timedelta(days=maybe((0, 0, 1, 2, 5))),
        value_date=maybe((None, DAY, DAY, DAY + timedelta(days=1))),
        counterparty=maybe((None, "x", "x", "y")),
        reference=maybe((None, "1", "1", "x,y")),
        metadata=maybe(({}, {"batch": 1}, {"batch": 1}, {"batch": "2"})),
        status=maybe(("posted",) * 12 + ("pending",)),
    )


def _varied(random: Random, kinds: Sequence[Fields]) -> Fields:
    kind, other = random.choice(kinds), _fields(random)
    if random.random() < 0.4:
        return kind
    names = random.choice((("date",), ("amount_minor", "exponent"), ("reference",), ("metadata",)))
    return changed(kind, **{name: getattr(other, name) for name in names})


def changed(fields: Fields, **changes: Any) -> Fields:
    values = {name: getattr(fields, name) for name in fields.__struct_fields__}
    return Fields(**(values | changes))


def _tied(random: Random, entries: tuple[Open, ...]) -> tuple[Open, ...]:
    """Let some entries be the sum of a few of the other side, now and then a little more."""
    tied = []
    for one in entries:
        others = [other.fields for other in entries if other.side != one.side]
        if others and random.random() < 0.4:
            some = _some(random, others)
            total = sum(fields.signed_minor * 10 ** (3 - fields.exponent) for fields in some)
            total += random.choice((0, 0, 0, 10, -300))
            fields = changed(
                one.fields,
                amount_minor=str(abs(total)),
                exponent=3,
                direction="credit" if total >= 0 else "debit",
            )
            tied.append(replace(one, fields=fields))
        else:
            tied.append(one)
    return tuple(tied)


def _some(random: Random, others: list[Fields]) -> list[Fields]:
    """Take a few, or all of some days."""
    first, last = sorted(one.date for one in random.choices(others, k=2))
    if random.random() < 0.5:
        return [one for one in others if first <= one.date <= last]
    return random.sample(others, random.randint(1, min(3, len(others))))


def _blocked(random: Random, case: Case) -> Blocked:
    found = [one.records for one in proposals(solve(case.rules[0], case.facts()))]
    return frozenset(random.sample(found, min(len(found), random.randint(1, 2))))
