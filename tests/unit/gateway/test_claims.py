from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_gateway.domain.claims import ClaimRules, ClaimsError, read_claims
from tieout_gateway.domain.membership import MembershipError, chosen_organization

AT = datetime(2026, 1, 11, 12, tzinfo=UTC)
NOW = int(AT.timestamp())
RULES = ClaimRules(
    organization_claim="https://tieout/orgs",
    scopes_claim="permissions",
    scope_prefix="t:",
    leeway=timedelta(seconds=30),
)


def claims(**changed: Any) -> dict[str, Any]:
    return {"sub": "ada", "exp": NOW + 60, **changed}


def test_claims_are_read_under_the_names_that_are_set() -> None:
    said = claims(email="a@b", name="Ada", permissions=["t:act", "view"])

    person = read_claims({**said, "https://tieout/orgs": ["4", 5]}, rules=RULES, at=AT)

    assert (person.subject, person.email, person.name) == ("ada", "a@b", "Ada")
    assert person.organization_ids == {4, 5}
    assert person.scopes == {"act"}
    assert person.expires_at == AT + timedelta(seconds=90)


@given(
    exp=st.integers(NOW - 200, NOW + 200),
    nbf=st.none() | st.integers(NOW - 200, NOW + 200),
    iat=st.none() | st.integers(NOW - 200, NOW + 200),
    leeway=st.integers(0, 100),
)
def test_a_token_is_believed_exactly_within_its_time_and_the_leeway(
    exp: int, nbf: int | None, iat: int | None, leeway: int
) -> None:
    rules = ClaimRules(
        organization_claim="o", scopes_claim="s", scope_prefix="", leeway=timedelta(seconds=leeway)
    )
    begins = [one for one in (nbf, iat) if one is not None]

    try:
        read_claims({"sub": "x", "exp": exp, "nbf": nbf, "iat": iat}, rules=rules, at=AT)
        believed = True
    except ClaimsError:
        believed = False

    assert believed == (exp + leeway > NOW and all(one - leeway <= NOW for one in begins))


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None},
        {"exp": True},
        {"exp": "2026"},
        {"exp": float("nan")},
        {"exp": 1e300},
        {"nbf": []},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "a\x00b"},
        {"sub": "x" * 256},
        {"sub": "account:7"},
        {"https://tieout/orgs": True},
        {"https://tieout/orgs": "acme"},
        {"https://tieout/orgs": [1, None]},
        {"https://tieout/orgs": -1},
        {"https://tieout/orgs": list(range(1, 1002))},
    ],
)
def test_what_cannot_be_read_is_not_believed(changed: dict[str, Any]) -> None:
    with pytest.raises(ClaimsError):
        read_claims(claims(**changed), rules=RULES, at=AT)


@pytest.mark.parametrize(
    ("changed", "email", "name"),
    [
        ({}, None, None),
        ({"email": "a@b", "email_verified": False}, None, None),
        ({"email": "a@b", "email_verified": True}, "a@b", None),
        ({"email": "no address"}, None, None),
        ({"email": "x" * 300 + "@b"}, None, None),
        ({"email": ["a@b"]}, None, None),
        ({"name": "  "}, None, None),
        ({"name": "N" * 300}, None, "N" * 255),
        ({"name": {"first": "a"}}, None, None),
    ],
)
def test_what_a_token_says_beside_is_taken_only_when_it_is_fit(
    changed: dict[str, Any], email: str | None, name: str | None
) -> None:
    person = read_claims(claims(**changed), rules=RULES, at=AT)

    assert (person.email, person.name) == (email, name)


@pytest.mark.parametrize(
    ("theirs", "named", "chosen"), [({4}, None, 4), ({4}, "4", 4), ({4, 5}, "5", 5)]
)
def test_a_person_acts_in_the_organisation_named_or_in_the_only_one(
    theirs: set[int], named: str | None, chosen: int
) -> None:
    assert chosen_organization(theirs, named) == chosen


@pytest.mark.parametrize(
    ("theirs", "named"),
    [(set(), None), (set(), "4"), ({4, 5}, None), ({4}, "5"), ({4}, "04"), ({4}, "")],
)
def test_any_other_organisation_is_refused(theirs: set[int], named: str | None) -> None:
    with pytest.raises(MembershipError):
        chosen_organization(theirs, named)
