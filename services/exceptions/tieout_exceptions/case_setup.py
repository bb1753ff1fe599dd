"""Makes what an organisation's cases need, with its first intent or evidence: streams and rules.

Each step may be done again: streams are found by their keys, the matcher answers the same request
with the same reconciliation. So a setup that was cut short is completed by the next request.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tieout_exceptions.domain.cases.book import KINDS, Book, EvidenceKind
from tieout_exceptions.domain.cases.book_rules import RULES
from tieout_exceptions.owners import Ingest, Matcher
from tieout_exceptions.store import case_books
from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.problems import Problem

INTENTS_KEY = "payment-intents"
_TRIES, _BETWEEN_S = 20, 0.1


def stream_key(kind: EvidenceKind) -> str:
    return f"{kind}-evidence"


@dataclass(frozen=True, kw_only=True)
class CaseSetup:
    pool: Pool
    matcher: Matcher
    ingest: Ingest
    clock: Callable[[], datetime]
    known: dict[int, Book] = field(default_factory=dict)

    async def find(self, organization_id: int) -> Book | None:
        """Return the organisation's book; None when it never had an intent or evidence."""
        if organization_id not in self.known:
            async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
                book = await case_books.find_book(connection, organization_id)
            if book is None:
                return None
            self.known[organization_id] = book
        return self.known[organization_id]

    async def book(self, organization_id: int) -> Book:
        """Return the organisation's book, made when there is none."""
        found = await self.find(organization_id)
        return found or await self._make(organization_id)

    async def _make(self, organization_id: int) -> Book:
        own = {"organization_id": organization_id}
        intents = await self.ingest.make_stream(**own, key=INTENTS_KEY, name="Payment intents")
        evidence = {
            kind: await self.ingest.make_stream(
                **own, key=stream_key(kind), name=f"{kind.capitalize()} evidence"
            )
            for kind in KINDS
        }
        body = {
            "name": "Payment intents against evidence",
            "side_a_stream_ids": list(evidence.values()),
            "side_b_stream_ids": [intents],
        }
        book = Book(
            organization_id=organization_id,
            reconciliation_id=await self._reconciliation(organization_id, body),
            intent_stream_id=intents,
            provider_stream_id=evidence["provider"],
            chain_stream_id=evidence["chain"],
            bank_stream_id=evidence["bank"],
            file_stream_id=evidence["file"],
            created_at=self.clock(),
        )
        async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
            await case_books.add_book(connection, book)
        kept = await self.find(organization_id)
        if kept is None:
            raise LookupError(f"organization {organization_id} has no book of cases")
        return kept

    async def _reconciliation(self, organization_id: int, body: dict[str, Any]) -> int:
        """Ask until no other instance is asking for the same."""
        for left in range(_TRIES - 1, -1, -1):
            try:
                return await self.matcher.make_case_reconciliation(organization_id, body, RULES)
            except Problem as problem:
                if problem.code != "request_in_progress" or not left:
                    raise
                await asyncio.sleep(_BETWEEN_S)
        raise AssertionError("the last try returns or raises")
