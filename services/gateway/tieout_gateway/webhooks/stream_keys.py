"""Keys of streams, which events name by number: asked of their owner once, they never change."""

from collections.abc import Iterable, Mapping

from tieout_runtime.internal import InternalClient
from tieout_runtime.problems import Problem

_MOST = 100_000  # a few bytes each; then the memory begins anew


class StreamNames:
    """Remembers keys by organisation and number."""

    def __init__(self, ingest: InternalClient) -> None:
        self._ingest = ingest
        self._known: dict[tuple[int, int], str | None] = {}

    async def __call__(self, organization_id: int, stream_ids: Iterable[int]) -> Mapping[int, str]:
        """Name those that there are; raises ConnectionError while the owner does not answer."""
        wanted = set(stream_ids)
        if any((organization_id, one) not in self._known for one in wanted):
            await self._ask(organization_id)
            for one in wanted:  # one that was deleted is not asked for again
                self._known.setdefault((organization_id, one), None)
        found = {one: self._known.get((organization_id, one)) for one in wanted}
        return {number: key for number, key in found.items() if key is not None}

    async def _ask(self, organization_id: int) -> None:
        try:
            answer = await self._ingest.call(
                "GET", "/internal/streams", organization_id=organization_id
            )
        except Problem as problem:
            raise ConnectionError(f"ingest does not name streams: {problem.detail}") from problem
        if len(self._known) > _MOST:
            self._known.clear()
        for stream in answer.json():
            self._known[organization_id, stream["id"]] = stream["key"]
