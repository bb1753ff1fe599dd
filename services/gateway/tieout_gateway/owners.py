"""The way from the public door to the services that own things."""

from collections.abc import Awaitable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from fastapi import Request, Response

from tieout_gateway.domain.principal import Principal
from tieout_runtime.internal import Answered, InternalClient, Opened
from tieout_runtime.problems import Problem, unavailable

REPLAYED = "x-idempotency-replayed"
Got = TypeVar("Got")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Owners:
    """One client for each service that owns something."""

    ingest: InternalClient
    matcher: InternalClient
    exceptions: InternalClient

    async def close(self) -> None:
        for client in (self.ingest, self.matcher, self.exceptions):
            await client.close()


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request's way to the owners: always as its principal, never as another."""

    owners: Owners
    principal: Principal
    idempotency_key: str | None

    async def ingest(self, method: str, path: str, **content: Any) -> Answered:
        return await self._call(self.owners.ingest, method, path, **content)

    async def matcher(self, method: str, path: str, **content: Any) -> Answered:
        return await self._call(self.owners.matcher, method, path, **content)

    async def exceptions(self, method: str, path: str, **content: Any) -> Answered:
        return await self._call(self.owners.exceptions, method, path, **content)

    async def read_exceptions(self, path: str, **content: Any) -> Opened:
        """Open an answer of exceptions that is read as it arrives; the caller closes it."""
        opened = self.owners.exceptions.open(
            "GET",
            path,
            organization_id=self.principal.organization_id,
            account_id=self.principal.account_id,
            headers={},
            **content,
        )
        return await _answered(opened, path)

    async def _call(
        self,
        client: InternalClient,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> Answered:
        """Ask an owner; raises Problem, as it answered or 503 when it did not."""
        sent = dict(headers or {})
        if self.idempotency_key is not None and method != "GET":
            sent["x-idempotency-key"] = self.idempotency_key
        called = client.call(
            method,
            path,
            organization_id=self.principal.organization_id,
            account_id=self.principal.account_id,
            headers=sent,
            **content,
        )
        return await _answered(called, path)


async def _answered(asked: Awaitable[Got], path: str) -> Got:
    """Wait for an owner's answer; that it does not know us is no fault of the caller."""
    try:
        return await asked
    except Problem as problem:
        if problem.status == HTTPStatus.UNAUTHORIZED:
            _log.error("owner_refuses_our_token", path=path)  # no trace needed
            raise unavailable("a service does not accept the gateway") from problem
        raise


async def asking(request: Request) -> Asking:
    """Dependency of every route."""
    return Asking(
        owners=request.app.state.owners,
        principal=request.state.principal,
        idempotency_key=request.state.idempotency_key,
    )


def pass_on(answer: Answered, response: Response) -> None:
    """Give a write's answer the owner's status and its mark whether it is a replay."""
    response.status_code = answer.status_code
    response.headers[REPLAYED] = answer.headers.get(REPLAYED, "false")
