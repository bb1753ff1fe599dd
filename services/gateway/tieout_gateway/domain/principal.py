"""Who asks: an account of an organisation, and what its key may do."""

from dataclasses import dataclass

from tieout_gateway.domain.scopes import Scope


@dataclass(frozen=True, kw_only=True)
class Principal:
    """What a verified credential stands for; `key_prefix` names a key, None for a person."""

    organization_id: int
    account_id: int
    key_prefix: str | None
    scopes: frozenset[Scope]
