"""Calls to the services that own what this one commands or asks about (docs/internal-http.md)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from tieout_contracts.config_events import ReconciliationConfig, StreamConfig
from tieout_exceptions.domain.investigating import Explained, Near
from tieout_exceptions.domain.operations import Decided, Done, Operation, Refused
from tieout_runtime.internal import InternalClient
from tieout_runtime.problems import Problem

_SERVER_ERROR = 500
_NOT_FOUND = 404
_CREATED = 201
# Not about the request itself: the same request may be taken a moment later.
_PASSING = frozenset({401, 408, 409, 425, 429})


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Decides everything about entries; a Problem of `unavailable` kind may be tried again."""

    client: InternalClient

    async def carry_out(self, operation: Operation, *, organization_id: int) -> Decided:
        """Have the match made, once for ever for this operation.

        A request that the matcher cannot take is withdrawn there first, so that no try that is
        still under way can make the match afterwards.
        """
        command = "force-match" if operation.adjust_amount is None else "adjust-entry"
        try:
            answer = await self._put(operation, command, organization_id, _asked(operation))
            return _decided(answer, operation)
        except Problem as problem:
            if not is_final(problem):
                raise
            refused = Refused(code=problem.code, message=problem.detail)
        return await self.cancel(operation, organization_id=organization_id, otherwise=refused)

    async def cancel(
        self, operation: Operation, *, organization_id: int, otherwise: Refused
    ) -> Decided:
        """Have the operation cancelled for ever; what was decided before stands."""
        body = {"reconciliation_id": operation.reconciliation_id}
        try:
            answer = await self._put(operation, "cancel", organization_id, body)
        except Problem as problem:
            if problem.status != _NOT_FOUND:
                raise
            return otherwise  # where there is no such reconciliation nothing can be matched
        return otherwise if answer["status"] == "cancelled" else _decided(answer, operation)

    async def claim_overdue(self, *, until: datetime) -> int:
        """Have every open entry whose time has passed told as overdue; returns how many."""
        sent = {"until": until.isoformat().replace("+00:00", "Z")}
        response = await self.client.call("POST", "/internal/overdue/claim", json=sent)
        return int(response.json()["claimed"])

    async def resend(self, *, reconciliation_id: int, from_seq: int, to_seq: int) -> int:
        """Have outcomes published again from the journal; returns how many chunks."""
        sent = {"reconciliation_id": reconciliation_id, "from_seq": from_seq, "to_seq": to_seq}
        response = await self.client.call("POST", "/internal/outcomes/resend", json=sent)
        return int(response.json()["resent"])

    async def reconciliation(
        self, *, organization_id: int, reconciliation_id: int
    ) -> ReconciliationConfig:
        """Ask for a reconciliation; 404 when this organisation has none of that number."""
        response = await self.client.call(
            "GET", f"/internal/reconciliations/{reconciliation_id}", organization_id=organization_id
        )
        told = response.json() | {"type": "reconciliation", "organization_id": organization_id}
        return msgspec.convert(
            told | {"reconciliation_id": reconciliation_id}, ReconciliationConfig
        )

    async def make_case_reconciliation(
        self, organization_id: int, body: dict[str, Any], rules: list[dict[str, Any]]
    ) -> int:
        """Make the reconciliation of an organisation's cases, once, with its rules; its number."""
        path = "/internal/reconciliations"
        made = await self._once(path, organization_id, body, key="cases")
        number = int(made["id"])
        for index, rule in enumerate(rules):
            whole = rule | {"reconciliation_id": number}
            await self._once("/internal/rules", organization_id, whole, key=f"cases:{index}")
        return number

    async def _once(
        self, path: str, organization_id: int, body: dict[str, Any], *, key: str
    ) -> dict[str, Any]:
        response = await self.client.call(
            "POST",
            path,
            organization_id=organization_id,
            headers={"x-idempotency-key": key},
            json=body,
        )
        return dict(response.json())

    async def explained(
        self, *, organization_id: int, reconciliation_id: int, record_id: int
    ) -> Explained | None:
        """Ask why an entry is open; None when it is not, or not there any more."""
        path = f"/internal/reconciliations/{reconciliation_id}/entries/{record_id}/explanation"
        try:
            response = await self.client.call("GET", path, organization_id=organization_id)
        except Problem as problem:
            if problem.status != _NOT_FOUND:
                raise
            return None
        return _explained(record_id, response.json())

    async def _put(
        self, operation: Operation, command: str, organization_id: int, body: dict[str, Any]
    ) -> dict[str, Any]:
        response = await self.client.call(
            "PUT",
            f"/internal/operations/{operation.id}/{command}",
            organization_id=organization_id,
            account_id=operation.account_id,
            json=body,
        )
        return dict(response.json())


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """Owns the streams."""

    client: InternalClient

    async def stream(self, *, organization_id: int, stream_id: int) -> StreamConfig:
        """Ask for a stream; 404 when this organisation has none of that number."""
        response = await self.client.call(
            "GET", f"/internal/streams/{stream_id}", organization_id=organization_id
        )
        told = response.json() | {"type": "stream", "organization_id": organization_id}
        return msgspec.convert(told | {"stream_id": stream_id}, StreamConfig)

    async def make_stream(self, *, organization_id: int, key: str, name: str) -> int:
        """Make a stream, or take the one of that key; its number."""
        try:
            response = await self.client.call(
                "POST",
                "/internal/streams",
                organization_id=organization_id,
                json={"key": key, "name": name},
            )
        except Problem as problem:
            if problem.code != "duplicate_key":
                raise
            response = await self.client.call(
                "GET", f"/internal/streams/by-key/{key}", organization_id=organization_id
            )
        return int(response.json()["id"])

    async def record(
        self, *, organization_id: int, stream_key: str, external_id: str
    ) -> dict[str, Any] | None:
        """Find a record of a stream by its own identity; None when there is none."""
        response = await self.client.call(
            "GET",
            "/internal/records",
            organization_id=organization_id,
            params={"data_stream_key": stream_key, "external_id": external_id, "limit": 1},
        )
        found = response.json()["data"]
        return dict(found[0]) if found else None

    async def add_record(
        self, document: dict[str, Any], *, organization_id: int, account_id: int
    ) -> tuple[bool, dict[str, Any]]:
        """Have a record taken: whether it (or a version of it) is new, and the record.

        The same identity with other money is a Problem 422 `external_id_conflict`.
        """
        response = await self.client.call(
            "POST",
            "/internal/records",
            organization_id=organization_id,
            account_id=account_id,
            json=document,
        )
        return response.status_code == _CREATED, dict(response.json())


