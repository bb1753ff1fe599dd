from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.ids import MAX_ID, IdError, Kind, integer_id, number_of, uuid_of

kinds = st.sampled_from(Kind)
numbers = st.integers(1, MAX_ID)


def read_or_none(kind: Kind, value: UUID) -> int | None:
    try:
        return number_of(kind, str(value))
    except IdError:
        return None


@given(kind=kinds, number=numbers)
def test_a_uuid_gives_back_its_integer(kind: Kind, number: int) -> None:
    made = uuid_of(kind, number)

    assert number_of(kind, str(made)) == number
    assert made.version == 8
    assert made.variant == "specified in RFC 4122"


@given(kind=kinds, other=kinds, number=numbers)
def test_a_uuid_of_another_kind_is_refused(kind: Kind, other: Kind, number: int) -> None:
    made = str(uuid_of(kind, number))

    if kind is not other:
        with pytest.raises(IdError, match=other.name.lower()):
            number_of(other, made)


@given(first=st.tuples(kinds, numbers), second=st.tuples(kinds, numbers))
def test_two_objects_never_share_a_uuid(first: tuple[Kind, int], second: tuple[Kind, int]) -> None:
    assert (uuid_of(*first) == uuid_of(*second)) == (first == second)


@given(kind=kinds, number=numbers, bit=st.integers(0, 127))
def test_a_uuid_with_a_flipped_bit_never_means_the_same(kind: Kind, number: int, bit: int) -> None:
    flipped = UUID(int=uuid_of(kind, number).int ^ 1 << bit)

    assert read_or_none(kind, flipped) != number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17",
        "not-a-uuid",
        "00000000-0000-0000-0000-000000000000",
        "9f1c2f7e-2f0b-4f0e-9d55-0b8f6f7f2a11",  # random, version 4
        "00030000-0000-8123-8000-000000000001",  # version 8, somebody else's
    ],
)
def test_what_we_did_not_make_is_refused(text: str) -> None:
    with pytest.raises(IdError):
        number_of(Kind.RECORD, text)


@given(number=numbers)
def test_an_integer_identifier_is_read_from_number_and_text(number: int) -> None:
    assert integer_id(number) == integer_id(str(number)) == number


@pytest.mark.parametrize(
    "given_text",
    [0, -1, MAX_ID + 1, "", "0", "-1", "+1", " 1", "1.0", "1e3", "0x1", "9" * 400, True,
     "\N{ARABIC-INDIC DIGIT FIVE}", "\N{SUPERSCRIPT TWO}"],
)  # fmt: skip
def test_what_is_no_identifier_is_refused(given_text: str | int) -> None:
    with pytest.raises(IdError):
        integer_id(given_text)


@pytest.mark.parametrize("number", [0, -1, MAX_ID + 1])
def test_a_number_outside_the_range_is_never_embedded(number: int) -> None:
    with pytest.raises(IdError, match="outside the range"):
        uuid_of(Kind.RECORD, number)
