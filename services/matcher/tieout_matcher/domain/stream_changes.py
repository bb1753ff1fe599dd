"""What becomes of a reconciliation's streams when all of them are named anew. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieout_contracts.record import Side

LEFT = "its data stream was taken out of the reconciliation"


class SideFixedError(ValueError):
    """The stream has entries on one side of the reconciliation, and was named on the other."""

    def __init__(self, stream_id: int, side: Side) -> None:
        super().__init__(f"stands or stood on side {side} here, and its entries do: leave it there")
        self.stream_id = stream_id


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A stream that is or was part of the reconciliation."""

    side: Side
    has_left: bool


@dataclass(frozen=True, kw_only=True)
class StreamsChange:
    """`put` come or come back, `leave` go; `left` are all that are gone then."""

    put: Mapping[int, Side]
    leave: Sequence[int]
    left: Sequence[int]


def change_streams(known: Mapping[int, Standing], wanted: Mapping[int, Side]) -> StreamsChange:
    """Compare the streams known with those wanted; raises SideFixedError."""
    for stream_id, side in wanted.items():
        if stream_id in known and known[stream_id].side != side:
            raise SideFixedError(stream_id, known[stream_id].side)
    members = {one for one, standing in known.items() if not standing.has_left}
    return StreamsChange(
        put={one: side for one, side in wanted.items() if one not in members},
        leave=sorted(members - wanted.keys()),
        left=sorted(known.keys() - wanted.keys()),
    )
