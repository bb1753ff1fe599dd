"""Takes payment intents: each becomes a record, at ingest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tieout_contracts.record import Fields
from tieout_exceptions.case_setup import INTENTS_KEY, CaseSetup
from tieout_exceptions.domain.answers import json_bytes
from tieout_exceptions.domain.cases.intents import IntentDraft, differing
from tieout_exceptions.owners import Ingest
from tieout_exceptions.store import case_books
from tieout_exceptions.taking import CREATED, OK, Json, add_record, check_money, once
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.problems import Problem


@dataclass(frozen=True, kw_only=True)
class IntentIntake:
    pool: Pool
    setup: CaseSetup
    ingest: Ingest
    clock: Callable[[], datetime]

    async def take(self, claim: Claim, draft: IntentDraft) -> Answer:
        """Take an intent: 201 created, 200 reused; other fields than the first are 409."""
        check_money(draft.moneys)

        async def execute() -> Answer:
            kept = await self._kept(claim.organization_id, draft.external_reference)
            if kept is not None:
                return _reused(draft, *kept)
            await self.setup.book(claim.organization_id)
            created, record = await self._store_intent(claim, draft)
            async with tenant_transaction(
                self.pool, organization_id=claim.organization_id
            ) as connection:
                await case_books.add_intent(
                    connection,
                    organization_id=claim.organization_id,
                    record=record,
                    reference=draft.external_reference,
                )
                ((fields, shown),) = await case_books.intents(
                    connection, organization_id=claim.organization_id, record_id=record["id"]
                )
            if not created:
                return _reused(draft, fields, shown)
            return Answer(status=CREATED, body=json_bytes(shown | {"outcome": "created"}))

        return await once(self.pool, claim, at=self.clock(), execute=execute)

    async def _kept(self, organization_id: int, reference: str) -> tuple[Fields, Json] | None:
        async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
            found = await case_books.intents(
                connection, organization_id=organization_id, reference=reference
            )
        return found[0] if found else None

    async def _store_intent(self, claim: Claim, draft: IntentDraft) -> tuple[bool, Json]:
        """Have ingest take it; one that it took in a request cut short is compared."""
        document = draft.document(stream_key=INTENTS_KEY, at=self.clock())
        first = await self.ingest.record(
            organization_id=claim.organization_id,
            stream_key=INTENTS_KEY,
            external_id=draft.external_reference,
        )
        if first is not None:
            return False, first
        return await add_record(self.ingest, claim, document, what="payment intent")


def _reused(draft: IntentDraft, fields: Fields, shown: Json) -> Answer:
    """Answer a replay with the first intent; raises Problem 409 naming what differs."""
    names = differing(draft, fields)
    if names:
        raise Problem(
            409,
            "conflict",
            f"{draft.external_reference!r} is another payment intent: {', '.join(names)} differ",
            errors=[
                {"path": f"$.{name}", "message": "differs from the payment intent that is there"}
                for name in names
            ],
        )
    return Answer(status=OK, body=json_bytes(shown | {"outcome": "reused"}))
