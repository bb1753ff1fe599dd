"""What needs several records at once: a run, its suggestions, and the proof that all adds up."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tieout_local.demo.api import Api
from tieout_local.demo.screen import Screen, major
from tieout_local.demo.setting_up import MadeReconciliation
from tieout_local.demo.uploading import PATIENCE_SECONDS, POLL_SECONDS, DemoStuckError


def run_everything(api: Api, screen: Screen, one: MadeReconciliation) -> None:
    """Have everything open tried by all rules, and show what each rule made of it."""
    path = f"{one.path}/runs"
    run = api.post(path, {"note": "shown in the demo"}).json()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while run["status"] in ("pending", "running"):
        if time.monotonic() > deadline:
            raise DemoStuckError(f"run {run['id']} is still {run['status']}")
        time.sleep(POLL_SECONDS)
        run = api.get(f"{path}/{run['id']}", quiet=True)
    screen.say(f"run {run['id']} {run['status']}: {run['tried']} open entries tried")


def show_found(api: Api, screen: Screen, one: MadeReconciliation) -> list[dict[str, Any]]:
    """Show the matches of one reconciliation; answers them."""
    params = {"reconciliation_id": str(one.id), "limit": "100"}
    matches: list[dict[str, Any]] = api.get("/v1/reconciliation_matches", params=params)["data"]
    screen.table(
        ("match", "status", "kind", "records", "score", "difference", "doubt"),
        (
            (
                match["id"],
                match["status"],
                match["kind"],
                match["record_count"],
                match.get("score"),
                _difference(match),
                match.get("doubt"),
            )
            for match in matches
        ),
        numbers=("match", "records", "score", "difference"),
    )
    return matches


def settle_suggestion(
    api: Api, screen: Screen, matches: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Accept the suggestion: the others listed were as close, so a person has to say which."""
    (suggested,) = [one for one in matches if one["status"] == "suggested"]
    others = ", ".join(map(str, suggested["other_record_ids"]))
    screen.say(
        f"Match {suggested['id']} is only suggested, as record {others} is as close"
        f" ({suggested['doubt']}). Both wait, reserved, until a person decides:"
    )
    path = f"/v1/reconciliation_matches/{suggested['id']}/accept"
    accepted: dict[str, Any] = api.post(path, {}).json()
    screen.say(f"match {accepted['id']} is {accepted['status']}")
    return accepted


def show_balance_proof(api: Api, screen: Screen, one: MadeReconciliation) -> bool:
    """Show the equation of one reconciliation, term by term; answers whether it holds."""
    proof = api.get(f"{one.path}/balance_proof")
    for currency in proof["currencies"]:
        screen.table(
            (one.name, "records", f"sum {currency['currency']}"),
            (
                (term["term"], term["record_count"], major(term["sum"], currency["decimal_places"]))
                for term in currency["terms"]
            ),
            numbers=("records", f"sum {currency['currency']}"),
        )
        screen.say(
            f"B - A = {major(currency['side_difference'], currency['decimal_places'])}"
            f" {currency['currency']}, unexplained"
            f" {major(currency['difference'], currency['decimal_places'])}:"
            f" {'proven' if currency['proven'] else 'NOT proven'}"
        )
    return bool(proof["proven"])


def _difference(match: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{major(int(one['amount_minor']), one['exponent'])} {one['currency']}"
        for one in match["adjustments"]
    )
