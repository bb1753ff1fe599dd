"""The files of a run: import batches of ingest, whose records become items once all are here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieout_matcher.store import ledger_runs
from tieout_runtime.internal import Caller, InternalClient
from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.problems import Problem, not_found


@dataclass(frozen=True, kw_only=True)
class LedgerFiles:
    """Asks the owner of imports what a file brought; nothing is matched while a part is missing."""

    api: Pool
    ingest: InternalClient
    clock: Callable[[], datetime]

    async def take(self, caller: Caller, run_id: int, file_id: int) -> int:
        """Give the run what a loaded file brought; returns how many records are still to arrive.

        Raises Problem 404 for an unknown run, or a file that is not the run's.
        """
        found = await self._ask(caller, f"/internal/import_batches/{file_id}/record_ids")
        if found["run_id"] != run_id:
            raise not_found("source file")
        records: Sequence[int] = found["record_ids"]
        key = (caller.organization_id, run_id)
        async with tenant_transaction(self.api, organization_id=key[0]) as connection:
            run = await ledger_runs.find(connection, key)
            if run is None:
                raise not_found("run")
            ledger = (key[0], run["ledger_id"])
            waiting = len(records) - await ledger_runs.arrived(connection, ledger, records)
            if found["status"] != "completed":
                return max(waiting, 1)
            if not waiting:
                await ledger_runs.take_file(
                    connection, run, key[0], file_id=file_id, records=records, at=self.clock()
                )
        return waiting

    async def require_whole(self, caller: Caller, run_id: int) -> None:
        """Take what arrived since; raises Problem 409 while a file of the run is half here."""
        path = f"/internal/ledger_runs/{run_id}/files"
        files = (await self._ask(caller, path))["files"]
        loaded = [one["id"] for one in files if one["status"] == "completed"]
        async with tenant_transaction(
            self.api, organization_id=caller.organization_id
        ) as connection:
            taken = await ledger_runs.files_taken(connection, caller.organization_id, loaded)
        waiting = any(one["status"] in ("received", "loading") for one in files)
        for file_id in loaded:
            if file_id not in taken:
                waiting = bool(await self.take(caller, run_id, file_id)) or waiting
        if waiting:
            raise Problem(
                409,
                "upload_in_progress",
                "a source file of this run is still being loaded; try again",
                headers={"Retry-After": "1"},
            )

    async def _ask(self, caller: Caller, path: str) -> Any:
        answer = await self.ingest.call(
            "GET",
            path,
            organization_id=caller.organization_id,
            account_id=caller.account_id,
        )
        return answer.json()
