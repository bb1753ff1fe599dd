"""The audit chain: who changed what, and whether nobody changed that."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from tieout_contracts.ids import MAX_ID
from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.shape import Moment, Shape, Time, absent

HASH = r"^[0-9a-f]{64}$"


class AuditQuery(CursorQuery):
    account_id: Annotated[int, Field(ge=0, le=MAX_ID)] | None = Field(
        default=None, description="whose changes; 0 for what a service did by itself"
    )
    at_from: Moment | None = Field(default=None, description="inclusive")
    at_to: Moment | None = Field(default=None, description="exclusive")


class AuditEntry(Shape):
    """`sealed` is what was hashed with the hash before it, byte for byte."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seq": 7,
                    "id": "matcher:0d1f9a2e-6c0b-4f57-9d6e-3b1f0a7c5e21",
                    "at": "2026-11-06T09:12:44.120000Z",
                    "service": "matcher",
                    "account_id": 3,
                    "request_id": "req-7f31",
                    "action": "DELETE /internal/rules/31",
                    "status": 204,
                    "before": {"id": 31, "version": 2},
                    "hash": "5f1d0c7a" * 8,
                }
            ]
        }
    )

    seq: int = Field(description="1, 2, 3 … for each organisation")
    id: str
    at: Time
    service: str = Field(description="who owns what was changed")
    account_id: int
    request_id: str | None = absent()
    action: str = Field(description="method and the owner's path, with its identifiers")
    status: int
    before: Any = absent("what the object was; left out when there was none or none is shown")
    after: Any = absent("what it is now; left out when nothing is")
    hash: str = Field(
        pattern=HASH, description="SHA-256 of the hash before it and the entry, in hex"
    )


class Verification(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verified": True, "entries": 7, "hash": "5f1d0c7a" * 8}]}
    )

    verified: bool
    entries: int
    hash: str = Field(pattern=HASH, description="of the last entry: keep it elsewhere")
    first_wrong: int | None = absent("the number of the first entry that is not what was sealed")


def audit_entry_of(told: Mapping[str, Any]) -> AuditEntry:
    """Show an entry as its owner keeps it."""
    shown = AuditEntry.model_fields.keys() & told["entry"].keys()
    return AuditEntry(**{name: told["entry"][name] for name in shown}, hash=told["hash"])


def verification_of(told: Mapping[str, Any]) -> Verification:
    found = {name: value for name, value in told.items() if value is not None}
    return Verification(**found)
