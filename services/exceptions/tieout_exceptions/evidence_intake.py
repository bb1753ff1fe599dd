"""Takes evidence: its money and each fee become a record, at ingest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from tieout_contracts.record import Fields
from tieout_exceptions.case_setup import CaseSetup, stream_key
from tieout_exceptions.domain.answers import json_bytes
from tieout_exceptions.domain.cases.evidence import EvidenceDraft
from tieout_exceptions.owners import Ingest
from tieout_exceptions.taking import CREATED, OK, Json, add_record, check_money, once
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.postgres import Pool


@dataclass(frozen=True, kw_only=True)
class EvidenceIntake:
    pool: Pool
    setup: CaseSetup
    ingest: Ingest
    clock: Callable[[], datetime]

    async def take(self, claim: Claim, draft: EvidenceDraft) -> Answer:
        """Take evidence: 201, or 200 `duplicate` with the first ids; other money is 409."""
        check_money(draft.moneys)

        async def execute() -> Answer:
            await self.setup.book(claim.organization_id)
            key = stream_key(draft.kind)
            first = await self.ingest.record(
                organization_id=claim.organization_id,
                stream_key=key,
                external_id=draft.source_ref,
            )
            documents = draft.documents(stream_key=key, day=self._day(draft.day, first))
            taken = [
                await add_record(self.ingest, claim, one, what="evidence") for one in documents
            ]
            created = any(new for new, _ in taken)
            answer = _evidence_answer(draft, taken[0][1]) | {
                "duplicate": not created,
                "raw_record_ids": [record["id"] for _, record in taken],
            }
            return Answer(status=CREATED if created else OK, body=json_bytes(answer))

        return await once(self.pool, claim, at=self.clock(), execute=execute)

    def _day(self, stated: date | None, first: Json | None) -> date:
        """Give the day of the money: as stated, as told the first time, or today."""
        if stated is None and first is not None:
            return date.fromisoformat(first["fields"]["date"])
        return stated or self.clock().date()


def _evidence_answer(draft: EvidenceDraft, record: Json) -> Json:
    fields = msgspec.convert(record["fields"], Fields)
    return {
        "id": record["id"],
        "source": draft.kind,
        "source_ref": draft.source_ref,
        "external_reference": fields.reference,
        "amount": draft.money.plain,
        "currency": draft.money.currency,
        "leg_type": fields.metadata.get("leg_type"),
        "status": fields.metadata.get("leg_status"),
        "received_at": record["created_at"],
    }
