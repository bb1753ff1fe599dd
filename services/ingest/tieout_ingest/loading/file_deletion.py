"""Source files deleted: each record of them, as a person would, and then the file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from tieout_ingest.ledger_runs import LedgerRuns
from tieout_ingest.loading.next_version import Order
from tieout_ingest.loading.record_changes import Begin, RecordChanges
from tieout_ingest.store import imports, run_files
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.internal import Caller
from tieout_runtime.problems import Problem, not_found

NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True)
class FileDeletion:
    """Every step may be repeated: what broke off is ended by asking again."""

    changes: RecordChanges
    ledger_runs: LedgerRuns
    clock: Callable[[], datetime]

    async def delete(
        self, begin: Begin, claim: Claim, caller: Caller, *, run_id: int, file_id: int
    ) -> Answer:
        """Delete a file of a run and the records that it brought.

        Raises Problem 404, 409 (`already_matched`, `run_closed`, `upload_in_progress`). A record
        that is matched while the others are deleted ends it there with 409; the file stays.
        """
        async with begin() as connection:
            earlier = await idempotency.find(connection, claim, at=self.clock())
            if isinstance(earlier, Answer):
                return earlier
            batch = await imports.find(
                connection, organization_id=caller.organization_id, batch_id=file_id
            )
        if batch is None or batch.run_id != run_id or batch.reset_at is not None:
            raise not_found("source file")
        if batch.status not in ("completed", "failed"):
            raise Problem(409, "upload_in_progress", "the file is still being loaded; try again")
        for record_id in await self.ledger_runs.deletable(caller, run_id, file_id):
            await self._delete_record(begin, claim, record_id)
        await self.ledger_runs.forget(caller, run_id, file_id)
        async with begin() as connection:
            at = self.clock()

            async def end() -> Answer:
                if not await run_files.delete(connection, caller.organization_id, file_id, at=at):
                    raise not_found("source file")
                return Answer(status=204, body=b"", before=msgspec.json.encode(batch))

            # An equal request may have come here first: that one had the effect.
            return await idempotency.once(connection, claim, at=at, execute=end)

    async def _delete_record(self, begin: Begin, claim: Claim, record_id: int) -> None:
        """Delete one record; one that is no more is passed over."""
        try:
            await self.changes.request(
                begin, replace(claim, key=None), Order(record_id=record_id, deletes=True)
            )
        except Problem as problem:
            if problem.status != NOT_FOUND:
                raise
