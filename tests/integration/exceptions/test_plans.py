"""What each delivery asks grows with what is held at most as that does, not with its square.

A reconciliation, or an organisation, that was loaded since the statistics were gathered is taken
for empty: then a join of two tables may compare all rows of one with all of the other.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from fixtures.plans import exploding, plan_of
from fixtures.postgres import Database
from tieout_runtime.queries import load_queries

HELD = 30_000
RECORDS = list(range(1, 1000))
NAMES = [str(number) for number in RECORDS]
KEYS = {
    "overdue_entry": ("record_id",),
    "break": ("record_id", "mismatch_with", "id"),
    "suggestion": ("record_id",),
    "payment_case": ("record_id", "external_reference"),
    "case_evidence": ("record_id", "reference"),
    "case_match": ("record_id", "match_id", "evidence"),
}
# What the statistics know, have not seen of a known organisation, and have not seen at all.
RECONCILIATIONS = {"known": (1, 1), "new reconciliation": (1, 2), "new organization": (2, 3)}
OF_RECONCILIATION = [
    ("pictures.sql", "entries", [RECORDS]),
    ("pictures.sql", "suggestions", [RECORDS]),
    ("pictures.sql", "mismatches", [RECORDS]),
    ("pictures.sql", "breaks", [RECORDS]),
    ("pictures.sql", "remove_entries", [RECORDS]),
    ("breaks.sql", "exceptions_of_entries", [RECORDS]),
    ("breaks.sql", "of_records", [RECORDS, None, 1, 50, 0]),
]
OF_ORGANIZATION = [
    ("case_pictures.sql", "references", [RECORDS]),
    ("case_pictures.sql", "cases", [RECORDS, NAMES, RECORDS, ["5"]]),
    ("case_pictures.sql", "matches", [RECORDS]),
    ("case_pictures.sql", "evidence", [RECORDS, NAMES]),
    ("case_pictures.sql", "remove_matches", [RECORDS, RECORDS]),
]
_FILLING = """
WITH made AS (
    SELECT {organization} AS o, {reconciliation} AS r, {reconciliation} * {held} + n AS id,
           now() + n * interval '1 s' AS at
    FROM generate_series(1, {held}) AS n
), entries AS (
    INSERT INTO overdue_entry (organization_id, reconciliation_id, record_id, version, stream_id,
        side, signed_minor, exponent, currency, direction, date, overdue_at, partial, overdue_seq)
    SELECT o, r, id, 1, 1, 'A', 5, 2, 'EUR', 'credit', now(), at, false, id FROM made
), breaks AS (
    INSERT INTO break (organization_id, id, reconciliation_id, record_id, stream_id, status,
        reason_code, reason, amount_minor, exponent, currency, overdue_at, created_at, updated_at,
        due_at, reopened_count, version)
    SELECT o, id, r, id, 1, 'OPEN', 'UNMATCHED_OVERDUE', '', 5, 2, 'EUR', at, at, at, at, 0, 1
    FROM made
), suggestions AS (
    INSERT INTO suggestion (organization_id, reconciliation_id, record_id, match_id, candidates)
    SELECT o, r, id, id, 1 FROM made
), cases AS (
    INSERT INTO payment_case (organization_id, id, reconciliation_id, record_id,
        external_reference, status, reconciliation_status, withdrawn, last_run_at, created_at,
        updated_at, version)
    SELECT o, id, r, id, id::text, 'open', 'unreconciled', false, at, at, at, 1 FROM made
), evidence AS (
    INSERT INTO case_evidence (organization_id, record_id, version, stream_id, reference, fields,
        received_at)
    SELECT o, id, 1, 1, id::text, '{{}}', at FROM made
)
INSERT INTO case_match (organization_id, record_id, match_id, status, kind, own_minor, intents,
    evidence, adjustments, decided_at)
SELECT o, id, id, 'accepted', 'exact', 1, 1, '[]', '[]', at FROM made
"""


@pytest.fixture(scope="module")
async def filled(module_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Give a connection to the tables, of which one reconciliation is known to the statistics.

    PostgreSQL gathers none by itself meanwhile: then it would know the others too.
    """
    connection = await asyncpg.connect(module_database.url)
    await connection.execute("SET search_path = exceptions")
    for table in KEYS:
        await connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    for label, (organization, reconciliation) in RECONCILIATIONS.items():
        named = {"organization": organization, "reconciliation": reconciliation}
        await connection.execute(_FILLING.format(**named, held=HELD))
        if label == "known":
            await connection.execute("ANALYZE")
    yield connection
    await connection.close()


@pytest.mark.parametrize("reconciliation", RECONCILIATIONS)
@pytest.mark.parametrize(("file", "name", "given"), [*OF_RECONCILIATION, *OF_ORGANIZATION])
async def test_no_delivery_compares_all_with_all(
    filled: asyncpg.Connection, file: str, name: str, given: list[Any], reconciliation: str
) -> None:
    organization, number = RECONCILIATIONS[reconciliation]
    place = (organization,) if (file, name, given) in OF_ORGANIZATION else (organization, number)

    plan = await plan_of(filled, load_queries("tieout_exceptions", file)[name], (*place, *given))

    assert exploding(plan, KEYS) == []


async def test_the_check_sees_all_compared_with_all(filled: asyncpg.Connection) -> None:
    query = """SELECT known.id FROM case_evidence AS told JOIN payment_case AS known
        ON known.organization_id = $1 AND known.external_reference = told.reference
        WHERE told.organization_id = $1 AND told.record_id = ANY ($2::bigint[])"""

    plan = await plan_of(filled, query, (2, RECORDS))

    assert exploding(plan, KEYS) != []
