"""Writes of ledgers, their runs, matches and items."""

from typing import Any

from e2e.writes.write import Write, Writes, saying, sending_file
from fixtures.public_api import PublicApi, until

LEDGERS = "/v1/ledgers"
RUNS = f"{LEDGERS}/reconciliation/runs"
MATCHES = f"{LEDGERS}/reconciliation/matches"
ITEMS = f"{LEDGERS}/reconciliation/items"
HEADER = "date,amount,currency,direction\n"


async def run_writes(api: PublicApi) -> Writes:
    ledger, idle = [(await api.post(LEDGERS, {"name": name}))["id"] for name in ("L", "Idle")]
    changed, deleted, closed, filled, tried, other = [
        f"{RUNS}/{await _run(api, ledger)}" for _ in range(6)
    ]
    await api.post(f"{closed}/auto-match", None)
    file = await _upload(api, other, "2026-01-05,9.99,EUR,credit\n")
    new, run = {"name": "New"}, {"ledger_id": ledger}
    runs = "/v1/ledgers/reconciliation/runs"
    return {
        "POST /v1/ledgers": saying(LEDGERS, new, {"name": "Other"}),
        "POST /v1/ledgers/{id}/entries": saying(
            f"{LEDGERS}/{ledger}/entries", {"entries": [_entry(1)]}, {"entries": [_entry(2)]}
        ),
        "POST /v1/ledgers/{id}/reconcile": Write(path=f"{LEDGERS}/{idle}/reconcile"),
        f"POST {runs}": saying(RUNS, run, run | {"note": "other"}),
        f"PATCH {runs}/{{runID}}": saying(changed, {"note": "new"}, {"note": "other"}),
        f"DELETE {runs}/{{runID}}": Write(path=deleted),
        f"POST {runs}/{{runID}}/close": Write(path=f"{closed}/close"),
        f"POST {runs}/{{runID}}/sources/upload": sending_file(f"{filled}/sources/upload"),
        f"POST {runs}/{{runID}}/auto-match": Write(path=f"{tried}/auto-match"),
        f"DELETE {runs}/{{runID}}/sources/{{fileID}}": Write(path=f"{other}/sources/{file}"),
    }


async def item_writes(api: PublicApi) -> Writes:
    """Give a ledger's run with three suggestions, a pair to be matched, and items left over."""
    ledger = (await api.post(LEDGERS, {"name": "Items"}))["id"]
    path = f"{RUNS}/{await _run(api, ledger, mode='manual')}"
    entries = {"entries": [_entry(number) for number in range(1, 5)]}
    added = await api.post(f"{LEDGERS}/{ledger}/entries", entries)
    await until(lambda: api.all_of(f"{path}/gl-all"), lambda found: len(found) == 4)
    await _upload(api, path, *(f"2026-01-05,{number}.00,EUR,credit\n" for number in range(1, 4)))
    assert await api.post(f"{path}/auto-match", None) == {"matched": 3}
    accepted, rejected, noted = [one["id"] for one in await api.all_of(f"{path}/matches")]
    left = [f"2026-01-05,{number}.00,EUR,credit\n" for number in (4, 50, 60)]
    await _upload(api, path, *left)
    items = await api.all_of(f"{path}/items", sort="amount", order="asc")
    *_, four, fifty, sixty = [one["id"] for one in items]
    links = {"source_entry_ids": [four], "ledger_entry_ids": [added["entries"][-1]["id"]]}
    why = {"ledger_id": ledger, "reason": "manual_review"}
    await api.post(f"{ITEMS}/{sixty}/close", why)
    return {
        f"POST {RUNS}/{{runID}}/manual-match": saying(
            f"{path}/manual-match", links, links | {"note": "other"}
        ),
        f"POST {MATCHES}/{{matchID}}/accept": Write(path=f"{MATCHES}/{accepted}/accept"),
        f"POST {MATCHES}/{{matchID}}/reject": Write(path=f"{MATCHES}/{rejected}/reject"),
        f"PATCH {MATCHES}/{{matchID}}/note": saying(
            f"{MATCHES}/{noted}/note", {"note": "new"}, {"note": "other"}
        ),
        f"POST {ITEMS}/{{itemID}}/close": saying(
            f"{ITEMS}/{fifty}/close", why, why | {"reason": "other"}
        ),
        f"POST {ITEMS}/{{itemID}}/reopen": Write(path=f"{ITEMS}/{sixty}/reopen"),
    }


def _entry(number: int) -> dict[str, Any]:
    return {"amount": {"amount": str(100 * number), "currency": "EUR", "precision": 2},
            "direction": "credit", "date": "2026-01-05"}  # fmt: skip


async def _run(api: PublicApi, ledger: str, **given: str) -> str:
    return str((await api.post(RUNS, {"ledger_id": ledger, **given}))["id"])


async def _upload(api: PublicApi, run: str, *rows: str) -> str:
    files = {"file": ("a.csv", HEADER + "".join(rows))}
    told = await api.client.post(f"{run}/sources/upload", files=files)
    return str(told.json()["source_file"]["id"])
