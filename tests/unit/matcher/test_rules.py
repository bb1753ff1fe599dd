"""Every filter tree that cannot be decided is refused with its place and a code."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_matcher.domain.alternatives import MAX_ALTERNATIVES, alternatives
from tieout_matcher.domain.filters import MAX_DEPTH, MAX_LEAVES, read_condition
from tieout_matcher.domain.rule import Group, Leaf, RuleError, Transform
from unit.matcher.builders import a_leaf


def of(*rules: Any, **group: Any) -> dict[str, Any]:
    return {"rules": list(rules), **group}


def nested(depth: int) -> dict[str, Any]:
    return of(a_leaf("reference")) if depth == 1 else of(nested(depth - 1))


INVALID: list[tuple[Any, str]] = [
    (None, "$.filters"),
    ([], "$.filters"),
    ({}, "$.filters.rules"),
    ({"rules": {}}, "$.filters.rules"),
    (of(), "$.filters.rules"),
    (of(of()), "$.filters.rules[0].rules"),
    (of("leaf"), "$.filters.rules[0]"),
    (of(a_leaf("date"), operand="nor"), "$.filters.operand"),
    (of(a_leaf("date"), operand=[]), "$.filters.operand"),
    (of(a_leaf("date"), operator="or"), "$.filters.operator"),
    (of({"key": "date", **of(a_leaf("date"))}), "$.filters.rules[0].key"),
    (of({"value": "date"}), "$.filters.rules[0].key"),
    (of({"key": "date"}), "$.filters.rules[0].value"),
    (of(a_leaf("date"), a_leaf("colour", "date")), "$.filters.rules[1].key"),
    (of(a_leaf("date", "metadata")), "$.filters.rules[0].value"),
    (of(a_leaf("date", "metadata.")), "$.filters.rules[0].value"),
    (of(a_leaf("date", "metadata.a..b")), "$.filters.rules[0].value"),
    (of({"key": 5, "value": "date"}), "$.filters.rules[0].key"),
    (of(a_leaf("amount", "reference")), "$.filters.rules[0].value"),
    (of(a_leaf("reference", "amount")), "$.filters.rules[0].value"),
    (of(a_leaf("date", colour="red")), "$.filters.rules[0].colour"),
    (of(a_leaf("date", operand="equals")), "$.filters.rules[0].operand"),
    (of(a_leaf("date", operand=["eq"])), "$.filters.rules[0].operand"),
    (of(a_leaf("date", operand={})), "$.filters.rules[0].operand"),
    (of(a_leaf("date", operand="gt", tolerance_amount=1)), "$.filters.rules[0].tolerance_amount"),
    (of(a_leaf("date", transforms="lowercase")), "$.filters.rules[0].transforms"),
    (of(a_leaf("date", transforms={"both": []})), "$.filters.rules[0].transforms.both"),
    (of(a_leaf("date", transforms={"key": 5})), "$.filters.rules[0].transforms.key"),
    (of(a_leaf("date", transforms={"key": "reverse"})), "$.filters.rules[0].transforms.key"),
    (of(a_leaf("date", transforms={"key": {"name": []}})), "$.filters.rules[0].transforms.key"),
    (
        of(a_leaf("date", transforms={"value": ["lowercase", "shout"]})),
        "$.filters.rules[0].transforms.value[1]",
    ),
    (
        of(a_leaf("date", transforms={"key": {"name": "first_n_chars"}})),
        "$.filters.rules[0].transforms.key.args.n",
    ),
    (
        of(a_leaf("date", transforms={"key": {"name": "first_n_chars", "args": {"n": 0}}})),
        "$.filters.rules[0].transforms.key.args.n",
    ),
    (
        of(a_leaf("date", transforms={"key": {"name": "first_n_chars", "args": {"n": True}}})),
        "$.filters.rules[0].transforms.key.args.n",
    ),
    (nested(MAX_DEPTH + 1), "$.filters" + ".rules[0]" * MAX_DEPTH),
    (of(*[a_leaf("date")] * (MAX_LEAVES + 1)), "$.filters"),
]
NOT_SUPPORTED: list[tuple[Any, str]] = [
    *(
        (of(a_leaf("date", operand=operand)), "$.filters.rules[0].operand")
        for operand in ("neq", "gt", "gte", "lt", "lte", "contains", "in", "not_in", "similar")
    ),
    (of(a_leaf("amount", tolerance_amount=5)), "$.filters.rules[0].tolerance_amount"),
    (of(a_leaf("date", tolerance_unit="month")), "$.filters.rules[0].tolerance_unit"),
    (of(a_leaf("reference", min_similarity=90)), "$.filters.rules[0].min_similarity"),
    (of(a_leaf("amount", transforms={"key": "digits_only"})), "$.filters.rules[0].transforms"),
]


@pytest.mark.parametrize(("filters", "path"), INVALID)
def test_what_is_wrong_is_refused_with_its_place(filters: Any, path: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_condition(filters)

    assert (refused.value.path, refused.value.code) == (path, "validation_failed")


@pytest.mark.parametrize(("filters", "path"), NOT_SUPPORTED)
def test_what_cannot_be_decided_yet_is_never_read_otherwise(filters: Any, path: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_condition(filters)

    assert (refused.value.path, refused.value.code) == (path, "not_supported")


def test_the_limits_themselves_are_allowed() -> None:
    assert alternatives(read_condition(nested(MAX_DEPTH))) == (
        (Leaf(key="reference", value="reference"),),
    )
    assert len(read_condition(of(*[a_leaf("date")] * MAX_LEAVES)).children) == MAX_LEAVES
    assert (MAX_DEPTH, MAX_LEAVES) == (8, 64)


def test_groups_keep_their_order_and_the_operands_default_to_and_and_eq() -> None:
    filters = of(a_leaf("date"), of(a_leaf("amount", operand="eq"), operand="and"),
                 a_leaf("metadata.a.b", "reference", tolerance_amount=None))  # fmt: skip

    condition = read_condition(filters)

    (leaves,) = alternatives(condition)
    assert condition.operand == "and"
    assert [(leaf.key, leaf.value) for leaf in leaves] == [
        ("date", "date"),
        ("amount", "amount"),
        ("metadata.a.b", "reference"),
    ]


def test_transforms_may_be_a_name_an_object_or_a_list() -> None:
    transforms = {
        "key": "lowercase",
        "value": [{"name": "first_n_chars", "args": {"n": 8}}, "uppercase"],
    }

    (leaf,) = read_condition(of(a_leaf("reference", transforms=transforms))).children

    assert isinstance(leaf, Leaf)
    assert leaf.key_transforms == (Transform(name="lowercase"),)
    assert leaf.value_transforms == (
        Transform(name="first_n_chars", length=8),
        Transform(name="uppercase"),
    )


_LEAVES = [Leaf(key=name, value=name) for name in ("date", "reference", "external_id", "currency")]
_trees = st.recursive(
    st.sampled_from(_LEAVES),
    lambda children: st.builds(
        Group,
        operand=st.sampled_from(["and", "or"]),
        children=st.lists(children, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


def holds(node: Group | Leaf, true: frozenset[Leaf]) -> bool:
    if isinstance(node, Leaf):
        return node in true
    children = [holds(child, true) for child in node.children]
    return any(children) if node.operand == "or" else all(children)


@given(tree=_trees, true=st.frozensets(st.sampled_from(_LEAVES)))
def test_a_tree_holds_exactly_when_one_of_its_alternatives_does(
    tree: Group | Leaf, true: frozenset[Leaf]
) -> None:
    condition = Group(operand="and", children=(tree,))

    ways = alternatives(condition)

    assert any(true.issuperset(way) for way in ways) == holds(condition, true)
    assert len(set(ways)) == len(ways)


def test_a_tree_with_too_many_alternatives_is_refused_with_its_place() -> None:
    either = of(a_leaf("date"), a_leaf("reference"), operand="or")
    six, seven = (of(of(*[either] * times)) for times in (6, 7))

    assert MAX_ALTERNATIVES == 2**6
    assert len(alternatives(read_condition(six))) > 1
    with pytest.raises(RuleError, match="128 alternatives of at most 64") as refused:
        alternatives(read_condition(seven))
    assert (refused.value.path, refused.value.code) == ("$.filters.rules[0]", "validation_failed")
