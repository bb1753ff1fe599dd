"""The background task that re-keys open entries after rules changed."""

from tieout_matcher.released import Releaser
from tieout_matcher.store import released
from tieout_runtime.postgres import Pool, transaction

RECONCILIATIONS_A_ROUND = 100


class Rekeying:
    """Works off reconciliations in short locked transactions; several may run at once."""

    def __init__(self, *, pool: Pool, releaser: Releaser) -> None:
        self._pool = pool
        self._releaser = releaser

    async def round(self) -> bool:
        """Re-key one chunk of each waiting reconciliation; answers whether any may be left.

        What fails is raised after the others had their turn: the task starts again after a while.
        """
        async with transaction(self._pool) as connection:
            waiting = await released.to_rekey(connection, limit=RECONCILIATIONS_A_ROUND)
        failures = []
        for key in waiting:
            try:
                async with transaction(self._pool) as connection:
                    await self._releaser.rekey_chunk(connection, key)
            except Exception as error:  # noqa: BLE001  # one must not stop the others
                failures.append(error)
        if failures:
            raise failures[0]
        return bool(waiting)
