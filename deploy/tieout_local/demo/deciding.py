"""What needs several records at once: a run, its suggestions, and the proof that all adds up."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tieout_local.demo.api import Api
from tieout_local.demo.example import Example, SlipName
from tieout_local.demo.findings import open_items
from tieout_local.demo.screen import Screen, major, money
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


def show_near_miss(api: Api, screen: Screen, one: MadeReconciliation, name: SlipName) -> None:
    """Show what nearly is the counterpart of an open record, and what is missing."""
    (entry,) = [
        entry
        for entry in open_items(api, one)
        if (entry["data_stream_key"], entry.get("external_id")) == (name.stream, name.external_id)
    ]
    told = api.get(f"{one.path}/entries/{entry['id']}/explanation")
    screen.say(f"{name.external_id}, {money(entry)}, is open. What comes nearest:")
    for miss in told["near_misses"][:2]:
        screen.say(f"record {miss['record']['id']}, {money(miss['record'])}: {miss['message']}")


def show_backtest(api: Api, screen: Screen, one: MadeReconciliation, example: Example) -> None:
    """Try a draft in place of the last rule over the files' month; nothing is written."""
    kept = example.reconciliations[-1].rules[:-1]
    body = {
        "reconciliation_id": one.id,
        "rules": [*kept, example.draft],
        "date_from": "2025-03-01",
        "date_to": "2025-03-31",
    }
    told = api.post("/v1/reconciliation_rules/backtest", body).json()
    rate = told["match_rate"]["both"]
    screen.say(
        f"{example.draft['description']}: precision {told['precision']}, recall {told['recall']},"
        f" matched {rate['matched_before']} before and {rate['matched_after']} after of"
        f" {rate['entries']}; {told['new_pairs']['count']} pairs more,"
        f" {told['broken_pairs']['count']} fewer"
    )


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
