import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tieout_runtime.idempotency import fingerprint_of

texts = st.text(max_size=8)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def with_members_reversed(document: Any) -> Any:
    if isinstance(document, dict):
        turned = reversed(document.items())
        return {name: with_members_reversed(value) for name, value in turned}
    if isinstance(document, list):
        return [with_members_reversed(one) for one in document]
    return document


@given(document=documents)
def test_the_order_of_members_does_not_count(document: Any) -> None:
    assert fingerprint_of(with_members_reversed(document)) == fingerprint_of(document)


@given(first=documents, second=documents)
def test_two_bodies_share_a_fingerprint_only_when_equal_as_json(first: Any, second: Any) -> None:
    same = json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)

    assert (fingerprint_of(first) == fingerprint_of(second)) == same


def test_the_query_counts_and_is_never_mistaken_for_the_body() -> None:
    made = [
        fingerprint_of({"a": 1}),
        fingerprint_of({"a": 1}, "b=2"),
        fingerprint_of({"a": 1, "b": 2}),
        fingerprint_of([{"a": 1}, ""]),
        fingerprint_of(None, '{"a":1}'),
        fingerprint_of(None),
        fingerprint_of({"a": "1"}),
        fingerprint_of({"a": True}),
    ]

    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {32}
