"""Principals that were verified a moment ago: believed for a short time, and remembered longer."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime

from tieout_gateway.domain.principal import Principal

_REMEMBERED = 10_000


class Believed:
    """The newest verified credentials of this process, by a digest of each."""

    def __init__(self) -> None:
        self._principals: OrderedDict[Hashable, tuple[Principal, datetime]] = OrderedDict()

    def get(self, credential: Hashable, *, at: datetime) -> Principal | None:
        """Give whom it stands for, when that needs no new look."""
        found = self._principals.get(credential)
        return found[0] if found is not None and at < found[1] else None

    def was_good(self, credential: Hashable) -> bool:
        """Tell whether it was ever verified here, however long ago."""
        return credential in self._principals

    def remember(self, credential: Hashable, principal: Principal, *, until: datetime) -> None:
        self._principals[credential] = (principal, until)
        self._principals.move_to_end(credential)
        if len(self._principals) > _REMEMBERED:
            self._principals.popitem(last=False)
