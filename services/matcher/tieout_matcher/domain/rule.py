"""Rules as values: what must hold between an entry of side A and one of side B.

Source: semantics of rules (docs). `filters.py` reads what a caller writes to these.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Operand = Literal["eq", "neq", "gt", "gte", "lt", "lte", "contains", "in", "not_in", "similar"]
Unit = Literal["dollar", "percent", "day", "month"]
Cardinality = Literal["one_to_one", "many_to_one", "many_to_many"]

PLAIN_FIELDS = frozenset(
    {
        "amount", "currency", "date", "value_date", "direction",
        "description", "counterparty", "external_id", "reference",
    }
)  # fmt: skip
DATE_FIELDS = frozenset({"date", "value_date"})
CODE_FIELDS = frozenset({"currency", "direction"})
MONEY_AND_TIME = DATE_FIELDS | CODE_FIELDS | {"amount"}  # whatever they are compared with
_OF_DATES = frozenset({"eq", "neq", "gt", "gte", "lt", "lte"})


class RuleError(ValueError):
    """A rule that cannot be taken; `path` is the JSON path, `message` says the remedy."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Transform:
    name: str
    length: int = 0


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How far two values may differ: `amount` in `unit`; of `month` it is not used.

    `dollar` is a major unit of the currency (a plain unit of other numbers), `percent` is of side
    B's absolute value, `month` is the same calendar month.
    """

    amount: Decimal
    unit: Unit

    @property
    def of_dates(self) -> bool:
        return self.unit in ("day", "month")


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """`key` names a field of side A, `value` one of side B, compared after the transforms.

    `min_similarity` (1 to 100) goes with `similar` only, `tolerance` with `eq` only.
    """

    key: str
    value: str
    operand: Operand = "eq"
    tolerance: Tolerance | None = None
    min_similarity: int | None = None
    key_transforms: tuple[Transform, ...] = ()
    value_transforms: tuple[Transform, ...] = ()

    @property
    def exact(self) -> bool:
        """An equality without tolerance: what deciding on arrival can look up."""
        return self.operand == "eq" and self.tolerance is None

    @property
    def compares_amounts(self) -> bool:
        return self.key == "amount"

    @property
    def compares_dates(self) -> bool:
        """Both values are calendar days; what a transform leaves of a date is a text."""
        if self.tolerance is not None:
            return self.tolerance.of_dates
        plain = not self.key_transforms and not self.value_transforms
        both = self.key in DATE_FIELDS and self.value in DATE_FIELDS
        return plain and both and self.operand in _OF_DATES

    @property
    def makes_key(self) -> bool:
        """Counterparts are found by it: an equality of no mere code, or an absolute tolerance."""
        if self.tolerance is not None:
            return self.tolerance.unit in ("dollar", "day")
        return self.exact and self.key not in CODE_FIELDS

    @property
    def identifies(self) -> bool:
        """An equality of what identifies a movement: external_id, reference, metadata."""
        names = (self.key, self.value)
        return (
            self.exact
            and any(
                name in ("external_id", "reference") or name.startswith("metadata.")
                for name in names
            )
            and not any(name in MONEY_AND_TIME for name in names)
        )


@dataclass(frozen=True, kw_only=True)
class Group:
    """All of its children must hold (`and`), or one of them (`or`)."""

    operand: Literal["and", "or"]
    children: tuple["Group | Leaf", ...]


@dataclass(frozen=True, kw_only=True)
class Rollup:
    """How the many side is gathered; the window is given whole or not at all."""

    kind: Literal["date", "identifier"] = "date"
    lookback_days: int | None = None
    date_field: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One immutable version of a rule. Lower priority runs first."""

    rule_id: int
    version: int
    priority: int
    status: Literal["active", "proposed"]
    condition: Group
    evaluate: Literal["arrival", "pass"] = "arrival"
    cardinality: Cardinality = "one_to_one"
    many_side: Literal["a", "b"] = "a"
    group_by: tuple[str, ...] = ()
    rollup: Rollup | None = None
    search: Literal["subset_sum"] | None = None
    min_score_to_accept: int = 0

    @property
    def decides_on_arrival(self) -> bool:
        """Every record that satisfies it is equal under it: the first to come can be taken."""
        return (
            self.cardinality == "one_to_one"
            and self.evaluate == "arrival"
            and self.min_score_to_accept == 0
            and all(leaf.exact for leaf in leaves_of(self.condition))
        )

    @property
    def identifies(self) -> bool:
        """One of its conditions is an identity: two of one identity that differ are told of."""
        return self.cardinality == "one_to_one" and any(
            leaf.identifies for leaf in leaves_of(self.condition)
        )


def leaves_of(node: Group | Leaf) -> Iterator[Leaf]:
    """Yield the conditions of a tree in their order."""
    if isinstance(node, Leaf):
        yield node
        return
    for child in node.children:
        yield from leaves_of(child)
