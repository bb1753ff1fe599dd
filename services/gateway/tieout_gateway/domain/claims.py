"""What the claims of a verified token say about a person, and until when."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tieout_contracts.ids import IdError, integer_id
from tieout_gateway.domain.scopes import ALL_SCOPES, Scope

RESERVED_SUBJECTS = "account:"  # how services are shown; no token may name one
_SUBJECT = re.compile(r"[ -~]{1,255}")
_EMAIL = re.compile(r"[^@\s\x00]{1,250}@[^@\s\x00]{1,250}")
_MAX_EMAIL = 254
_MAX_NAME = 255
_MAX_ORGANIZATIONS = 1000


class ClaimsError(ValueError):
    """The claims are not acceptable: the request is answered 401."""


@dataclass(frozen=True, kw_only=True)
class ClaimRules:
    """Which claims name organisations and scopes; scopes count with their prefix only."""

    organization_claim: str
    scopes_claim: str
    scope_prefix: str
    leeway: timedelta


@dataclass(frozen=True, kw_only=True)
class Person:
    """`organization_ids` None: the token says nothing of organisations."""

    subject: str
    email: str | None
    name: str | None
    organization_ids: frozenset[int] | None
    scopes: frozenset[Scope]
    expires_at: datetime


def read_claims(claims: Mapping[str, Any], *, rules: ClaimRules, at: datetime) -> Person:
    """Read a person from claims whose signature, issuer and audience were verified.

    Raises ClaimsError for a token that has expired, is not valid yet, or says what cannot be
    read. Both ends of its time have `rules.leeway`. Source: RFC 7519, section 4.1.
    """
    expires_at = _moment(claims, "exp")
    if expires_at is None:
        raise ClaimsError("the token does not say when it expires")
    ends_at = expires_at + rules.leeway
    if at >= ends_at:
        raise ClaimsError("the token has expired")
    for name in ("nbf", "iat"):
        begins_at = _moment(claims, name)
        if begins_at is not None and at < begins_at - rules.leeway:
            raise ClaimsError("the token is not valid yet")
    return Person(
        subject=_subject(claims),
        email=_email(claims),
        name=_name(claims),
        organization_ids=_organizations(claims, rules.organization_claim),
        scopes=_scopes(claims, rules),
        expires_at=ends_at,
    )


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ClaimsError(f"the claim {name!r} is no time")
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ClaimsError(f"the claim {name!r} is no time") from error


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        raise ClaimsError("the claim 'sub' is not 1 to 255 printable ASCII characters")
    if subject.startswith(RESERVED_SUBJECTS):
        raise ClaimsError(f"no person's subject begins with {RESERVED_SUBJECTS!r}")
    return subject


def _email(claims: Mapping[str, Any]) -> str | None:
    """Give the address unless the issuer says that it was not verified."""
    email = claims.get("email")
    if claims.get("email_verified") is False or not isinstance(email, str):
        return None
    return email if len(email) <= _MAX_EMAIL and _EMAIL.fullmatch(email) else None


def _name(claims: Mapping[str, Any]) -> str | None:
    name = claims.get("name")
    if not isinstance(name, str) or not name.strip() or "\x00" in name:
        return None
    return name[:_MAX_NAME]


def _organizations(claims: Mapping[str, Any], name: str) -> frozenset[int] | None:
    value = claims.get(name)
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    if len(values) > _MAX_ORGANIZATIONS:
        raise ClaimsError(f"the claim {name!r} names too many organisations")
    return frozenset(_organization(one, name) for one in values)


def _organization(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ClaimsError(f"the claim {name!r} does not name organisations by number")
    try:
        return integer_id(value)
    except IdError as error:
        raise ClaimsError(f"the claim {name!r} does not name organisations by number") from error


def _scopes(claims: Mapping[str, Any], rules: ClaimRules) -> frozenset[Scope]:
    """Give the scopes that are ours; an issuer grants others to other services."""
    named = set(_words(claims.get(rules.scopes_claim)))
    return frozenset(scope for scope in ALL_SCOPES if rules.scope_prefix + scope in named)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split()
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))
