"""What a key may do, from looking to administering; each is granted by itself."""

from typing import Literal, get_args

Scope = Literal["view", "act", "approve", "admin"]
ALL_SCOPES: tuple[Scope, ...] = get_args(Scope)
