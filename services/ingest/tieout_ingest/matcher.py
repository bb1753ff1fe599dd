"""Calls to the matcher, which decides whether a record may change (docs/internal-http.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw

from tieout_ingest.domain.record_change import Decided, Done, RecordChange, Refused
from tieout_ingest.domain.stream_operation import Hold
from tieout_runtime.internal import InternalClient
from tieout_runtime.problems import Problem

_SERVER_ERROR = 500
# Not about the request itself: the same request may be taken a moment later.
_PASSING = frozenset({401, 408, 409, 425, 429})


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Decides changes of records; a Problem of `unavailable` kind may be tried again."""

    client: InternalClient

    async def decide(self, change: RecordChange, expected: dict[str, Any]) -> Decided:
        """Have the record changed wherever it is, once for ever for this change.

        `expected` is what a corrected record is due by. A request that the matcher cannot take is
        cancelled there first, so that no try still under way can change anything afterwards.
        """
        body = {
            "record_id": change.record_id,
            "version": change.version,
            "stream_id": change.stream_id,
            "fields": Raw(change.fields),
        }
        command = "change" if change.kind == "correction" else "withdraw"
        body |= expected if change.kind == "correction" else {"at": change.created_at}
        try:
            return _decided(await self._put(change, command, body))
        except Problem as problem:
            if problem.status >= _SERVER_ERROR or problem.status in _PASSING:
                raise
            refused = Refused(code=problem.code, message=problem.detail)
        return await self.cancel(change, otherwise=refused)

    async def cancel(self, change: RecordChange, *, otherwise: Refused) -> Decided:
        """Have the change cancelled for ever; what was decided before stands."""
        answer = await self._put(change, "cancel", {"record_id": change.record_id})
        return otherwise if answer["status"] == "cancelled" else _decided(answer)

    async def hold(
        self,
        *,
        organization_id: int,
        account_id: int,
        stream_id: int,
        reconciliation_ids: Sequence[int],
    ) -> Hold:
        """Ask where a stream is linked, and for a match that holds a record of it.

        `reconciliation_ids` are others where it may have matches: it was routed to them.
        """
        response = await self.client.call(
            "GET",
            f"/internal/streams/{stream_id}/hold",
            organization_id=organization_id,
            account_id=account_id,
            params={"reconciliation_ids": list(reconciliation_ids)},
        )
        return msgspec.json.decode(response.content, type=Hold)

    async def withdraw_all(self, changes: Sequence[RecordChange]) -> Decided:
        """Have the records of deletions in one stream withdrawn, all of them or none.

        The same set has the same outcome for ever, and is always asked as a whole.
        """
        first = changes[0]
        body = {
            "at": first.created_at,
            "changes": [
                {
                    "id": one.id,
                    "record_id": one.record_id,
                    "version": one.version,
                    "fields": Raw(one.fields),
                }
                for one in changes
            ],
        }
        response = await self.client.call(
            "PUT",
            f"/internal/streams/{first.stream_id}/withdrawals",
            organization_id=first.organization_id,
            account_id=first.account_id,
            headers={"content-type": "application/json"},
            content=msgspec.json.encode(body),
        )
        return _decided(dict(response.json()))

    async def _put(
        self, change: RecordChange, command: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        response = await self.client.call(
            "PUT",
            f"/internal/record_changes/{change.id}/{command}",
            organization_id=change.organization_id,
            account_id=change.account_id,
            headers={"content-type": "application/json"},
            content=msgspec.json.encode(body),
        )
        return dict(response.json())


def _decided(answer: dict[str, Any]) -> Decided:
    if answer["status"] == "done":
        return Done()
    return Refused(
        code=answer.get("code") or answer["status"],
        message=answer.get("message") or "the matcher changed nothing",
    )
