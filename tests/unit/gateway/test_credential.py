import pytest

from tieout_gateway.domain.credential import Credential, new_credential, read_credential

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
