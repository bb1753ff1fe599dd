"""Calls to the matcher about runs of ledgers (docs/internal-http.md)."""

from dataclasses import dataclass
from typing import Any

from tieout_runtime.internal import Caller, InternalClient
from tieout_runtime.problems import Problem


@dataclass(frozen=True, kw_only=True)
class LedgerRuns:
    """The matcher owns ledgers and runs, and says when a file's records are all there."""

    client: InternalClient

    async def stream_key(self, caller: Caller, run_id: int) -> str:
        """Return the stream that takes a run's files; Problem 404, 409 `run_closed`."""
        run = await self._call("GET", caller, f"/internal/ledger_runs/{run_id}")
        if run["status"] == "closed":
            raise Problem(409, "run_closed", "the run is closed: it takes no more files")
        ledger = await self._call("GET", caller, f"/internal/ledgers/{run['ledger_id']}")
        return str(ledger["source_stream_key"])

    async def take(self, caller: Caller, run_id: int, file_id: int) -> int:
        """Have a loaded file taken; returns how many of its records are still to arrive."""
        path = f"/internal/ledger_runs/{run_id}/files/{file_id}"
        return int((await self._call("POST", caller, path))["waiting"])

    async def deletable(self, caller: Caller, run_id: int, file_id: int) -> list[int]:
        """Return the records that a file brought.

        Raises Problem 404, 409 `run_closed`, `already_matched`.
        """
        path = f"/internal/ledger_runs/{run_id}/files/{file_id}/deletable"
        found: Any = (await self._call("GET", caller, path))["record_ids"]
        return list(found)

    async def forget(self, caller: Caller, run_id: int, file_id: int) -> None:
        """Have a file forgotten whose records are deleted."""
        path = f"/internal/ledger_runs/{run_id}/files/{file_id}"
        await self.client.call(
            "DELETE", path, organization_id=caller.organization_id, account_id=caller.account_id
        )

    async def _call(self, method: str, caller: Caller, path: str) -> dict[str, Any]:
        answer = await self.client.call(
            method, path, organization_id=caller.organization_id, account_id=caller.account_id
        )
        return dict(answer.json())
