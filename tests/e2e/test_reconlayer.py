"""What ReconLayer's callers may do otherwise than in the scenario of tests/conformance."""

from e2e.payments import Payments
from fixtures.public_api import until
from tieout_contracts.ids import Kind, number_of


async def test_an_intent_is_one_however_often_it_is_told(payments: Payments) -> None:
    made = await payments.intent("again")
    reused = await payments.intent("again", "100")
    other = await payments.api.client.post(
        "/v1/payment-intents",
        json={
            "externalReference": "again",
            "destination": {"amount": "100.01", "currency": "EUR"},
            "paymentType": "bank",
        },
    )

    assert (made["outcome"], reused["outcome"]) == ("created", "reused")
    assert {**made, "outcome": ""} == {**reused, "outcome": ""} | {"status": made["status"]}
    assert other.status_code == 409
    named = {one["path"] for one in other.json()["issues"]}
    assert named == {"$.destination", "$.beneficiaryName", "$.sourceAmount"}
    assert await payments.api.get(f"/v1/payment-intents/{made['id']}") == {
        name: value for name, value in made.items() if name != "outcome"
    }


async def test_evidence_is_one_however_often_it_is_told(payments: Payments) -> None:
    first = await payments.evidence("orphan", "7.00", sourceRef="same", providerFee="0.10")
    again = await payments.evidence("orphan", "7.00", sourceRef="same", providerFee="0.10")
    elsewhere = await payments.evidence("orphan", "7.00", "file", sourceRef="same")
    body = {"sourceRef": "same", "externalReference": "orphan", "amount": "8.00", "currency": "EUR"}
    other = await payments.api.client.post("/v1/evidence/bank", json=body)

    assert (first["duplicate"], again["duplicate"], elsewhere["duplicate"]) == (False, True, False)
    assert again["rawRecordIds"] == first["rawRecordIds"]
    assert len(first["rawRecordIds"]) == 2
    assert (other.status_code, other.json()["error"]) == (409, "conflict")


async def test_one_key_is_one_effect(payments: Payments) -> None:
    body = {"externalReference": "keyed", "destination": {"amount": "1", "currency": "EUR"}}
    keyed = {"x-idempotency-key": "intent-1"}

    first = await payments.api.client.post("/v1/payment-intents", json=body, headers=keyed)
    again = await payments.api.client.post("/v1/payment-intents", json=body, headers=keyed)
    other = await payments.api.client.post(
        "/v1/payment-intents", json=body | {"externalReference": "keyed-2"}, headers=keyed
    )

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.content == again.content
    assert again.headers["x-idempotency-replayed"] == "true"
    found = await payments.api.get("/v1/payment-intents", externalReference="keyed-2")
    assert found["items"] == []


async def test_evidence_in_parts_with_a_fee_ties(payments: Payments) -> None:
    await payments.intent("parts")
    await payments.evidence("parts", "60.00")
    partly = await payments.becomes("parts", actualAmount="60.00")
    await payments.evidence("parts", "37.50", providerFee="2.50")

    case = await payments.becomes("parts", verdict="matched")

    assert (partly["verdict"], partly["unexplainedDelta"]) == ("needs_review", "40.00")
    assert (partly["reconciliationStatus"], partly["flowLegs"]) == ("unreconciled", [])
    assert (case["actualAmount"], case["providerFee"]) == ("97.50", "2.50")
    assert (case["unexplainedDelta"], case["status"]) == ("0.00", "resolved")
    assert sorted(one["type"] for one in case["flowLegs"]) == ["destination", "destination", "fee"]
    assert case["paymentIntent"]["status"] == "completed"


async def test_evidence_before_its_intent_is_found(payments: Payments) -> None:
    await payments.evidence("early", "100.00")
    await payments.intent("early")

    case = await payments.becomes("early", verdict="matched")

    assert case["evidenceCoverage"]["bank"] == "present"


async def test_money_of_another_currency_without_a_rate_needs_review(payments: Payments) -> None:
    await payments.intent("foreign")
    await payments.evidence("foreign", "110.00", currency="USD")

    case = await payments.becomes("foreign", verdict="needs_review")

    assert case["unexplainedDelta"] is None


async def test_what_nearly_ties_waits(payments: Payments) -> None:
    """Nobody is asked of it before it is delayed, which the scenario waits for."""
    await payments.intent("near")
    await payments.evidence("near", "99.98")

    case = await payments.becomes("near", actualAmount="99.98")

    assert (case["unexplainedDelta"], case["verdict"]) == ("0.02", "unreconciled")


async def test_a_force_matched_break_closes_its_case_with_an_exception(payments: Payments) -> None:
    intent = await payments.intent("forced")
    evidence = await payments.evidence("forced", "90.00")
    await payments.becomes("forced", actualAmount="90.00")
    reconciliation = (await payments.api.get("/v1/reconciliations"))["data"][0]["id"]
    record = number_of(Kind.PAYMENT_INTENT, intent["id"])
    entry = f"/v1/reconciliations/{reconciliation}/entries/{record}"
    await payments.api.post(
        f"/v1/reconciliations/{reconciliation}/records/{record}/mark_overdue", {}
    )
    raised = await until(lambda: payments.api.get(entry), lambda one: "break_id" in one)
    body = {"notes": "the rest is a fee", "overrideReason": "FEE", "residualTreatment": "fee"}
    await payments.api.post(
        f"/v1/exceptions/{raised['break_id']}/force-match",
        body | {"counterpartRecordIds": evidence["rawRecordIds"]},
    )

    case = await payments.becomes("forced", reconciliationStatus="reconciled")

    assert (case["providerFee"], case["unexplainedDelta"]) == ("10.00", "0.00")
    assert case["verdict"] == "matched"
    assert case["exceptionType"] is None
