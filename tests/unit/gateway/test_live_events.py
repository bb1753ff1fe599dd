"""What listeners hear, over a log in memory."""

import asyncio
import json

import pytest

from tieout_gateway.live import following, hub, listener, streams
from tieout_gateway.live.listener import Wanted
from tieout_runtime.problems import Problem
from unit.gateway.live_gateway import Frame, Frames, parsed, running
from unit.gateway.live_log import PLACES, MemoryLog


async def _hear(frames: Frames, count: int) -> list[Frame]:
    """Read until so many events have come, or the stream has ended."""
    heard: list[Frame] = []
    async with asyncio.timeout(10):
        while len(heard) < count:
            try:
                heard += parsed(await anext(frames))
            except StopAsyncIteration:
                break
    return heard


def _numbers(heard: list[Frame]) -> list[int]:
    """Give the number of each event's outcome."""
    return [int(json.loads(one["data"])["id"].split(":")[2]) for one in heard]


def _types(heard: list[Frame]) -> list[str]:
    return [frame["event"] for frame in heard]


async def test_each_organization_hears_its_own_and_from_now_on() -> None:
    log = MemoryLog()
    log.add_match(1)
    async with running(log) as live, live.open(1) as ours, live.open(2) as theirs:
        assert _types(await _hear(ours, 1) + await _hear(theirs, 1)) == ["stream.opened"] * 2

        log.add_match(2, records=1)
        log.add_match(1, records=1)

        mine, others = await _hear(ours, 2), await _hear(theirs, 2)
    assert _types(mine) == _types(others) == ["match.accepted", "record.reconciled"]
    assert '"id":"matches:21:3"' in mine[0]["data"]
    assert '"id":"matches:22:2"' in others[0]["data"]
    assert '"data_stream_key":"bank"' in mine[1]["data"]


@pytest.mark.parametrize("cut", range(1, 8))
async def test_whoever_comes_back_hears_the_rest_and_nothing_twice(cut: int) -> None:
    log = MemoryLog()
    async with running(log) as live, live.open() as whole:
        (opened,) = await _hear(whole, 1)
        for _ in range(2):
            log.add_match(1, records=2)
            log.add_match(2)
        everything = [opened, *await _hear(whole, 6)]
        last = everything[cut - 1]["id"]

        async with live.open(last_event_id=last) as again:
            rest = (await _hear(again, 8 - cut))[1:]
            log.add_match(1, records=1)
            after = await _hear(again, 2)

    assert [one["data"] for one in rest] == [one["data"] for one in everything[cut:]]
    assert _types(after) == ["match.accepted", "record.reconciled"]


async def test_another_gateway_goes_on_where_one_stopped() -> None:
    log = MemoryLog()
    async with running(log) as one, running(log) as another:
        async with one.open() as frames:
            await _hear(frames, 1)
            log.add_match(1, records=3)
            heard = await _hear(frames, 4)
        async with another.open(last_event_id=heard[1]["id"]) as frames:
            rest = await _hear(frames, 3)

    assert [frame.get("data") for frame in rest[1:]] == [frame["data"] for frame in heard[2:]]


async def test_much_that_was_missed_is_read_before_what_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following, "NEAR_MESSAGES", 3)
    log = MemoryLog(read_records=7)
    async with running(log) as live:
        async with live.open() as frames:
            (opened,) = await _hear(frames, 1)
        for _ in range(100):
            log.add_match(1, records=0)
        async with live.open(last_event_id=opened["id"]) as frames:
            heard = await _hear(frames, 60)
            for _ in range(20):
                log.add_match(1, records=0)
            heard += await _hear(frames, 121 - len(heard))

    assert _numbers(heard[1:]) == list(range(1, 121))


async def test_what_comes_while_the_missed_is_read_is_told_once() -> None:
    log = MemoryLog(read_records=7)
    async with running(log) as live:
        async with live.open() as frames:
            (opened,) = await _hear(frames, 1)
        for _ in range(100):
            log.add_match(1, records=0)
        await asyncio.sleep(0.1)  # the reader is past them

        async def go_on() -> None:
            for _ in range(100):
                log.add_match(1, records=0)
                await asyncio.sleep(0.0002)

        async with live.open(last_event_id=opened["id"]) as frames:
            coming = asyncio.create_task(go_on())
            heard = await _hear(frames, 201)
            await coming

    assert _numbers(heard[1:]) == list(range(1, 201))


async def test_a_gateway_that_is_behind_tells_nothing_that_another_told() -> None:
    log = MemoryLog()
    late = MemoryLog(records=log.records)
    async with running(log) as one, running(late) as another, another.open() as kept:
        await _hear(kept, 1)
        late.is_held = True
        async with one.open() as frames:
            await _hear(frames, 1)
            for _ in range(3):
                log.add_match(1, records=0)
            heard = await _hear(frames, 3)
        async with another.open(last_event_id=heard[-1]["id"]) as frames:
            await _hear(frames, 1)
            rest = asyncio.create_task(_hear(frames, 1))
            await asyncio.sleep(0.05)
            late.is_held = False
            log.add_match(1, records=0)
            assert _numbers(await rest) == [4]


