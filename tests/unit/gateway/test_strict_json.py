import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_gateway.domain.strict_json import MAX_DEPTH, JsonError, decode

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**38), 10**38)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert decode(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "path", "told"),
    [
        (b'{"amount": 1, "amount": 2}', "$", "stated twice"),
        (b'{"a": NaN}', "$", "NaN"),
        (b'{"a": -Infinity}', "$", "Infinity"),
        (b'{"a": 1e999}', "$", "outside the range"),
        (b'{"a": "\\u0000"}', "$.a", "NUL"),
        (b'{"a": ["\\ud800"]}', "$.a[0]", "half a character"),
        (b'{"\\u0000": 1}', "$", "NUL"),
        (b"[" * 100_000, "$", "deeper"),
        (b"[" * 65 + b"]" * 65, "$" + "[0]" * MAX_DEPTH, "deeper"),
        (b'{"a": ' + b"1" * 5000 + b"}", "$", "too long"),
        (b"\xff", "$", "UTF-8"),
        (b"{", "$", "no JSON"),
        (b"", "$", "no JSON"),
    ],
)
def test_what_has_no_single_meaning_is_refused(text: bytes, path: str, told: str) -> None:
    with pytest.raises(JsonError, match=told) as refused:
        decode(text)

    assert refused.value.path == path


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert decode(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_a_backslash_before_u0000_is_just_text() -> None:
    assert decode(b'"\\\\u0000"') == "\\u0000"
