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
AT = "$.filters.rules[0]"
MISFIT: list[tuple[Any, str]] = [
    *(
        (of(a_leaf("amount", operand=operand)), f"{AT}.operand")
        for operand in ("contains", "in", "not_in", "similar")
    ),
    *((of(a_leaf("currency", operand=one)), f"{AT}.operand") for one in ("gt", "gte", "lt", "lte")),
    (of(a_leaf("metadata.a", "direction", operand="gt")), f"{AT}.operand"),
    (of(a_leaf("date", operand="similar", min_similarity=80)), f"{AT}.operand"),
    (of(a_leaf("amount", transforms={"key": "digits_only"})), f"{AT}.transforms"),
    (of(a_leaf("amount", transforms={"value": ["lowercase"]})), f"{AT}.transforms"),
    (of(a_leaf("date", transforms=[])), f"{AT}.transforms"),
    (
        of(a_leaf("date", transforms={"key": {"name": "lowercase", "n": 5}})),
        f"{AT}.transforms.key.n",
    ),
    (
        of(a_leaf("date", transforms={"key": {"name": "lowercase", "args": {"n": 5}}})),
        f"{AT}.transforms.key.args.n",
    ),
    (of(a_leaf("date", transforms={"key": ["lowercase"] * 17})), f"{AT}.transforms.key"),
    (of(a_leaf("reference", min_similarity=90)), f"{AT}.min_similarity"),
    *(
        (of(a_leaf("reference", operand="similar", min_similarity=wrong)), f"{AT}.min_similarity")
        for wrong in (None, 0, 101, 80.0, "80", True)
    ),
    (of(a_leaf("date"), of(a_leaf("reference"), a_leaf("amount", operand="in"))),
     "$.filters.rules[1].rules[1].operand"),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "path"), INVALID + MISFIT)
def test_what_is_wrong_is_refused_with_its_place(filters: Any, path: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_condition(filters)

    assert refused.value.path == path


SIMILAR = a_leaf("description", operand="similar", min_similarity=80)
BESIDE = [
    (a_leaf("reference"), True),
    (a_leaf("amount"), True),
    (a_leaf("date", tolerance_amount=3), True),
    (a_leaf("amount", tolerance_amount=3), True),
    (a_leaf("currency"), False),
    (a_leaf("direction"), False),
    (a_leaf("date", tolerance_unit="month"), False),
    (a_leaf("amount", tolerance_amount=3, tolerance_unit="percent"), False),
    (a_leaf("reference", operand="neq"), False),
]


@pytest.mark.parametrize(("beside", "enough"), BESIDE)
@pytest.mark.parametrize("operand", ["and", "or"])
def test_a_similar_text_needs_a_condition_beside_it_that_finds_candidates(
    beside: Any, enough: bool, operand: str
) -> None:
    filters = of(a_leaf("external_id"), of(beside, SIMILAR, operand=operand), operand="or")

    if enough and operand == "and":
        assert len(alternatives(read_condition(filters))) == 2
        return
    with pytest.raises(RuleError) as refused:
        read_condition(filters)
    assert refused.value.path == "$.filters.rules[1].rules[1].operand"


@pytest.mark.parametrize("operand", ["neq", "gt", "gte", "lt", "lte", "contains", "in", "not_in"])
def test_every_operand_is_read(operand: str) -> None:
    leaf = a_leaf("metadata.tags", "description", operand=operand)

    assert read_condition(of(leaf)).children == (
        Leaf(key="metadata.tags", value="description", operand=operand),  # type: ignore[arg-type]
    )


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
    assert refused.value.path == "$.filters.rules[0]"
