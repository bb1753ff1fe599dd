"""A backtest is asked of the matcher as it was stated, and its answer told in public words."""

from typing import Any

from integration.gateway.conftest import Gateway

BACKTEST = "/v1/reconciliation_rules/backtest"
BODY: dict[str, Any] = {
    "reconciliation_id": "41",
    "rules": [{"filters": {"rules": [
        {"key": "amount", "value": "amount", "tolerance_amount": 0.05}]}}],
    "date_from": "2026-01-01",
    "date_to": "2026-01-31",
}  # fmt: skip
TALLY = {"right": 3, "wrong": 0, "unjudged": 1}
RATE = {"entries": 10, "matched_before": 6, "matched_after": 8, "before": 0.6, "after": 0.8}
DRAFT = {"rule_index": 0, "rule_id": None}
TOLD = {
    "reconciliation_id": 41, "date_from": "2026-01-01", "date_to": "2026-01-31",
    "entries_beside": 0, "precision": 1, "recall": None, "truth_pairs": 0,
    "accepted_pairs": TALLY, "suggested_pairs": TALLY,
    "match_rate": {"side_a": RATE, "side_b": RATE | {"before": None}, "both": RATE},
    "by_rule": [DRAFT | {"accepted": 4, "suggested": 1, "entries": 8, "accepted_pairs": TALLY}],
    "new_pairs": {"count": 1, "pairs": [
        DRAFT | {"record_a": 501, "record_b": 502, "judgement": "unjudged"}]},
    "broken_pairs": {"count": 1, "of_people": 0, "pairs": [
        {"record_a": 511, "record_b": 512, "match_id": 71, "kind": "exact", "now": "open"}]},
    "warnings": [{"rule_index": 0, "code": "no_usable_plan", "path": "$.filters", "message": "m"}],
}  # fmt: skip


async def test_a_backtest_is_passed_on_and_told_in_public_words(gateway: Gateway) -> None:
    gateway.matcher.answer("POST", "/internal/backtests", TOLD)

    answer = await gateway.ask("POST", BACKTEST, json=BODY)

    (asked,) = gateway.matcher.calls
    assert asked.json == BODY | {"reconciliation_id": 41}
    assert (answer.status_code, answer.headers["x-idempotency-replayed"]) == (200, "false")
    shown = answer.json()
    assert shown["new_pairs"]["pairs"] == [
        {"record_a_id": 501, "record_b_id": 502, "rule_index": 0, "judgement": "unjudged"}
    ]
    assert shown["broken_pairs"]["pairs"][0]["record_b_id"] == 512
    assert (shown["recall"], shown["match_rate"]["side_b"]["before"]) == (None, None)
    assert "rule_id" not in shown["by_rule"][0]


async def test_a_matcher_that_is_busy_asks_to_come_back(gateway: Gateway) -> None:
    gateway.matcher.refuse("POST", "/internal/backtests", 429, "busy")

    answer = await gateway.ask("POST", BACKTEST, json=BODY)

    assert (answer.status_code, answer.json()["code"]) == (429, "busy")
