"""What each service says of the changes that callers make in it."""

from datetime import datetime

from msgspec import UNSET, Raw, Struct, UnsetType


class AuditNoted(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="audit.noted"
):
    """One change that a caller made, told in the transaction of the change.

    `action` is the method and the owner's path, with its identifiers. `before` and `after` are what
    the owner showed of the object, as JSON; absent when there is none, or none is shown.
    """

    organization_id: int
    id: str
    at: datetime
    service: str
    account_id: int
    request_id: str | None = None
    action: str
    status: int
    before: Raw | UnsetType = UNSET
    after: Raw | UnsetType = UNSET
