from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query

from tieout_gateway.owners import Asking
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router
from tieout_gateway.routes.reconciliations import streams_of
from tieout_gateway.shapes.balance_entries import (
    BalanceEntriesQuery,
    BalanceEntry,
    balance_entry_of,
)
from tieout_gateway.shapes.balance_proof import (
    BalanceProof,
    BalanceProofQuery,
    balance_proof_of,
)
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.shape import PathId
from tieout_runtime.problems import invalid, not_found

router = guarded_router(END_CLOSE, "balance proof")
_STATEMENTS = ("account", "date_from", "date_to", "cursor", "limit", "as_of")


@router.get("/v1/reconciliations/{id}/balance_proof")
async def get_balance_proof(
    id: PathId,  # noqa: A002  # the path's own name
    query: Annotated[BalanceProofQuery, Query()],
    caller: FromCaller,
) -> BalanceProof:
    """Prove a reconciliation's balances: its equation by currency, its statements by day.

    Each service answers from a snapshot of its own: what is on its way between them is in the
    statements already and in no term yet (`behind` of the progress).
    """
    stated = query.model_dump(mode="json", exclude_none=True)
    path = f"/internal/reconciliations/{id}/balance_proof"
    as_of = {"as_of": stated["as_of"]} if "as_of" in stated else {}
    told = (await caller.matcher("GET", path, params=as_of)).json()
    sides = {
        f"side_{side.lower()}_stream_ids": [
            one["stream_id"] for one in told["streams"] if one["side"] == side
        ]
        for side in ("A", "B")
    }
    wanted = {name: stated[name] for name in _STATEMENTS if name in stated}
    params = wanted | sides | {"sign_mode": told["sign_mode"]}
    days = (await caller.ingest("GET", "/internal/balance_days", params=params)).json()
    return balance_proof_of(told, days, await _stream_keys(caller))


@router.get("/v1/reconciliations/{id}/balance_proof/entries")
async def list_balance_entries(
    id: PathId,  # noqa: A002  # the path's own name
    query: Annotated[BalanceEntriesQuery, Query()],
    caller: FromCaller,
) -> CursorPage[BalanceEntry]:
    """List what makes a term of the balance proof, or the booked records of a statement."""
    if query.term == "booked":
        page = await _booked(caller, id, query)
    else:
        names = ("term", "currency", "as_of", "cursor", "limit")
        params = query.model_dump(mode="json", exclude_none=True, include=set(names))
        path = f"/internal/reconciliations/{id}/balance_proof/entries"
        page = (await caller.matcher("GET", path, params=params)).json()
    keys = await _stream_keys(caller)
    return CursorPage(
        data=[balance_entry_of(one, keys) for one in page["data"]],
        next_cursor=page["next_cursor"],
        limit=page["limit"],
    )


async def _booked(
    caller: Asking, reconciliation_id: int, query: BalanceEntriesQuery
) -> Mapping[str, Any]:
    """List the records of a statement of one of the reconciliation's streams."""
    if query.import_batch_id is None or query.statement is None:
        raise invalid("import_batch_id", "term booked needs import_batch_id and statement")
    answer = await caller.matcher("GET", f"/internal/reconciliations/{reconciliation_id}")
    sides = {one["stream_id"]: one["side"] for one in answer.json()["streams"]}
    path = f"/internal/import_batches/{query.import_batch_id}"
    stream_id = (await caller.ingest("GET", path)).json()["stream_id"]
    if stream_id not in sides:
        raise not_found("import batch")
    names = {"currency", "cursor", "limit"}
    params = query.model_dump(mode="json", exclude_none=True, include=names)
    path = f"{path}/statements/{query.statement}/records"
    page: dict[str, Any] = (await caller.ingest("GET", path, params=params)).json()
    own = {"stream_id": stream_id, "side": sides[stream_id]}
    return page | {"data": [one | own | _signed(one["fields"]) for one in page["data"]]}


def _signed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give a record's amount with its own sign: so a statement counts it."""
    sign = "" if fields["direction"] == "credit" else "-"
    return {
        "amount": sign + fields["amount_minor"],
        "currency": fields["currency"],
        "exponent": fields["exponent"],
    }


async def _stream_keys(caller: Asking) -> dict[int, str]:
    return {number: one["key"] for number, one in (await streams_of(caller)).items()}
