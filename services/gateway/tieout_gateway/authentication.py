"""From the credential a request carries to the principal it acts as."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers

from tieout_gateway.domain.credential import read_credential
from tieout_gateway.domain.membership import MembershipError
from tieout_gateway.domain.principal import Principal
from tieout_gateway.key_verifier import KeyVerifier
from tieout_gateway.person_verifier import PersonVerifier
from tieout_gateway.rate_limits import RateLimits
from tieout_gateway.tokens import TokenError, is_token
from tieout_runtime.problems import Problem

_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, kw_only=True)
class Authenticator:
    """Verifies API keys and, where an issuer is set up, people's tokens."""

    keys: KeyVerifier
    people: PersonVerifier | None
    rate_limits: RateLimits

    async def principal_of(self, headers: Headers, *, address: str) -> Principal:
        """Verify; raises Problem 401 `unauthorized`, or 403 for an organisation not theirs.

        Bad credentials count against the address: 429 when it had too many. One that was good
        before is looked at even then, so that a neighbour's guessing does not lock it out.
        """
        text = _credential_text(headers)
        if not text:
            raise unauthorized("the request carries no credential")
        named = headers.get("x-organization-id")
        try:
            principal = await self._principal(text, headers, named=named, address=address)
        except Problem as problem:
            if problem.status in _REFUSED:
                await self.rate_limits.count_refusal(address)
            raise
        if named is not None and named != str(principal.organization_id):
            raise Problem(403, "forbidden", "the key belongs to another organisation")
        return principal

    async def _principal(
        self, text: str, headers: Headers, *, named: str | None, address: str
    ) -> Principal:
        if self.people is not None and "authorization" in headers and is_token(text):
            try:
                return await self.people.principal_of(text, named=named)
            except TokenError as error:
                raise unauthorized(str(error)) from error
            except MembershipError as error:
                raise Problem(403, "forbidden", str(error)) from error
        credential = read_credential(text)
        if credential is None:
            raise unauthorized("the credential has not the form of an API key")
        principal = await self.keys.principal_of(credential, address=address)
        if principal is None:
            raise unauthorized("the API key is unknown, expired or revoked")
        return principal


def unauthorized(detail: str) -> Problem:
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})


def _credential_text(headers: Headers) -> str:
    """`X-API-KEY`, or `Authorization: Bearer`; "" when neither came; two must be one."""
    given = set(headers.getlist("x-api-key"))
    for value in headers.getlist("authorization"):
        scheme, _, token = value.partition(" ")
        if scheme.lower() == "bearer":
            given.add(token.strip())
    if len(given) > 1:
        raise unauthorized("the request carries two different credentials")
    return given.pop() if given else ""
