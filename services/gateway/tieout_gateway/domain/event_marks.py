"""How far a listener was told: what an event's id means.

Events come from several partitions of two topics, in no order between them, and each gateway
meets them in another one. So a position is one offset for each partition: whoever reads on from
it, in whichever gateway, meets all that was not told and nothing that was.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

Place = tuple[str, int]  # topic (without its prefix) and partition
Offsets = Mapping[Place, int]  # of each place the offset that comes next


class MarkError(ValueError):
    """The bytes are no mark; a caller answers 422."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Everything before `offsets` was told, and `told` events of the message at `place`."""

    offsets: Offsets
    place: Place | None = None
    told: int = 0

    def after(self, place: Place) -> int:
        """Give the lowest offset from which nothing of a place was told."""
        return self.offsets[place] + (1 if place == self.place else 0)

    def told_of(self, place: Place, offset: int) -> int:
        """Give how many events of a message were told already."""
        return self.told if (place, offset) == (self.place, self.offsets.get(place)) else 0


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    offsets: dict[str, list[int]]
    place: Place | None
    told: int


def pack(mark: Mark) -> bytes:
    offsets: dict[str, list[int]] = {}
    for (topic, _), offset in sorted(mark.offsets.items()):
        offsets.setdefault(topic, []).append(offset)
    return msgspec.msgpack.encode(_Packed(offsets, mark.place, mark.told))


def unpack(packed: bytes) -> Mark:
    """Read what `pack` wrote; raises MarkError."""
    try:
        read = msgspec.msgpack.decode(packed, type=_Packed)
    except msgspec.MsgspecError as error:
        raise MarkError("is no position") from error
    offsets = {
        (topic, partition): offset
        for topic, those in read.offsets.items()
        for partition, offset in enumerate(those)
    }
    if min(offsets.values(), default=0) < 0 or (read.place and read.place not in offsets):
        raise MarkError("is no position")
    return Mark(offsets=offsets, place=read.place, told=read.told)


def marks_within(offsets: Offsets, place: Place, offset: int, events: int) -> list[Mark]:
    """Give the mark after each of the events that one message is told as.

    `offsets` are those before the message. After the last one the message is behind.
    """
    before = {**offsets, place: offset}
    within = [Mark(offsets=before, place=place, told=number) for number in range(1, events)]
    return [*within, Mark(offsets={**offsets, place: offset + 1})]


def is_lost(mark: Mark, *, begins: Offsets, ends: Offsets) -> bool:
    """Tell whether something after the mark may never be read.

    It is older than what the broker keeps, or not of this log: past its end, or of a place that
    there is not.
    """
    return any(
        place not in ends or not begins[place] <= offset or not mark.after(place) <= ends[place]
        for place, offset in mark.offsets.items()
    )


def with_places(mark: Mark, places: Offsets) -> Mark:
    """Add the places that have come since, from their beginning."""
    return Mark(
        offsets={place: mark.offsets.get(place, 0) for place in places},
        place=mark.place,
        told=mark.told,
    )


def is_reached(mark: Mark, offsets: Offsets) -> bool:
    """Tell whether a reader at `offsets` is past all that was told at the mark."""
    return all(mark.after(place) <= offset for place, offset in offsets.items())


def behind(mark: Mark, offsets: Offsets) -> int:
    """Count the messages between a mark and a reader that is at `offsets`, or further."""
    return sum(max(0, offset - mark.offsets[place]) for place, offset in offsets.items())
