import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_ingest.domain.properties import Property, PropertyType, checked, problems_of, require
from tieout_ingest.domain.refusals import JsonRefused, Rejection

from .builders import a_draft

TYPES: list[PropertyType] = ["number", "date", "datetime", "string", "boolean"]
VALUES = {
    "number": st.integers() | st.decimals(allow_nan=False, allow_infinity=False).map(float),
    "date": st.dates().map(dt.date.isoformat),
    "datetime": st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat),
    "string": st.text(),
    "boolean": st.booleans(),
}


def a_property(kind: PropertyType = "string", **more: Any) -> Property:
    values: dict[str, Any] = {"key": "branch", "name": "Branch", "type": kind, "optional": False}
    return Property(**values | more)


def code(value: Any, kind: PropertyType, **more: Any) -> str | None:
    found = problems_of({"branch": value}, [a_property(kind, **more)])
    return found[0].code if found else None


@given(data=st.data(), kind=st.sampled_from(TYPES))
def test_a_value_of_the_type_holds(data: st.DataObject, kind: PropertyType) -> None:
    assert code(data.draw(VALUES[kind]), kind) is None


@given(number=st.decimals(allow_nan=False, allow_infinity=False), flag=st.booleans())
def test_a_text_that_writes_a_value_is_one(number: Any, flag: bool) -> None:
    assert code(f" {number:f} ", "number") is None
    assert code(str(flag), "boolean") is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "number"), ("12,5", "number"), ("1e3", "number"), ("", "number"), ([1], "number"),
        ("NaN", "number"), ("2024-02-30", "date"), ("2024-03-31T10:00:00Z", "date"),
        ("31.03.2024", "date"), (20240331, "date"), ("2024-03-31", "datetime"),
        ("2024-03-31T24:61:00Z", "datetime"), ("2024-03-31T10:00:00+99:00", "datetime"),
        (5, "string"), (False, "string"), ({}, "string"), (1, "boolean"), ("yes", "boolean"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(value: Any, kind: PropertyType) -> None:
    assert code(value, kind) == "property_type"


@given(kind=st.sampled_from(TYPES), optional=st.booleans(), is_null=st.booleans())
def test_only_an_optional_property_may_be_missing(
    kind: PropertyType, optional: bool, is_null: bool
) -> None:
    metadata = {"branch": None} if is_null else {}

    found = problems_of(metadata, [a_property(kind, optional=optional)])

    assert [one.code for one in found] == ([] if optional else ["property_missing"])


def test_an_optional_property_that_is_there_has_its_type() -> None:
    assert code("ten", "number", optional=True) == "property_type"


def test_members_that_no_property_names_are_free() -> None:
    assert problems_of({"branch": "b", "other": object()}, [a_property()]) == []


def test_every_property_of_a_document_is_named_by_its_path() -> None:
    demanded = [a_property(key="a"), a_property("date", key="b")]

    with pytest.raises(JsonRefused) as refused:
        require(a_draft(metadata={"b": "soon"}), demanded, path="$.records[3]")

    problems = {one.path: one.message for one in refused.value.problems}
    assert set(problems) == {"$.records[3].metadata.a", "$.records[3].metadata.b"}
    assert problems["$.records[3].metadata.a"] == "property 'a' (Branch) is required"
    assert "a date like" in problems["$.records[3].metadata.b"]


def test_a_row_that_lacks_a_property_is_a_rejection_that_names_it_and_others_pass() -> None:
    earlier = Rejection(line=1, code="unreadable_date", message="line 1: …")
    good, bad = a_draft(metadata={"branch": "b"}), a_draft()

    found = list(checked([earlier, good, bad], [a_property()]))

    assert found[:2] == [earlier, good]
    assert isinstance(found[2], Rejection)
    assert (found[2].line, found[2].code) == (bad.line, "property_missing")
    assert "'branch'" in found[2].message
