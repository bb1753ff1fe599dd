"""A decision, condition by condition, and what would have to change for another one."""

from typing import Any, Literal

from pydantic import Field

from tieout_gateway.shapes.shape import Id, Shape, absent


class ComparedValue(Shape):
    """What one side says; null where it says nothing."""

    record_id: Id | None = Field(description="null where a sum is compared")
    records: int = Field(description="how many records it stands for")
    before: str | None = Field(description="as the record says it; an amount with its own sign")
    after: str | None = Field(
        description="as it is compared: after the transforms, an amount as the sign mode counts it"
    )


class Distance(Shape):
    amount: str = Field(description="a plain decimal")
    unit: str | None = Field(
        description="a currency, `days`, or the unit of a tolerance; null for plain numbers"
    )


class Condition(Shape):
    """A condition of the rule at `path`, or one that every rule implies.

    Between larger groups the two records are shown that it fits least.
    """

    path: str | None = absent("JSON path within the rule")
    implied: Literal["one_currency", "equal_amounts"] | None = absent()
    key: str | None = absent("the field of side A")
    operand: str | None = absent()
    value: str | None = absent("the field of side B")
    tolerance: Distance | None = absent()
    min_similarity: int | None = absent()
    transforms: dict[str, Any] | None = absent()
    result: Literal["pass", "fail", "missing"]
    side_a: ComparedValue
    side_b: ComparedValue
    difference: Distance | None = absent()
    similarity: int | None = absent("in percent, of an operand `similar`")
    weight: int | None = absent("in the score")
    closeness: str | None = absent("1 without a difference, down to 0")
    pairs: int | None = absent("pairs of records that it was judged between, where several")
    failing: int | None = absent("of these pairs")


class Alternative(Shape):
    """One way in which the rule can hold: all conditions at these paths, and those implied."""

    paths: list[str]
    implied: list[Literal["one_currency", "equal_amounts"]]
    holds: bool
    score: int | None = Field(description="0 to 100, where it holds")


class Trace(Shape):
    conditions: list[Condition] = Field(description="in the rule's own order, then those implied")
    alternatives: list[Alternative]
    held: int | None = Field(description="which alternative counts, from 0; null: none holds")


class Change(Shape):
    """What would have to be otherwise. Changes that are named together are needed together.

    `tolerance`, `min_similarity`, `transforms`: in the condition at `path`, `to` takes the place of
    `from`. `condition_added`: the condition `to` is needed beside what is at `path`.
    `condition_removed`: what is at `path` goes. `value`: `field` of the record is to say `to`. The
    others name what holds the counterpart back.
    """

    kind: Literal[
        "tolerance", "min_similarity", "transforms", "condition_added", "condition_removed",
        "value", "suggestion_rejected", "match_revoked", "block_cleared", "pass",
    ]  # fmt: skip
    message: str
    path: str | None = absent()
    record_id: Id | None = absent()
    field: str | None = absent()
    from_: Any = Field(default=None, alias="from", exclude_if=lambda value: value is None)
    to: Any = absent()
    unit: str | None = absent("of a tolerance")
    from_unit: str | None = absent("of the tolerance as it is, where it has another")
    match_id: Id | None = absent()
