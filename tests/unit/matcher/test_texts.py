"""What a record says under a rule: canonical texts, transforms, missing values."""

from fractions import Fraction
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Direction, Side
from tieout_matcher.domain.canonical import amount_text, path_getter, text_of
from tieout_matcher.domain.plan import SEPARATOR, FieldsError, key_of, other_side
from unit.matcher.builders import a_leaf, a_rule, a_rule_set, encoded, some_fields

amounts = st.tuples(st.integers(-(10**38) + 1, 10**38 - 1), st.integers(0, 18))
near_amounts = st.tuples(st.integers(-200, 200), st.integers(0, 4))


def said(side: Side, leaf: dict[str, Any], **fields: Any) -> str | None:
    """Return what a record says for the one leaf of a rule."""
    texts = a_rule_set(a_rule(leaf)).texts(encoded(some_fields(**fields)), side)
    return texts[0] and texts[0].split(SEPARATOR)[-1]


@given(one=near_amounts | amounts, other=near_amounts | amounts)
def test_amounts_are_spelled_alike_exactly_when_they_are_equal(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    spelled = [amount_text(signed_minor=minor, exponent=exponent) for minor, exponent in
               (one, other)]  # fmt: skip

    equal = Fraction(one[0], 10 ** one[1]) == Fraction(other[0], 10 ** other[1])
    assert (spelled[0] == spelled[1]) == equal


@pytest.mark.parametrize(
    ("sign_mode", "directions", "alike"),
    [
        ("same", ("credit", "credit"), True),
        ("same", ("credit", "debit"), False),
        ("opposite", ("credit", "debit"), True),
        ("opposite", ("debit", "debit"), False),
        ("absolute", ("credit", "debit"), True),
        ("absolute", ("debit", "debit"), True),
    ],
)
def test_the_sign_mode_says_which_amounts_are_alike(
    sign_mode: SignMode, directions: tuple[Direction, Direction], alike: bool
) -> None:
    rules = a_rule_set(a_rule(a_leaf("amount")), sign_mode=sign_mode)

    one = rules.texts(encoded(some_fields("500", direction=directions[0])), "A")
    two = rules.texts(encoded(some_fields("50", exponent=1, direction=directions[1])), "B")

    assert (one == two) == alike


@pytest.mark.parametrize(
    ("transforms", "text", "expected"),
    [
        ("lowercase", "ÄÖ-X", "äö-x"),
        ("uppercase", "straße", "STRASSE"),
        ("lowercase", "E\u0301", "é"),
        ("alphanumeric_only", "Rf 18-Ä9", "Rf189"),
        ("digits_only", "No. 12/3٤", "123"),
        ({"name": "first_n_chars", "args": {"n": 3}}, "abcdef", "abc"),
        (["digits_only", {"name": "first_n_chars", "args": {"n": 2}}], "a1b2c3", "12"),
        ([{"name": "first_n_chars", "args": {"n": 2}}, "digits_only"], "a1b2c3", "1"),
        ("digits_only", "none at all", None),
        ("alphanumeric_only", "—", None),
    ],
)
def test_transforms_run_left_to_right_and_may_leave_nothing(
    transforms: Any, text: str, expected: str | None
) -> None:
    leaf = a_leaf("reference", transforms={"key": transforms})

    assert said("A", leaf, reference=text) == expected
    assert said("B", leaf, reference=text) == text


@given(
    one=st.lists(st.text(f'a{SEPARATOR}"[,\\', min_size=1), min_size=2, max_size=2),
    other=st.lists(st.text(f'a{SEPARATOR}"[,\\', min_size=1), min_size=2, max_size=2),
)
@example(one=["a", f"a{SEPARATOR}a"], other=[f"a{SEPARATOR}a", "a"])
def test_two_records_say_the_same_only_when_every_value_is_the_same(
    one: list[str], other: list[str]
) -> None:
    rules = a_rule_set(a_rule(a_leaf("reference"), a_leaf("external_id")))
    texts = [
        rules.texts(encoded(some_fields(reference=values[0], external_id=values[1])), "A")
        for values in (one, other)
    ]

    assert (texts[0] == texts[1]) == (one == other)


def test_a_date_is_transformed_by_its_canonical_text() -> None:
    assert said("A", a_leaf("date", transforms={"key": "digits_only"})) == "20260302"


@pytest.mark.parametrize("missing", [None, ""])
def test_a_missing_or_empty_value_leaves_a_record_out_of_the_rule(missing: str | None) -> None:
    rules = a_rule_set(
        a_rule(a_leaf("external_id"), a_leaf("reference"), rule_id=1),
        a_rule(a_leaf("reference"), rule_id=2),
        a_rule(a_leaf("reference"), a_leaf("date"), rule_id=3),
    )

    texts = rules.texts(encoded(some_fields(external_id=missing, reference="r")), "A")

    assert texts[0] is None
    assert texts[1] is not None
    assert texts[2] is not None


@pytest.mark.parametrize(
    ("metadata", "path", "expected"),
    [
        ({"a": {"b": "x"}}, "a.b", "x"),
        ({"a.b": "exact", "a": {"b": "x"}}, "a.b", "exact"),
        ({"a": {"b": None}}, "a.b", None),
        ({"a": "text"}, "a.b", None),
        ({"a": ["x"]}, "a", None),
        ({"a": {"b": "x"}}, "a", None),
        ({}, "a.b.c", None),
        ({"a": 12}, "a", "12"),
        ({"a": 12.50}, "a", "12.5"),
        ({"a": 12.0}, "a", "12"),
        ({"a": -0.0}, "a", "0"),
        ({"a": True}, "a", "true"),
        ({"a": ""}, "a", None),
    ],
)
def test_metadata_is_read_by_its_path(
    metadata: dict[str, Any], path: str, expected: str | None
) -> None:
    assert said("A", a_leaf(f"metadata.{path}", "external_id"), metadata=metadata) == expected


def numbers_said(literal: str) -> str | None:
    rules = a_rule_set(a_rule(a_leaf("metadata.n", "external_id")))
    content = encoded(some_fields(metadata={"n": 0})).replace(b'"n":0', b'"n":' + literal.encode())
    texts = rules.texts(content, "A")[0]
    return texts and texts.split(SEPARATOR)[-1]


def test_numbers_in_metadata_are_exact_and_short_whatever_their_size() -> None:
    digits = "1234567890123456789012345678901234567890"

    assert numbers_said(f"{digits}.1") != numbers_said(f"{digits}.2")
    assert numbers_said("1e3") == numbers_said("1000") == numbers_said("1000.0")
    assert numbers_said("1e400") == numbers_said("10e399") != numbers_said("1e401")
    for literal in ("1e999999999", "-1e-999999999"):
        assert len(numbers_said(literal) or "") < len(literal) + 10


def test_text_of_other_values_is_missing() -> None:
    assert [text_of(one) for one in (None, [], {}, ["x"])] == [None] * 4
    assert path_getter("a.b")({"a": {"b": 3}}) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"amount_minor": 5}',
        b"[" * 100,
        encoded(some_fields("1.5")),
        encoded(some_fields("-5")),
        encoded(some_fields("٣")),
        encoded(some_fields("9" * 5000)),
        encoded(some_fields("9" * 39)),
        encoded(some_fields("5", exponent=-1)),
        encoded(some_fields("5", exponent=19)),
        encoded(some_fields()).replace(b"credit", b"neither"),
    ],
)
def test_fields_without_a_readable_amount_are_refused(content: bytes) -> None:
    with pytest.raises(FieldsError):
        a_rule_set().texts(content, "A")


