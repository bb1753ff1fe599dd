"""All writes of the public API sent in rounds, one for each row of the idempotency table."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

import asyncpg
import httpx2

from e2e.openapi_requests import Operation
from e2e.writes.write import Content, Write, Writes
from fixtures.public_api import PublicApi
from tieout_contracts.ids import Kind, uuid_of
from tieout_runtime.queries import load_queries

KEY = "one key for everything"
SIDE_BY_SIDE = 6
UNKNOWN = 8_999_999_999
OWNERS = ("ingest", "matcher", "exceptions", "gateway")
Database: TypeAlias = asyncpg.Connection
Headers: TypeAlias = Sequence[tuple[str, str]]
Asked: TypeAlias = tuple[str, Content]
Answers: TypeAlias = dict[str, list[httpx2.Response]]
KEYED: Headers = [("x-idempotency-key", KEY)]
_LOCK = load_queries("tieout_runtime", "idempotency.sql")["lock"]
_BREAK = """
CREATE FUNCTION {0}.broken() RETURNS trigger LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'disk_full'; END$$;
CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON {0}.idempotency_key
    FOR EACH ROW WHEN (NEW.key = '{1}') EXECUTE FUNCTION {0}.broken()"""
_MEND = "DROP FUNCTION {0}.broken() CASCADE"
_KEPT = """SELECT organization_id, account_id, method, route, key FROM {0}.idempotency_key
WHERE organization_id = $1 AND key = $2"""
_AGE = """UPDATE {0}.idempotency_key SET created_at = created_at - interval '7 days'
WHERE organization_id = $1"""
_ID = re.compile(r"/(\d+|[0-9a-f-]{36})(?=/|$)")
_LAST_KEY = re.compile(r"(/v1/data_streams/)[^/]+")


def as_it_is(_: Operation, write: Write) -> Asked | None:
    return write.path, write.content


def another(_: Operation, write: Write) -> Asked | None:
    """Give another request to the same address; None where there is none."""
    return None if write.other is None else (write.path, write.other)


def unreadable(_: Operation, write: Write) -> Asked | None:
    """Give a body that no route takes; None where the route takes none."""
    if "files" in write.content:
        return write.path, {"files": {"nothing": ("a.csv", "")}}
    return (write.path, {"json": ["nothing"]}) if "json" in write.content else None


def of_nothing(operation: Operation, write: Write) -> Asked | None:
    """Name objects that there are not; None where the address names none."""
    if not operation.places:
        return None
    if operation.path.startswith("/v1/data_streams/"):
        return _LAST_KEY.sub(r"\1nothing", write.path), write.content
    return _ID.sub(lambda found: f"/{_unknown(found[1])}", write.path), write.content


def in_body(operation: Operation, write: Write) -> Asked | None:
    """Name the key in the body; None where a body has no place for it."""
    if "idempotency_key" not in operation.members:
        return None
    named = {"idempotency_key": KEY}
    if "files" in write.content:
        return write.path, write.content | {"data": named}
    return write.path, {"json": write.content["json"] | named}


def _unknown(name: str) -> str:
    """Give the identifier of nothing, of the same kind."""
    return str(UNKNOWN if name.isdigit() else uuid_of(Kind(UUID(name).int >> 112), UNKNOWN))


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """One organisation's writes by their operations, and how they are sent."""

    api: PublicApi
    database: Database
    operations: Mapping[str, Operation]
    writes: Writes

    async def send(
        self,
        called: str,
        *headers: Headers,
        of: Callable[[Operation, Write], Asked | None] = as_it_is,
    ) -> Answers:
        """Send each write once with each of the headers, these at once; each is named after it."""
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(name: str, write: Write) -> list[httpx2.Response]:
            operation = self.operations[name]
            asked = of(operation, write)
            if asked is None:
                return []
            path, content = asked
            always = [("x-request-id", f"{called}: {name}"), *write.headers.items()]
            requests = [
                self.api.client.request(operation.method, path, headers=[*always, *more], **content)
                for more in headers
            ]
            async with places:
                return list(await asyncio.gather(*requests))

        answers = await asyncio.gather(*(one(*item) for item in self.writes.items()))
        return {name: found for name, found in zip(self.writes, answers, strict=True) if found}

    @asynccontextmanager
    async def broken(self) -> AsyncIterator[None]:
        """Let no service keep the key: the last thing that each does before it commits."""
        try:
            for owner in OWNERS:
                await self.database.execute(_BREAK.format(owner, KEY))
            yield
        finally:
            for owner in OWNERS:
                await self.database.execute(_MEND.format(owner))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold what a service holds while it works on a request with the key."""
        async with self.database.transaction():
            for scope in await self.kept(KEY):
                assert await self.database.fetchval(_LOCK, repr(scope))
            yield

    async def kept(self, key: str) -> list[tuple[object, ...]]:
        """Give the scopes in which a key is kept."""
        number = self.api.organization.organization_id
        found = [await self.database.fetch(_KEPT.format(one), number, key) for one in OWNERS]
        return [tuple(row) for rows in found for row in rows]

    async def age(self) -> None:
        """Let all keys be a week older."""
        for owner in OWNERS:
            number = self.api.organization.organization_id
            await self.database.execute(_AGE.format(owner), number)
