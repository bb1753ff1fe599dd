"""Who asks: an account of an organisation, and what its key may do."""

from dataclasses import dataclass

from tieout_gateway.domain.scopes import Scope


@dataclass(frozen=True, kw_only=True)
class Principal:
    """What a verified credential stands for.

    `key_prefix` names a key, None for a person; `organization_ids` are all that the caller
    belongs to, `organization_id` the one they act in.
    """

    organization_id: int
    account_id: int
    key_prefix: str | None
    scopes: frozenset[Scope]
    organization_ids: frozenset[int]