def test_both_sides_of_a_rule_have_keys_of_their_own() -> None:
    rules = a_rule_set(a_rule(), a_rule(rule_id=2))
    hashes = rules.hashes(rules.texts(encoded(some_fields(external_id="x")), "A"))
    keys = {key_of(hashed, side) for hashed in hashes if hashed is not None for side in ("A", "B")}

    assert len(keys) == 4
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert [other_side(side) for side in ("A", "B")] == ["B", "A"]


def test_proposed_rules_are_left_out_and_the_others_run_by_priority_then_id() -> None:
    rules = a_rule_set(
        a_rule(rule_id=4, priority=1),
        a_rule(rule_id=2, priority=1),
        a_rule(rule_id=9, priority=-1),
        a_rule(rule_id=1, status="proposed"),
    )

    assert [one.rule.rule_id for one in rules.rules] == [9, 2, 4]


def test_keys_are_those_under_which_entries_are_stored() -> None:
    rules = a_rule_set(a_rule(a_leaf("description"), rule_id=21, version=3))
    texts = rules.texts(encoded(some_fields("1250", description="invoice 7")), "A")

    expected = blake2b(f"21{SEPARATOR}3{SEPARATOR}{texts[0]}".encode(), digest_size=8).digest()
    assert rules.hashes(texts) == (int.from_bytes(expected, "big", signed=True),)
    assert rules.hashes(texts) == rules.hashes(texts)