async def test_what_is_not_kept_any_more_is_said_and_listening_goes_on() -> None:
    log = MemoryLog()
    async with running(log) as live:
        async with live.open() as frames:
            (opened,) = await _hear(frames, 1)
        for _ in range(3):
            log.add_match(1, records=0)
        log.removed[PLACES[1]] = 2
        await asyncio.sleep(0.05)  # the reader is past them
        async with live.open(last_event_id=opened["id"]) as frames:
            (reset,) = await _hear(frames, 1)
            log.add_match(1, records=0)
            (after,) = await _hear(frames, 1)

    assert (reset["event"], after["event"]) == ("stream.reset", "match.accepted")
    assert '"id":"matches:21:4"' in after["data"]


async def test_types_and_reconciliation_choose() -> None:
    log = MemoryLog()
    types = Wanted(types=frozenset({"record.reconciled"}), reconciliation_id=21)
    elsewhere = Wanted(types=None, reconciliation_id=99)
    async with (
        running(log) as live,
        live.open(wanted=types) as some,
        live.open(wanted=elsewhere) as none,
    ):
        await _hear(some, 1)
        await _hear(none, 1)
        log.add_match(1, records=2)
        heard = await _hear(some, 2)
        live.events.stop()
        nothing = await _hear(none, 1)

    assert _types(heard) == ["record.reconciled"] * 2
    assert _types(nothing) == ["stream.ended"]


async def test_one_that_reads_too_slowly_is_cut_and_may_go_on_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listener, "BUFFER_BYTES", 2000)
    monkeypatch.setattr(listener, "PATIENCE_S", 0.0)
    log = MemoryLog()
    async with running(log) as live:
        async with live.open() as slow, live.open() as fast:
            (opened,) = await _hear(slow, 1)
            await _hear(fast, 1)
            quick = asyncio.create_task(_hear(fast, 60))
            for _ in range(60):
                log.add_match(1, records=0)
                await asyncio.sleep(0.002)
            heard = await quick
            cut = await _hear(slow, 60)
        last = ([opened, *cut[:-1]])[-1]["id"]
        async with live.open(last_event_id=last) as again:
            rest = await _hear(again, 1 + 60 - len(cut[:-1]))

    assert _types(heard) == ["match.accepted"] * 60
    assert cut[-1]["event"] == "stream.ended"
    assert '"reason":"too_slow"' in cut[-1]["data"]
    assert [one["data"] for one in cut[:-1] + rest[1:]] == [one["data"] for one in heard]


async def test_a_burst_cuts_nobody_who_keeps_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "BUFFER_BYTES", 2000)
    log = MemoryLog()
    async with running(log) as live, live.open() as frames, live.open() as stuck:
        await _hear(frames, 1)
        await _hear(stuck, 1)
        for _ in range(60):
            log.add_match(1, records=0)
        heard = await _hear(frames, 60)
        (*_, cut) = await _hear(stuck, 60)

    assert _types(heard) == ["match.accepted"] * 60
    assert '"reason":"too_slow"' in cut["data"]


async def test_a_credential_that_ends_ends_its_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CHECK_S", 0.01)

    async def refused() -> None:
        raise Problem(401, "unauthorized", "the API key is revoked")

    async with running(MemoryLog()) as live, live.open(check=refused) as frames:
        heard = await _hear(frames, 9)

    assert _types(heard) == ["stream.opened", "stream.ended"]
    assert '"reason":"credential_ended"' in heard[-1]["data"]


async def test_a_quiet_stream_beats_and_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BEAT_S", 0.02)
    log = MemoryLog()
    async with running(log) as live:
        async with live.open() as frames:
            await _hear(frames, 1)
            log.add_match(2)
            await asyncio.sleep(0.1)
            beats = await _hear(frames, 3)
        log.removed[PLACES[1]] = 1
        async with live.open(last_event_id=beats[-1]["id"]) as frames:
            again = await _hear(frames, 1)

    assert all(set(beat) == {"", "id"} for beat in beats)
    assert _types(again) == ["stream.opened"]


async def test_streams_are_counted_for_each_key_and_in_all() -> None:
    async with running(MemoryLog(), streams=3, streams_per_key=2) as live:
        async with live.open(key="a"), live.open(key="a"):
            with pytest.raises(Problem, match="429 too_many_streams: 2"):
                await live.open(key="a").__aenter__()
            async with live.open(key="b"):
                with pytest.raises(Problem, match="429 too_many_streams: 3"):
                    await live.open(key="c").__aenter__()
        async with live.open(key="a"), live.open(key="a"):
            """Those that have closed do not count."""


async def test_when_reading_fails_all_are_told_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "RESTART_S", 0.01)
    log = MemoryLog()
    async with running(log) as live, live.open() as frames:
        (opened,) = await _hear(frames, 1)
        log.add_match(1, records=0)
        log.records[PLACES[1]][0] = log.records[PLACES[1]][0].__class__(5, [], b"")  # a gap
        ended = await _hear(frames, 9)
        assert _types(ended) == ["stream.ended"]
        log.records[PLACES[1]].clear()
        log.add_match(1, records=0)
        async with live.open(last_event_id=opened["id"]) as again:
            assert _types(await _hear(again, 2)) == ["stream.opened", "match.accepted"]


async def test_a_stopping_process_ends_its_streams_and_opens_none() -> None:
    async with running(MemoryLog()) as live, live.open() as frames:
        await _hear(frames, 1)

        live.events.stop()

        (ended,) = await _hear(frames, 9)
        with pytest.raises(Problem, match="503"):
            await live.open().__aenter__()
    assert '"reason":"shutting_down"' in ended["data"]
