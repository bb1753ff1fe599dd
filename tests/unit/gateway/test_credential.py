import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_gateway.domain.credential import (
    Credential,
    derived_credential,
    new_credential,
    new_seed,
    read_credential,
)

PEPPER = "a pepper of sixteen"


def test_a_new_key_is_read_back() -> None:
    credential = new_credential()

    assert read_credential(credential.text) == credential
    assert credential.text.startswith(f"tie_{credential.prefix}_")


def test_no_two_keys_are_alike() -> None:
    assert len({new_credential().text for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tie_",
        "tie_abcdefgh_short",
        "TIE_abcdefgh_" + "x" * 43,
        "tie_ABCDEFGH_" + "x" * 43,
        "tie_abcdefgh_" + "x" * 44,
        "tie_abcdefgh_" + "é" * 43,
        "tie_abcdefgh_" + "x" * 43 + "\n",
        "x" * 100_000,
    ],
)
def test_what_has_not_the_form_is_no_key(text: str) -> None:
    assert read_credential(text) is None


def test_the_hmac_depends_on_secret_and_pepper_only() -> None:
    one = Credential(prefix="abcdefgh", secret="x" * 43)
    other = Credential(prefix="abcdefgh", secret="y" * 43)

    assert len(one.hmac(pepper=PEPPER)) == 32
    assert one.hmac(pepper=PEPPER) != other.hmac(pepper=PEPPER)
    assert one.hmac(pepper=PEPPER) != one.hmac(pepper=PEPPER + "!")


def test_the_secret_never_shows_in_a_repr() -> None:
    credential = new_credential()

    assert credential.secret not in repr(credential)


@given(seed=st.binary(min_size=32, max_size=32))
def test_a_seed_stands_for_one_key_of_the_usual_form(seed: bytes) -> None:
    credential = derived_credential(seed, pepper=PEPPER)

    assert read_credential(credential.text) == credential
    assert derived_credential(seed, pepper=PEPPER) == credential


def test_without_the_pepper_or_the_seed_the_key_is_another() -> None:
    seed = new_seed()
    credential = derived_credential(seed, pepper=PEPPER)
    others = [
        derived_credential(seed, pepper=PEPPER + "x"),
        derived_credential(new_seed(), pepper=PEPPER),
    ]

    for other in others:
        assert other.prefix != credential.prefix
        assert other.secret != credential.secret


def test_derived_keys_use_every_character_alike() -> None:
    """A fault in the spelling would favour some digits and cost strength."""
    counts: dict[str, int] = {}
    for number in range(2000):
        for digit in derived_credential(number.to_bytes(32, "big"), pepper=PEPPER).secret:
            counts[digit] = counts.get(digit, 0) + 1

    expected = 2000 * 43 / 62
    assert len(counts) == 62
    assert all(0.85 * expected < count < 1.15 * expected for count in counts.values())
