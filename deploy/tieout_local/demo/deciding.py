"""What needs several records at once: a run, its suggestions, and the proof that all adds up."""

import time
from collections.abc import Sequence
from datetime import date

from tieout_client.models import DraftRule, Match
from tieout_local.demo.api import Api
from tieout_local.demo.example import Example, SlipName
from tieout_local.demo.findings import open_items
from tieout_local.demo.screen import Screen, major, money
from tieout_local.demo.setting_up import MadeReconciliation
from tieout_local.demo.uploading import PATIENCE_SECONDS, POLL_SECONDS, DemoStuckError


def run_everything(api: Api, screen: Screen, one: MadeReconciliation) -> None:
    """Have everything open tried by all rules, and show what each rule made of it."""
    run = api.shown.runs.create(one.id, note="shown in the demo")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while run.status in ("pending", "running"):
        if time.monotonic() > deadline:
            raise DemoStuckError(f"run {run.id} is still {run.status}")
        time.sleep(POLL_SECONDS)
        run = api.quiet.runs.get(one.id, run.id)
    screen.say(f"run {run.id} {run.status}: {run.tried} open entries tried")


def show_found(api: Api, screen: Screen, one: MadeReconciliation) -> list[Match]:
    """Show the matches of one reconciliation; answers them."""
    matches = api.shown.reconciliation_matches.list(reconciliation_id=one.id, limit=100).data
    screen.table(
        ("match", "status", "kind", "records", "score", "difference", "doubt"),
        (
            (
                match.id,
                match.status,
                match.kind,
                match.record_count,
                match.score,
                _difference(match),
                match.doubt,
            )
            for match in matches
        ),
        numbers=("match", "records", "score", "difference"),
    )
    return matches


def settle_suggestion(api: Api, screen: Screen, matches: Sequence[Match]) -> None:
    """Accept the suggestion: the others listed were as close, so a person has to say which."""
    (suggested,) = [one for one in matches if one.status == "suggested"]
    others = ", ".join(map(str, suggested.other_record_ids or ()))
    screen.say(
        f"Match {suggested.id} is only suggested, as record {others} is as close"
        f" ({suggested.doubt}). Both wait, reserved, until a person decides:"
    )
    accepted = api.shown.reconciliation_matches.accept(suggested.id)
    screen.say(f"match {accepted.id} is {accepted.status}")


def show_near_miss(api: Api, screen: Screen, one: MadeReconciliation, name: SlipName) -> None:
    """Show what nearly is the counterpart of an open record, and what is missing."""
    (entry,) = [
        entry
        for entry in open_items(api, one)
        if (entry.data_stream_key, entry.external_id) == (name.stream, name.external_id)
    ]
    told = api.shown.explanations.explain_entry(one.id, entry.id)
    screen.say(f"{name.external_id}, {money(entry)}, is open. What comes nearest:")
    for miss in (told.near_misses or [])[:2]:
        screen.say(f"record {miss.record.id}, {money(miss.record)}: {miss.message}")


def show_backtest(api: Api, screen: Screen, one: MadeReconciliation, example: Example) -> None:
    """Try a draft in place of the last rule over the files' month; nothing is written."""
    kept = example.reconciliations[-1].rules[:-1]
    told = api.shown.reconciliation_rules.backtest(
        reconciliation_id=one.id,
        rules=[DraftRule.model_validate(rule) for rule in (*kept, example.draft)],
        date_from=date(2025, 3, 1),
        date_to=date(2025, 3, 31),
    )
    rate = told.match_rate.both
    screen.say(
        f"{example.draft['description']}: precision {told.precision}, recall {told.recall},"
        f" matched {rate.matched_before} before and {rate.matched_after} after of"
        f" {rate.entries}; {told.new_pairs.count} pairs more,"
        f" {told.broken_pairs.count} fewer"
    )


def show_balance_proof(api: Api, screen: Screen, one: MadeReconciliation) -> bool:
    """Show the equation of one reconciliation, term by term; answers whether it holds."""
    proof = api.shown.balance_proof.get(one.id)
    for currency in proof.currencies:
        screen.table(
            (one.name, "records", f"sum {currency.currency}"),
            (
                (term.term, term.record_count, major(term.sum, currency.decimal_places))
                for term in currency.terms
            ),
            numbers=("records", f"sum {currency.currency}"),
        )
        screen.say(
            f"B - A = {major(currency.side_difference, currency.decimal_places)}"
            f" {currency.currency}, unexplained"
            f" {major(currency.difference, currency.decimal_places)}:"
            f" {'proven' if currency.proven else 'NOT proven'}"
        )
    return proof.proven


def _difference(match: Match) -> str:
    return ", ".join(
        f"{major(int(one['amount_minor']), one['exponent'])} {one['currency']}"
        for one in match.adjustments
    )
