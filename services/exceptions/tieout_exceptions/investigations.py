"""Investigations: members gathered, explained by the matcher one by one, summed up, kept."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tieout_exceptions.bucket_commands import find_bucket
from tieout_exceptions.domain.aggregates import Filters
from tieout_exceptions.domain.answers import investigation_answer, json_bytes
from tieout_exceptions.domain.investigating import Explained, conclude
from tieout_exceptions.owners import Matcher
from tieout_exceptions.store import bucket_work
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.postgres import Connection

MAX_MEMBERS = 50
# No more are explained after so long: the request has to be answered.
PATIENCE = timedelta(seconds=12)
Begin = Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, kw_only=True)
class Investigations:
    """The matcher is asked in no transaction; what was found is kept in one."""

    matcher: Matcher
    clock: Callable[[], datetime]

    async def investigate(
        self, begin: Begin, claim: Claim, bucket_id: int, filters: Filters
    ) -> Answer:
        """Look for counterparts of what the bucket shows; raises Problem 404 or 503."""
        started, key = self.clock(), (claim.organization_id, bucket_id)
        async with begin() as connection:
            earlier = await idempotency.find(connection, claim, at=started)
            if isinstance(earlier, Answer):
                return earlier
            found = await find_bucket(connection, organization_id=key[0], bucket_id=bucket_id)
            members = await bucket_work.members(
                connection, key, filters, now=started, at_most=MAX_MEMBERS
            )
        reconciliation_id = found.names.reconciliation_id
        answers = await self._asked(key[0], reconciliation_id, members.record_ids, started)
        explained = [one for one in answers if one is not None]
        gone = len(answers) - len(explained)
        conclusion = conclude(explained, members=members.total - gone)

        async def keep() -> Answer:
            await find_bucket(connection, organization_id=key[0], bucket_id=bucket_id)
            kept = await bucket_work.add_investigation(
                connection,
                key,
                conclusion,
                filter_params=_stated(filters),
                created_at=started,
                completed_at=self.clock(),
            )
            return Answer(status=201, body=json_bytes(investigation_answer(kept)))

        async with begin() as connection:
            return await idempotency.once(connection, claim, at=self.clock(), execute=keep)

    async def _asked(
        self,
        organization_id: int,
        reconciliation_id: int,
        record_ids: Sequence[int],
        started: datetime,
    ) -> list[Explained | None]:
        """Have members explained while there is time; None for one that is open no longer."""
        answers = []
        for record_id in record_ids:
            if self.clock() - started > PATIENCE:
                break
            answers.append(
                await self.matcher.explained(
                    organization_id=organization_id,
                    reconciliation_id=reconciliation_id,
                    record_id=record_id,
                )
            )
        return answers


def _stated(filters: Filters) -> dict[str, Any]:
    """Give the filters that were stated, as JSON."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(filters).items()
        if value is not None
    }
