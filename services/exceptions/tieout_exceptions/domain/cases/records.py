"""What the records of intents and evidence say in their metadata, read back.

Everything of them that is no member of a record is there, so an outcome tells it whole.
"""

from collections.abc import Mapping
from typing import Literal

from tieout_contracts.record import Fields
from tieout_exceptions.domain.cases.book import EvidenceKind

LegType = Literal["source", "transfer", "destination", "fee"]
LegStatus = Literal["pending", "completed", "failed"]
Fee = Literal["provider_fee", "network_fee", "developer_fee"]
FEES: tuple[Fee, ...] = ("provider_fee", "network_fee", "developer_fee")
LEG_OF_KIND: Mapping[EvidenceKind, LegType] = {
    "provider": "transfer", "chain": "transfer", "bank": "destination", "file": "destination",
}  # fmt: skip


def reference_of(fields: Fields) -> str | None:
    """Return what an intent and its evidence share."""
    return fields.reference or fields.external_id


def text_of(fields: Fields, name: str) -> str | None:
    """Return a member of the metadata when it is a text; records may come from anywhere."""
    value = fields.metadata.get(name)
    return value if isinstance(value, str) else None


def leg_type_of(fields: Fields, kind: EvidenceKind) -> LegType:
    stated = text_of(fields, "leg_type")
    known: tuple[LegType, ...] = ("source", "transfer", "destination", "fee")
    return next((one for one in known if one == stated), LEG_OF_KIND[kind])


def leg_status_of(fields: Fields) -> LegStatus:
    """Failed as its source said; else what the record's own status is."""
    if text_of(fields, "leg_status") == "failed":
        return "failed"
    return "pending" if fields.status == "pending" else "completed"


def fee_of(fields: Fields) -> Fee:
    """Return which fee a fee leg is; one that does not say is the provider's."""
    stated = text_of(fields, "fee")
    return next((one for one in FEES if one == stated), "provider_fee")
