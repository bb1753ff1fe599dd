"""What a key must be allowed to do, for every route: the one table."""

import re
from collections.abc import Mapping

from tieout_gateway.domain.scopes import Scope

_PROPERTIES = "/v1/data_stream_property_definitions"
_RECONCILIATIONS = "/v1/reconciliations"
_RULES = "/v1/reconciliation_rules"
_MATCHES = "/v1/reconciliation_matches"
_BUCKETS = "/v1/reconciliation_exceptions"
_BREAKS = "/v1/exceptions/{exceptionId}"
_CASES = "/v1/reconciliation-cases"
_LEDGERS = "/v1/ledgers"
_LEDGER_RUNS = f"{_LEDGERS}/reconciliation/runs"
_LEDGER_RUN = f"{_LEDGER_RUNS}/{{runID}}"
_LEDGER_ITEM = f"{_LEDGERS}/reconciliation/items/{{itemID}}"
_LEDGER_MATCH = f"{_LEDGERS}/reconciliation/matches/{{matchID}}"
_ENDPOINTS = "/v1/webhook_endpoints"
_DELIVERIES = "/v1/webhook_deliveries"

# (method, path template) → scope. A route that is not here cannot be made.
SCOPES: Mapping[tuple[str, str], Scope] = {
    ("GET", "/v1/events"): "view",
    ("GET", "/v1/data_streams"): "view",
    ("POST", "/v1/data_streams"): "admin",
    ("GET", "/v1/data_streams/{key}"): "view",
    ("PATCH", "/v1/data_streams/{key}"): "admin",
    ("DELETE", "/v1/data_streams/{key}"): "admin",
    ("POST", "/v1/data_streams/{key}/reset"): "admin",
    ("GET", "/v1/data_streams/{key}/health"): "view",
    ("GET", "/v1/data_streams/{key}/operations/{id}"): "view",
    ("POST", "/v1/data_streams/{key}/imports"): "act",
    ("POST", "/v1/data_streams/{key}/imports/preview"): "view",
    ("GET", "/v1/data_streams/{key}/import_batches"): "view",
    ("GET", _PROPERTIES): "view",
    ("POST", _PROPERTIES): "admin",
    ("GET", f"{_PROPERTIES}/{{id}}"): "view",
    ("PATCH", f"{_PROPERTIES}/{{id}}"): "admin",
    ("DELETE", f"{_PROPERTIES}/{{id}}"): "admin",
    ("GET", "/v1/import_batches/{id}"): "view",
    ("GET", "/v1/import_batches/{id}/records"): "view",
    ("GET", "/v1/records"): "view",
    ("POST", "/v1/records"): "act",
    ("POST", "/v1/records/bulk"): "act",
    ("GET", "/v1/records/{id}"): "view",
    ("PATCH", "/v1/records/{id}"): "act",
    ("DELETE", "/v1/records/{id}"): "act",
    ("GET", "/v1/records/{id}/versions"): "view",
    ("GET", "/v1/bulk_requests"): "view",
    ("GET", "/v1/bulk_requests/{id}"): "view",
    ("POST", "/v1/bulk_requests/{id}/cancel"): "act",
    ("POST", "/v1/bulk_requests/{id}/retry"): "act",
    ("GET", _RECONCILIATIONS): "view",
    ("POST", _RECONCILIATIONS): "admin",
    ("GET", f"{_RECONCILIATIONS}/{{id}}"): "view",
    ("PATCH", f"{_RECONCILIATIONS}/{{id}}"): "admin",
    ("DELETE", f"{_RECONCILIATIONS}/{{id}}"): "admin",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/progress"): "view",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/balance_proof"): "view",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/balance_proof/entries"): "view",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/entries"): "view",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/entries/{{record_id}}"): "view",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/entries/{{record_id}}/explanation"): "view",
    ("POST", f"{_RECONCILIATIONS}/{{id}}/records/{{record_id}}/mark_overdue"): "act",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/runs"): "view",
    ("POST", f"{_RECONCILIATIONS}/{{id}}/runs"): "act",
    ("GET", f"{_RECONCILIATIONS}/{{id}}/runs/{{run_id}}"): "view",
    ("POST", f"{_RECONCILIATIONS}/{{id}}/runs/{{run_id}}/undo"): "act",
    ("POST", f"{_RECONCILIATIONS}/{{id}}/rule_proposals"): "act",
    ("GET", _RULES): "view",
    ("POST", _RULES): "admin",
    ("POST", f"{_RULES}/backtest"): "view",
    ("GET", f"{_RULES}/{{id}}"): "view",
    ("PATCH", f"{_RULES}/{{id}}"): "admin",
    ("DELETE", f"{_RULES}/{{id}}"): "admin",
    ("GET", _MATCHES): "view",
    ("POST", _MATCHES): "act",
    ("GET", f"{_MATCHES}/{{id}}"): "view",
    ("DELETE", f"{_MATCHES}/{{id}}"): "act",
    ("GET", f"{_MATCHES}/{{id}}/explanation"): "view",
    ("POST", f"{_MATCHES}/{{id}}/accept"): "act",
    ("POST", f"{_MATCHES}/{{id}}/reject"): "act",
    ("DELETE", f"{_MATCHES}/{{id}}/block"): "act",
    ("GET", _BUCKETS): "view",
    ("POST", _BUCKETS): "act",
    ("GET", f"{_BUCKETS}/{{id}}"): "view",
    ("PATCH", f"{_BUCKETS}/{{id}}"): "act",
    ("DELETE", f"{_BUCKETS}/{{id}}"): "act",
    ("POST", f"{_BUCKETS}/{{id}}/comments"): "act",
    ("PUT", f"{_BUCKETS}/{{id}}/assignees"): "act",
    ("POST", f"{_BUCKETS}/{{id}}/investigations"): "act",
    ("GET", "/v1/exceptions"): "view",
    ("GET", _BREAKS): "view",
    ("POST", f"{_BREAKS}/force-match"): "act",
    ("POST", f"{_BREAKS}/adjust-entry"): "act",
    ("POST", f"{_BREAKS}/assign"): "act",
    ("POST", f"{_BREAKS}/unassign"): "act",
    ("POST", f"{_BREAKS}/approve"): "approve",
    ("POST", f"{_BREAKS}/refuse"): "approve",
    ("POST", f"{_BREAKS}/dispatch"): "act",
    ("POST", f"{_BREAKS}/callback"): "act",
    ("GET", f"{_BREAKS}/explanation"): "view",
    ("POST", "/v1/exceptions/bulk/assign"): "act",
    ("POST", "/v1/exceptions/bulk/resolve"): "act",
    ("GET", "/v1/approval_limits"): "view",
    ("PUT", "/v1/approval_limits"): "admin",
    ("GET", f"{_BREAKS}/comments"): "view",
    ("POST", f"{_BREAKS}/comments"): "act",
    ("GET", "/v1/organizations"): "admin",
    ("GET", "/v1/organizations/{id}"): "admin",
    ("PATCH", "/v1/organizations/{id}"): "admin",
    ("GET", "/v1/users"): "admin",
    ("POST", "/v1/users"): "admin",
    ("GET", "/v1/users/{id}"): "admin",
    ("PATCH", "/v1/users/{id}"): "admin",
    ("GET", "/v1/api_keys"): "admin",
    ("POST", "/v1/api_keys"): "admin",
    ("GET", "/v1/api_keys/{id}"): "admin",
    ("DELETE", "/v1/api_keys/{id}"): "admin",
    ("GET", _ENDPOINTS): "admin",
    ("POST", _ENDPOINTS): "admin",
    ("GET", f"{_ENDPOINTS}/{{id}}"): "admin",
    ("PATCH", f"{_ENDPOINTS}/{{id}}"): "admin",
    ("DELETE", f"{_ENDPOINTS}/{{id}}"): "admin",
    ("POST", f"{_ENDPOINTS}/{{id}}/rotate_secret"): "admin",
    ("GET", _DELIVERIES): "admin",
    ("GET", f"{_DELIVERIES}/{{id}}"): "admin",
    ("POST", f"{_DELIVERIES}/{{id}}/replay"): "admin",
    ("GET", "/v1/audit_entries"): "admin",
    ("GET", "/v1/audit_entries/verification"): "admin",
    ("GET", "/v1/payment-intents"): "view",
    ("POST", "/v1/payment-intents"): "act",
    ("GET", "/v1/payment-intents/{intentId}"): "view",
    ("POST", "/v1/evidence/provider"): "act",
    ("POST", "/v1/evidence/chain"): "act",
    ("POST", "/v1/evidence/bank"): "act",
    ("POST", "/v1/evidence/file"): "act",
    ("GET", _CASES): "view",
    ("GET", f"{_CASES}/{{caseId}}"): "view",
    ("POST", f"{_CASES}/{{caseId}}/resolve"): "act",
    ("POST", f"{_CASES}/{{caseId}}/archive"): "act",
    ("POST", f"{_CASES}/{{caseId}}/notes"): "act",
    ("GET", "/v1/exports/reconciliation-cases"): "view",
    ("POST", _LEDGERS): "admin",
    ("POST", f"{_LEDGERS}/{{id}}/entries"): "act",
    ("GET", f"{_LEDGERS}/accounts"): "view",
    ("POST", f"{_LEDGERS}/{{id}}/reconcile"): "act",
    ("POST", _LEDGER_RUNS): "act",
    ("GET", _LEDGER_RUNS): "view",
    ("GET", _LEDGER_RUN): "view",
    ("PATCH", _LEDGER_RUN): "act",
    ("DELETE", _LEDGER_RUN): "act",
    ("POST", f"{_LEDGER_RUN}/close"): "act",
    ("POST", f"{_LEDGER_RUN}/sources/upload"): "act",
    ("GET", f"{_LEDGER_RUN}/sources"): "view",
    ("DELETE", f"{_LEDGER_RUN}/sources/{{fileID}}"): "act",
    ("POST", f"{_LEDGER_RUN}/auto-match"): "act",
    ("POST", f"{_LEDGER_RUN}/manual-match"): "act",
    ("GET", f"{_LEDGER_RUN}/matches"): "view",
    ("GET", f"{_LEDGER_RUN}/items"): "view",
    ("GET", f"{_LEDGER_RUN}/gl-only"): "view",
    ("GET", f"{_LEDGER_RUN}/gl-all"): "view",
    ("POST", f"{_LEDGER_MATCH}/accept"): "act",
    ("POST", f"{_LEDGER_MATCH}/reject"): "act",
    ("PATCH", f"{_LEDGER_MATCH}/note"): "act",
    ("GET", f"{_LEDGER_RUN}/discrepancies"): "view",
    ("POST", f"{_LEDGER_ITEM}/close"): "act",
    ("POST", f"{_LEDGER_ITEM}/reopen"): "act",
}

_PATHS = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for _, path in SCOPES}

# For each template those that name some of its addresses with fewer places.
_NEARER = {
    one: [_PATHS[other] for other in _PATHS if one != other and _PATHS[one].fullmatch(other)]
    for one in _PATHS
}


def methods_at(path: str) -> list[str]:
    """Name the methods there are at an address, for the header Allow."""
    named = [one for one, pattern in _PATHS.items() if pattern.fullmatch(path)]
    return sorted(
        method for method, one in SCOPES if one in named and not is_named_nearer(one, path)
    )


def is_named_nearer(template: str, path: str) -> bool:
    """Tell whether another template names this address, where it only fills a place of ours."""
    return any(pattern.fullmatch(path) for pattern in _NEARER[template])
