"""What each list of the API asks its owner's tables, and with which of its filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

LIMIT = 50
MANY = 2**62
RECONCILIATION = 700_001
START = datetime(2026, 1, 1, tzinfo=UTC)
SINCE, UNTIL = START + timedelta(minutes=10_000), START + timedelta(minutes=10_040)
Arguments = Mapping[int, Any]


@dataclass(frozen=True, kw_only=True)
class List:
    """`always` and `filters` are arguments by number; those not named are null."""

    service: str
    file: str
    query: str
    always: Arguments
    filters: Mapping[str, Arguments] = field(default_factory=dict)
    limit: int = LIMIT


_RECORDS = List(
    service="ingest", file="records.sql", query="records_between",
    always={1: 7, 2: 0, 3: [1, 2], 9: MANY, 10: LIMIT, 11: 0},
    filters={"import_batch_id": {2: 2000, 4: 100, 9: 2020},
             "bulk_request_id": {2: 2000, 5: 100, 9: 2020}, "cursor": {9: 9000}},
)  # fmt: skip
_CASES = List(
    service="exceptions", file="case_reads.sql", query="page", always={1: 7, 9: LIMIT},
    filters={"status": {3: "archived"}, "reconciliationStatus": {4: "tentatively_reconciled"},
             "externalReference": {5: "INV-7"}, "from, to": {6: SINCE, 7: UNTIL},
             "cursor": {8: 9000}},
)  # fmt: skip
LISTS: dict[str, List] = {
    "GET /v1/data_streams": List(
        service="ingest", file="streams.sql", query="streams", always={1: 7}
    ),
    "GET /v1/data_stream_property_definitions": List(
        service="ingest", file="properties.sql", query="definitions", always={1: 7, 2: 9}
    ),
    "GET /v1/data_streams/{key}/import_batches": List(
        service="ingest", file="imports.sql", query="import_batches",
        always={1: 7, 2: 3, 3: LIMIT, 4: 0},
    ),
    "GET /v1/import_batches/{id}/records": List(
        service="ingest", file="records.sql", query="records_between",
        always={1: 7, 2: 2000, 3: [1], 4: 100, 9: 2020, 10: LIMIT, 11: 0},
    ),
    "GET /v1/records": _RECORDS,
    "GET /v1/bulk_requests": List(
        service="ingest", file="bulk.sql", query="bulk_requests", always={1: 7, 2: MANY, 8: LIMIT},
        filters={"status": {4: "failed"},
                 "created_after, created_before": {6: SINCE, 7: UNTIL}, "cursor": {2: 9000}},
    ),
    "GET /v1/bulk_requests/{id}": List(
        service="ingest", file="bulk.sql", query="bulk_results",
        always={1: 7, 2: 9, 3: LIMIT, 4: 0},
    ),
    "GET /v1/reconciliations": List(
        service="matcher", file="reconciliations.sql", query="page",
        always={1: 7, 2: 0, 4: LIMIT}, filters={"cursor": {2: 709_000}},
    ),
    "GET /v1/reconciliations/{id}/entries": List(
        service="matcher", file="entries.sql", query="page",
        always={1: 7, 2: RECONCILIATION, 3: 0, 9: LIMIT}, filters={"cursor": {3: 9000}},
    ),
    "GET /v1/reconciliations/{id}/entries?status=unreconciled": List(
        service="matcher", file="entries.sql", query="open_page",
        always={1: 7, 2: RECONCILIATION, 3: 0, 8: LIMIT}, filters={"cursor": {3: 9000}},
    ),
    "GET /v1/reconciliation_rules": List(
        service="matcher", file="reconciliations.sql", query="rules_of",
        always={1: 7, 2: RECONCILIATION},
    ),
    "GET /v1/reconciliation_matches": List(
        service="matcher", file="matches.sql", query="page", always={1: 7, 5: LIMIT, 6: 0},
        filters={"reconciliation_id": {2: RECONCILIATION}, "status": {3: "suggested"},
                 "reconciliation_id, status": {2: RECONCILIATION, 3: "suggested"}},
    ),
    "GET /v1/reconciliations/{id}/runs": List(
        service="matcher", file="runs.sql", query="page",
        always={1: 7, 2: RECONCILIATION, 3: 0, 5: LIMIT}, filters={"cursor": {3: 9000}},
    ),
    "GET /v1/reconciliation_exceptions": List(
        service="exceptions", file="buckets.sql", query="list", always={1: 7, 5: LIMIT, 6: 0},
        filters={"reconciliation_id": {3: RECONCILIATION}, "status": {4: "open"}},
    ),
    "GET /v1/exceptions": List(
        service="exceptions", file="breaks.sql", query="list",
        always={1: 7, 2: [], 3: [], 4: [], 5: [], 8: START, 9: Decimal(1), 10: Decimal(2),
                11: Decimal(3), 18: LIMIT},
        filters={"status": {6: "OPEN"}, "assigned_to": {12: "ann"}, "external_system": {13: "JIRA"},
                 "date_from, date_to": {14: SINCE, 15: UNTIL},
                 "reconciliation_id": {16: RECONCILIATION + 3}, "cursor": {17: 9000}},
    ),
    "GET /v1/exceptions/{exceptionId}/comments": List(
        service="exceptions", file="comments.sql", query="list", always={1: 7, 2: 9, 4: LIMIT},
        filters={"cursor": {3: 9000}},
    ),
    "GET /v1/audit_entries": List(
        service="exceptions", file="audit.sql", query="page", always={1: 7, 2: 0, 6: LIMIT},
        filters={"account_id": {3: 1}, "at_from, at_to": {4: SINCE, 5: UNTIL}, "cursor": {2: 9000}},
    ),
    "GET /v1/payment-intents": List(
        service="exceptions", file="case_books.sql", query="intents", always={1: 7, 5: LIMIT},
        filters={"externalReference": {2: "INV-7"}, "cursor": {4: 9000}},
    ),
    "GET /v1/reconciliation-cases": _CASES,
    "GET /v1/users": List(
        service="gateway", file="users.sql", query="list_users", always={5: LIMIT},
        filters={"email": {2: "200@example.com"}, "subject": {3: "s200"}, "kind": {4: "person"},
                 "cursor": {1: 709_000}},
    ),
    "GET /v1/api_keys": List(
        service="gateway", file="queries.sql", query="list_keys", always={3: LIMIT},
        filters={"user_id": {2: 700_200}, "cursor": {1: 9000}},
    ),
    "GET /v1/webhook_endpoints": List(
        service="gateway", file="webhook_endpoints.sql", query="list_endpoints",
        always={2: LIMIT}, filters={"cursor": {1: 9000}},
    ),
    "GET /v1/webhook_deliveries": List(
        service="gateway", file="webhook_deliveries.sql", query="list_deliveries",
        always={5: LIMIT},
        filters={"webhook_endpoint_id": {2: 200}, "status": {3: "failed"},
                 "event_type": {4: "rare"}, "cursor": {1: 9000}},
    ),
}  # fmt: skip

# Their answers need more than a page, as they are documented; why.
OF_ONE_LEDGER = (
    "counts and sorts what one run or ledger has: total, total_unfiltered and sort by any"
)
NOT_BY_PAGE = {
    "GET /v1/exports/reconciliation-cases": "is streamed whole, by the query of the list",
    "GET /v1/records/{id}/versions": "the versions of one record",
    "GET /v1/approval_limits": "one for each currency",
    "GET /v1/organizations": "those of one person",
    "GET /v1/reconciliations/{id}/balance_proof": "adds all of a reconciliation up",
    "GET /v1/reconciliations/{id}/balance_proof/entries": "lists what was added up",
    **{
        f"GET /v1/ledgers/{path}": OF_ONE_LEDGER
        for path in (
            "accounts", "reconciliation/runs", "reconciliation/runs/{runID}/sources",
            "reconciliation/runs/{runID}/matches", "reconciliation/runs/{runID}/items",
            "reconciliation/runs/{runID}/gl-only", "reconciliation/runs/{runID}/gl-all",
            "reconciliation/runs/{runID}/discrepancies",
        )
    },
}  # fmt: skip
# Filters that choose among what the page's order brings; why no index serves them.
AMONG_THE_ORDER = {
    ("GET /v1/exceptions", "severity"): "grows with time: it is computed on read",
    ("GET /v1/reconciliation-cases", "verdict"): "is computed on read",
    ("GET /v1/bulk_requests", "source"): "there is one source",
    ("GET /v1/bulk_requests", "data_stream_key"): "one names several: no index of arrays under RLS",
    ("GET /v1/records", "source"): "read on within the streams that are named as well",
    ("GET /v1/records", "created_after, created_before"): "as source",
    ("GET /v1/records", "external_id"): "asked by number: found by its own index first",
    ("GET /v1/records", "data_stream_key"): "always: the streams to read",
    ("GET /v1/records", "reconciliation_id"): "asked by number",
    ("GET /v1/records", "reconciliation_match_id"): "asked by number",
    ("GET /v1/reconciliations/{id}/entries", "status"): "unreconciled has a query of its own",
    ("GET /v1/reconciliations/{id}/entries", "escalated"): "an index would slow every decision",
    ("GET /v1/reconciliations/{id}/entries", "side"): "an index would slow every decision",
    ("GET /v1/reconciliations/{id}/entries", "data_stream_id"): "as side",
}
