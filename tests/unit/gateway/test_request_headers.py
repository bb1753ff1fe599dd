import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_gateway.domain.request_headers import (
    IdempotencyKeyError,
    idempotency_key,
    request_id,
)


@pytest.mark.parametrize(
    ("own", "standard", "key"),
    [
        ([], [], None),
        (["abc"], [], "abc"),
        ([], ["abc"], "abc"),
        ([], ['"abc"'], "abc"),
        ([], [r'"a\"b\\c"'], r'a"b\c'),
        (["abc"], ['"abc"'], "abc"),
        (["abc", "abc"], ["abc"], "abc"),
        (["a b"], [], "a b"),
        (['"abc"'], [], '"abc"'),
        (["k" * 255], [], "k" * 255),
    ],
)
def test_a_key_is_read_from_either_header(
    own: list[str], standard: list[str], key: str | None
) -> None:
    assert idempotency_key(own, standard) == key


@pytest.mark.parametrize(
    ("own", "standard"),
    [
        (["a"], ["b"]),
        (["a", "b"], []),
        ([""], []),
        ([], ['""']),
        (["k" * 256], []),
        (["naïve"], []),
        (["tab\there"], []),
        ([], ["new\nline"]),
    ],
)
def test_an_unusable_key_is_refused(own: list[str], standard: list[str]) -> None:
    with pytest.raises(IdempotencyKeyError):
        idempotency_key(own, standard)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=255))
def test_quoting_as_a_structured_field_changes_nothing(key: str) -> None:
    quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'

    assert idempotency_key([], [quoted]) == key


@pytest.mark.parametrize("value", ["r", "x" * 128, "an id with blanks"])
def test_a_printable_request_id_is_kept(value: str) -> None:
    assert request_id(value) == value


@pytest.mark.parametrize("value", [None, "", "x" * 129, "line\nbreak", "ünprintable"])
def test_another_request_id_is_replaced(value: str | None) -> None:
    assert request_id(value) is None