def _asked(operation: Operation) -> dict[str, Any]:
    """Write the command; what an adjustment is for says also since when it counts."""
    body: dict[str, Any] = {
        "reconciliation_id": operation.reconciliation_id,
        "record_id": operation.record_id,
        "counterpart_record_ids": list(operation.counterpart_record_ids),
    }
    if operation.adjust_amount is None:
        return body | {"residual_treatment": operation.residual_treatment}
    note = operation.override_reason
    if operation.effective_at is not None:
        note += f" (effective {operation.effective_at.astimezone(UTC).isoformat()})"
    adjusting = {"amount": operation.adjust_amount, "currency": operation.adjust_currency}
    return body | adjusting | {"note": note}


def _explained(record_id: int, told: dict[str, Any]) -> Explained | None:
    """Read an explanation of the matcher."""
    match = told.get("match")
    if match is not None:
        if match["status"] != "suggested":
            return None
        others = [one["record_id"] for one in match["members"] if one["record_id"] != record_id]
        return Explained(
            record_id=record_id,
            candidates=match["candidates"] or len(others),
            searched_all=True,
            suggested=tuple(others),
            suggestion_is_doubtful=bool(match["doubt"] or match["others"]),
        )
    if "searched" not in told:
        return None
    return Explained(
        record_id=record_id,
        candidates=told["searched"]["candidates"],
        searched_all=told["searched"]["all_open"],
        near=tuple(
            Near(
                record_id=one["record_id"],
                failing=one["failing"],
                is_open=one["state"] == "open",
                message=one["message"],
            )
            for one in told["near_misses"]
        ),
    )


def is_final(problem: Problem) -> bool:
    """Whether the same request would be answered the same way again."""
    return problem.status < _SERVER_ERROR and problem.status not in _PASSING


def _decided(answer: dict[str, Any], operation: Operation) -> Decided:
    """Read an outcome of the matcher.

    Where counterparts were named, `matched_by` may hold one of them and not the entry: then the
    break goes back, and the entry's own `match.accepted`, if there is one, resolves it.
    """
    if answer["status"] == "done":
        return Done(match_id=answer["match_id"])
    return Refused(
        code=answer.get("code") or answer["status"],
        message=answer.get("message") or "the matcher made no match",
        matched_by=None if operation.counterpart_record_ids else answer.get("matched_by"),
    )
