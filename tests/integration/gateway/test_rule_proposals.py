"""Proposed rules are shown as rules; where nothing was filed the reason is told."""

from integration.gateway.conftest import Gateway
from tieout_gateway.shapes.rules import RULE_EXAMPLE

PROPOSALS = "/v1/reconciliations/41/rule_proposals"
ASKED = "/internal/reconciliations/41/rule_proposals"
SAMPLE = {"records": 64, "open_side_a": 26, "open_side_b": 26, "matches_of_people": 6}
RULE = RULE_EXAMPLE | {
    "source": "ai", "status": "proposed", "confidence": "low", "sample_match_rate": "40/64",
}  # fmt: skip


async def test_what_was_filed_is_201_with_its_rules(gateway: Gateway) -> None:
    told = {"rules": [RULE], "sample": SAMPLE, "reason": None}
    gateway.matcher.answer("POST", ASKED, told, 201, x_idempotency_replayed="true")

    answer = await gateway.ask("POST", PROPOSALS, headers={"idempotency-key": "k"})

    (asked,) = gateway.matcher.calls
    assert asked.headers["x-idempotency-key"] == "k"
    assert (answer.status_code, answer.headers["x-idempotency-replayed"]) == (201, "true")
    shown = answer.json()
    assert "reason" not in shown
    assert shown["sample"] == SAMPLE
    assert {name: shown["rules"][0][name] for name in ("source", "confidence")} == {
        "source": "ai", "confidence": "low",
    }  # fmt: skip


async def test_nothing_filed_is_200_with_its_reason(gateway: Gateway) -> None:
    reason = {"code": "nothing_found", "message": "no new rule was found"}
    gateway.matcher.answer("POST", ASKED, {"rules": [], "sample": SAMPLE, "reason": reason})

    answer = await gateway.ask("POST", PROPOSALS)

    assert (answer.status_code, answer.json()["reason"]) == (200, reason)


async def test_a_rule_that_a_person_wrote_shows_no_confidence(gateway: Gateway) -> None:
    told = RULE_EXAMPLE | {"confidence": None, "sample_match_rate": None}
    gateway.matcher.answer("GET", "/internal/rules/51", told)

    shown = (await gateway.ask("GET", "/v1/reconciliation_rules/51")).json()

    assert not {"confidence", "sample_match_rate"} & shown.keys()
