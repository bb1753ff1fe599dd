"""Positions of listeners: what was told is told once, wherever and however reading goes on."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_gateway.domain.event_marks import (
    Mark,
    MarkError,
    Place,
    behind,
    is_lost,
    is_reached,
    marks_within,
    pack,
    unpack,
    with_places,
)
from tieout_gateway.live.ids import EventIds

PLACES: list[Place] = [("exceptions.v1", 0), ("matches.v1", 0), ("matches.v1", 1)]
# Of each place its messages, each as the number of events that it is told as.
Log = Mapping[Place, list[int]]
Event = tuple[Place, int, int]

logs = st.fixed_dictionaries({place: st.lists(st.integers(0, 3), max_size=5) for place in PLACES})
AT = Mark(offsets={("exceptions.v1", 0): 3, ("matches.v1", 0): 5, ("matches.v1", 1): 0})


def _told(log: Log, mark: Mark, order: list[Place]) -> Iterator[tuple[Event, Mark]]:
    """Read on from a mark, as one gateway meets the messages; each event with its mark."""
    offsets = dict(mark.offsets)
    for place in order:
        if offsets[place] == len(log[place]):
            continue
        offset = offsets[place]
        marks = (
            marks_within(offsets, place, offset, events) if (events := log[place][offset]) else []
        )
        for number in range(mark.told_of(place, offset), events):
            yield (place, offset, number), marks[number]
        offsets[place] = offset + 1


@given(log=logs, data=st.data())
def test_reading_on_from_any_event_tells_the_others_and_none_twice(
    log: Log, data: st.DataObject
) -> None:
    everywhere = [place for place in PLACES for _ in range(5)]
    first, second = (data.draw(st.permutations(everywhere)) for _ in range(2))
    begin = Mark(offsets=dict.fromkeys(PLACES, 0))
    whole = list(_told(log, begin, first))
    cut = data.draw(st.integers(0, len(whole)))
    heard = whole[:cut]

    mark = heard[-1][1] if heard else begin
    after = [event for event, _ in _told(log, unpack(pack(mark)), second)]

    told = [event for event, _ in heard] + after
    assert len(told) == len(set(told))
    assert set(told) == {event for event, _ in whole}


def test_a_mark_says_how_much_of_a_message_was_told() -> None:
    first, second, last = marks_within(AT.offsets, ("matches.v1", 0), 5, 3)

    assert (first.told, second.told, last.told) == (1, 2, 0)
    assert last.offsets[("matches.v1", 0)] == 6
    assert first.told_of(("matches.v1", 0), 5) == 1
    assert first.told_of(("matches.v1", 0), 6) == first.told_of(("matches.v1", 1), 0) == 0


@pytest.mark.parametrize(
    ("place", "begins", "ends", "lost"),
    [
        (("matches.v1", 0), 5, 5, False),
        (("matches.v1", 0), 6, 9, True),  # the broker has removed what follows
        (("matches.v1", 0), 0, 4, True),  # it is of another log
        (("matches.v1", 1), 0, 0, False),
        (("exceptions.v1", 0), 4, 4, True),
    ],
)
def test_what_the_broker_does_not_have_any_more_is_lost(
    place: Place, begins: int, ends: int, lost: bool
) -> None:
    there = dict(AT.offsets)

    assert is_lost(AT, begins=there | {place: begins}, ends=there | {place: ends}) == lost


def test_a_place_that_is_gone_is_lost_and_a_new_one_is_read_from_its_beginning() -> None:
    there = {place: AT.offsets[place] for place in PLACES}
    more: dict[Place, int] = there | {("matches.v1", 2): 7}

    assert is_lost(AT, begins=there, ends={PLACES[0]: 3})
    assert not is_lost(AT, begins=dict.fromkeys(more, 0), ends=more)
    assert with_places(AT, more).offsets == there | {("matches.v1", 2): 0}
    assert behind(with_places(AT, more), more) == 7


def test_a_reader_within_the_message_has_not_reached_the_mark() -> None:
    within = marks_within(AT.offsets, ("matches.v1", 0), 5, 2)[0]

    assert is_reached(AT, AT.offsets)
    assert not is_reached(within, AT.offsets)
    assert is_reached(within, {**AT.offsets, ("matches.v1", 0): 6})


def test_an_id_is_read_by_another_gateway_of_the_same_secret_for_the_same_organization() -> None:
    mark = marks_within(AT.offsets, ("matches.v1", 0), 5, 2)[0]
    sealed = EventIds("a secret").seal(mark, organization_id=1)

    assert EventIds("a secret").open(sealed, organization_id=1) == mark
    for ids, organization_id in ((EventIds("a secret"), 2), (EventIds("another"), 1)):
        with pytest.raises(MarkError):
            ids.open(sealed, organization_id=organization_id)


@pytest.mark.parametrize("text", ["", "1", "a b", "€", "A" * 90, "x" * 5000])
def test_what_was_never_given_is_no_id(text: str) -> None:
    with pytest.raises(MarkError):
        EventIds("a secret").open(text, organization_id=1)


@pytest.mark.parametrize("packed", [b"", b"\x80", pack(Mark(offsets={("matches.v1", 0): -1}))])
def test_bytes_that_are_no_position_are_refused(packed: bytes) -> None:
    with pytest.raises(MarkError):
        unpack(packed)
