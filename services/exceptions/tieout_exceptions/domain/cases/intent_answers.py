"""The JSON that callers get of payment intents: docs/internal-http.md. Amounts are decimals."""

from typing import Any

from tieout_contracts.money import decimal_from_minor
from tieout_exceptions.domain.cases.facts import payment_type_of
from tieout_exceptions.domain.cases.records import text_of
from tieout_exceptions.domain.cases.values import PaymentIntent

_STATED = ("payment_subtype", "stablecoin", "chain", "beneficiary_account", "beneficiary_name")
Json = dict[str, Any]


def intent_answer(intent: PaymentIntent, status: str) -> Json:
    """Show an intent; what was not stated is null. `status` is told by its case."""
    fields = intent.fields
    expected = decimal_from_minor(fields.signed_minor, exponent=fields.exponent)
    destination = {"amount": expected, "currency": fields.currency}
    source = {
        "amount": text_of(fields, "source_amount") or expected,
        "currency": text_of(fields, "source_currency") or fields.currency,
    }
    return {
        "id": intent.record_id,
        "external_reference": intent.external_reference,
        "source": source,
        "destination": destination,
        "payment_type": payment_type_of(intent),
        **{name: text_of(fields, name) for name in _STATED},
        "status": status,
        "created_at": intent.created_at,
        "updated_at": intent.updated_at,
    }


def intent_status(reconciliation_status: str | None, *, withdrawn: bool) -> str:
    """Say how an intent stands: pending until it is reconciled."""
    if withdrawn:
        return "cancelled"
    return "completed" if reconciliation_status == "reconciled" else "pending"
