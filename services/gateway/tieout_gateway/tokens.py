"""Tokens of people: OIDC JWTs, verified against the issuer's public keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from tieout_gateway.domain.claims import ClaimRules, ClaimsError, Person, read_claims
from tieout_gateway.issuer_keys import IssuerKeys

_MAX_CHARACTERS = 8192
_PARTS = 3
_MALFORMED = "the token is malformed, or its signature is wrong"


class TokenError(ValueError):
    """The token is not acceptable: the request is answered 401."""


@dataclass(frozen=True, kw_only=True)
class TokenVerifier:
    """Believes tokens of one issuer for one audience; `algorithms` are asymmetric ones."""

    keys: IssuerKeys
    issuer: str
    audience: str
    algorithms: frozenset[str]
    rules: ClaimRules

    async def person_of(self, token: str, *, at: datetime) -> Person:
        """Verify; raises TokenError, or Problem 503 when the issuer's keys are not to be had."""
        if len(token) > _MAX_CHARACTERS:
            raise TokenError("the token is too long")
        try:
            claims = await self._verified(token)
            return read_claims(claims, rules=self.rules, at=at)
        except ClaimsError as error:
            raise TokenError(str(error)) from error

    async def _verified(self, token: str) -> dict[str, Any]:
        """Check signature, issuer and audience; times are ours to check, by our clock."""
        try:
            header = jwt.get_unverified_header(token)
            key = await self._key_of(header)
            verified: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self.audience,
                issuer=self.issuer,
                options={
                    "require": ["exp", "sub", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "enforce_minimum_key_length": True,
                },
            )
        except jwt.PyJWTError as error:
            raise TokenError(_reason(error)) from error
        except RecursionError as error:
            raise TokenError(_MALFORMED) from error
        return verified

    async def _key_of(self, header: dict[str, Any]) -> jwt.PyJWK:
        """Find the issuer's key for this header; what else the header brings is not looked at."""
        algorithm, kid = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in self.algorithms:
            raise TokenError("the token is signed by an algorithm that is not allowed")
        if not isinstance(kid, str):
            raise TokenError("the token does not name the key it is signed with")
        found = await self.keys.find(kid)
        if found is None or found.get("alg") not in (None, algorithm):
            raise TokenError("the token is signed with a key that the issuer does not have")
        return jwt.PyJWK(dict(found), algorithm)


def is_token(text: str) -> bool:
    """Tell whether a credential has the form of a JWT."""
    return text.count(".") == _PARTS - 1


def _reason(error: jwt.PyJWTError) -> str:
    """Say in our words what is wrong: a library's may quote keys."""
    if isinstance(error, jwt.InvalidIssuerError):
        return "the token is of another issuer"
    if isinstance(error, jwt.InvalidAudienceError):
        return "the token is for another audience"
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"the token lacks the claim {error.claim!r}"
    return _MALFORMED
