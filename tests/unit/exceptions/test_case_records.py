"""Intents and evidence as records and back."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from tieout_contracts.money import MoneyError
from tieout_contracts.record import Fields
from tieout_exceptions.domain.cases.evidence import EvidenceDraft
from tieout_exceptions.domain.cases.intents import IntentDraft, differing
from tieout_exceptions.domain.cases.stated_money import Money

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_intent(**changes: Any) -> IntentDraft:
    members: dict[str, Any] = {
        "external_reference": "INV-1",
        "destination": Money(amount="100.00", currency="EUR"),
        "source": Money(amount="110.5", currency="USD"),
        "payment_type": "cross_border",
        "payment_subtype": None,
        "stablecoin": None,
        "chain": None,
        "beneficiary_account": "DE02",
        "beneficiary_name": "Acme",
    }
    return IntentDraft(**members | changes)


def some_evidence(**changes: Any) -> EvidenceDraft:
    members: dict[str, Any] = {
        "kind": "bank",
        "source_ref": "s-1",
        "external_reference": "INV-1",
        "money": Money(amount="97.50", currency="EUR"),
        "direction": "credit",
        "leg_type": None,
        "status": "completed",
        "fees": {},
        "rate": None,
        "provider": None,
        "provider_transfer_id": None,
        "tx_hash": None,
        "description": None,
        "counterparty": None,
        "day": None,
    }
    return EvidenceDraft(**members | changes)


def stored(document: dict[str, Any]) -> Fields:
    """Keep a record as ingest does."""
    own = {"amount_minor": str(document["amount"]), "exponent": 2}
    return msgspec.convert({**document, **own}, Fields)


def test_a_replay_of_an_intent_differs_in_nothing() -> None:
    fields = stored(an_intent().document(stream_key="payment-intents", at=AT))

    again = an_intent(destination=Money(amount="100", currency="EUR"))

    assert differing(again, fields) == []


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"destination": Money(amount="100.01", currency="EUR")}, ["destination"]),
        ({"destination": Money(amount="100.00", currency="USD")}, ["destination"]),
        ({"source": Money(amount="110.51", currency="USD")}, ["source_amount"]),
        ({"payment_type": "bank", "chain": "base"}, ["payment_type", "chain"]),
        ({"beneficiary_name": None}, ["beneficiary_name"]),
    ],
)
def test_another_intent_is_told_by_what_differs(changes: dict[str, Any], names: list[str]) -> None:
    fields = stored(an_intent().document(stream_key="payment-intents", at=AT))

    assert differing(an_intent(**changes), fields) == names


def test_fees_are_evidence_of_their_own_that_adds_up() -> None:
    draft = some_evidence(fees={"provider_fee": "2.00", "network_fee": "0.5"})

    documents = draft.documents(stream_key="bank-evidence", day=date(2026, 3, 1))

    assert [one["amount"] for one in documents] == [9750, 200, 50]
    assert len({one["external_id"] for one in documents}) == 3
    assert {one["reference"] for one in documents} == {"INV-1"}
    assert [one["metadata"].get("fee") for one in documents] == [
        None, "provider_fee", "network_fee",
    ]  # fmt: skip


def test_a_failed_leg_moved_no_money_and_keeps_what_was_stated() -> None:
    (document,) = some_evidence(status="failed").documents(
        stream_key="bank-evidence", day=date(2026, 3, 1)
    )

    assert document["amount"] == 0
    assert document["metadata"]["stated_amount"] == "97.50"


def test_more_places_than_the_currency_has_are_refused() -> None:
    with pytest.raises(MoneyError) as refused:
        _ = Money(amount="1.001", currency="EUR").minor

    assert refused.value.code == "precision_exceeded"
