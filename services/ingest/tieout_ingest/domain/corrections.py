"""A record as a person corrects it: what it said, with the members of a JSON document in place."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from tieout_contracts.record import Fields
from tieout_ingest.domain.drafts import Record, draft
from tieout_ingest.domain.incoming import record_from_json
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import JsonRefused, Problem, Rejection

# Members of a record that may be corrected; the status is its source's to tell.
MEMBERS = frozenset(
    {
        "amount", "currency", "decimal_places", "direction", "date", "value_date", "description",
        "counterparty", "external_id", "reference", "metadata",
    }
)  # fmt: skip


def corrected(fields: Fields, document: Any, *, identity: str | None, limits: Limits) -> Record:
    """Make the next version of a record whose identity is kept unless its external id changes.

    Null removes what may be missing; `metadata` is replaced whole; another currency has its own
    decimal places unless they are stated. Raises JsonRefused with every problem and its JSON path.
    """
    if not isinstance(document, Mapping):
        raise JsonRefused(Problem(path="$", code="invalid_type", message="is not an object"))
    unknown = sorted(document.keys() - MEMBERS)
    if unknown:
        problems = (
            Problem(path=f"$.{name}", code="not_changeable", message="cannot be changed")
            for name in unknown
        )
        raise JsonRefused(*problems)
    whole = {**_document(fields), **document}
    if "currency" in document and "decimal_places" not in document:
        del whole["decimal_places"]
    said = record_from_json(whole, limits=limits).fields
    said = replace(said, reversal=fields.reversal)
    renamed = said.external_id is not None and said.external_id != fields.external_id
    made = draft(
        fields=said,
        identity=said.external_id if renamed else identity,
        line=1,
        raw=document,
        limits=limits,
    )
    if isinstance(made, Rejection):
        raise JsonRefused(Problem(path="$", code=made.code, message=made.message))
    return made


def _document(fields: Fields) -> dict[str, Any]:
    """Write fields as the document that a record is posted with."""
    return {
        "amount": int(fields.amount_minor),
        "currency": fields.currency,
        "decimal_places": fields.exponent,
        "direction": fields.direction,
        "date": fields.date,
        "value_date": fields.value_date,
        "description": fields.description,
        "counterparty": fields.counterparty,
        "external_id": fields.external_id,
        "reference": fields.reference,
        "status": fields.status,
        "metadata": fields.metadata,
    }


def differing(earlier: Fields | None, later: Fields) -> list[str]:
    """Name the fields that a version changed, in the order of the contract; none for the first."""
    if earlier is None:
        return []
    return [
        name for name in later.__struct_fields__ if getattr(earlier, name) != getattr(later, name)
    ]
