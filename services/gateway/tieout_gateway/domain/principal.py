"""Who asks: an account of an organisation, and what its key may do."""

from dataclasses import dataclass

from tieout_gateway.domain.scopes import Scope


@dataclass(frozen=True, kw_only=True)
class Principal:
    """What a verified key stands for; `key_prefix` names the key in logs."""

    organization_id: int
    account_id: int
    key_prefix: str
    scopes: frozenset[Scope]
