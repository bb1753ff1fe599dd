"""Internal HTTP: the balance proof of a reconciliation, and the entries that make a term of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from tieout_contracts.record import Side
from tieout_matcher.domain.balance import prove
from tieout_matcher.domain.balance_terms import TermName
from tieout_matcher.routes.balance_views import adjustment_view, entry_view, proof_view
from tieout_matcher.routes.replies import (
    FromCaller,
    Identifier,
    Moment,
    Position,
    Text,
    WithParts,
    reply,
)
from tieout_matcher.store import balance, balance_entries
from tieout_matcher.store.balance import Standing
from tieout_matcher.store.balance_entries import ListedAdjustment
from tieout_runtime.postgres import Connection, tenant_snapshot
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal/reconciliations/{reconciliation_id}/balance_proof")
LISTED = 100
Currency = Annotated[Text, Query(max_length=12)]
Page = Annotated[int, Query(ge=1, le=200)]


@router.get("")
async def show(
    reconciliation_id: Identifier,
    caller: FromCaller,
    parts: WithParts,
    as_of: Moment | None = None,
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    async with tenant_snapshot(parts.api, organization_id=key[0]) as connection:
        standing = await _standing(connection, key, as_of)
        proofs = prove(
            await balance.entry_sums(connection, standing, listed=LISTED),
            await balance.adjustment_sums(connection, standing, listed=LISTED),
            await balance.opening_balances(connection, standing),
            sign_mode=standing.sign_mode,
            listed=LISTED,
        )
    return reply(
        {
            "reconciliation_id": reconciliation_id,
            "as_of": as_of,
            "seq": standing.seq,
            "sign_mode": standing.sign_mode,
            "streams": standing.streams,
            "proven": all(one.proven for one in proofs),
            "currencies": [proof_view(one) for one in proofs],
        }
    )


@router.get("/entries")
async def entries(
    reconciliation_id: Identifier,
    caller: FromCaller,
    parts: WithParts,
    term: TermName | None = None,
    currency: Currency | None = None,
    as_of: Moment | None = None,
    cursor: Position = 0,
    limit: Page = 50,
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    async with tenant_snapshot(parts.api, organization_id=key[0]) as connection:
        standing = await _standing(connection, key, as_of)
        if term == "adjustments":
            adjusted = await balance_entries.adjustments(
                connection, standing, currency=currency, after=cursor, limit=limit + 1
            )
            data, last = _whole_matches(adjusted, limit)
        elif term == "opening_difference":
            data, last = [], None
        else:
            side, where = _place_of(term)
            found = await balance_entries.entries(
                connection,
                standing,
                currency=currency,
                side=side,
                where=where,
                after=cursor,
                limit=limit + 1,
            )
            data = [entry_view(one, standing.sign_mode) for one in found[:limit]]
            last = found[limit - 1].record_id if len(found) > limit else None
    next_cursor = None if last is None else str(last)
    return reply({"data": data, "next_cursor": next_cursor, "limit": limit})


async def _standing(connection: Connection, key: tuple[int, int], as_of: Any) -> Standing:
    standing = await balance.find(connection, key, as_of=as_of)
    if standing is None:
        raise not_found("reconciliation")
    return standing


def _place_of(term: TermName | None) -> tuple[Side | None, str]:
    """Say which side and place a term is about; no term: every entry."""
    sides: dict[str, Side] = {"a": "A", "b": "B"}
    if term is None:
        return None, "all"
    name, _, side = term.partition("_")
    if name == "side":
        return sides[side], "all"
    return sides.get(side), name


def _whole_matches(
    found: list[ListedAdjustment], limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Cut a page behind a match: the cursor names the last one that is on it whole."""
    page, last = found, None
    if len(found) > limit:
        page = [one for one in found if one.match_id != found[-1].match_id] or found
        last = page[-1].match_id
    return [adjustment_view(one) for one in page], last
