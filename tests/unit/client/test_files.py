"""Files that go up and answers that come down in pieces."""

import io
from pathlib import Path
from typing import Any, BinaryIO

import httpx2
import pytest

from tieout_client import ServerError
from unit.client.doors import Door, Threads, Wire, problem, reply
from unit.client.openapi_calls import examples

(IMPORT,) = [one for one in examples() if one.operation.id == "import_file"]
CONTENT = b"date,amount\n2026-01-05,1\n"


def _batch() -> httpx2.Response:
    return next(IMPORT.answers())


class OnceOnly(io.BytesIO):
    """A file that cannot be rewound, as a pipe."""

    def seekable(self) -> bool:
        return False


def _upload(file: Path | BinaryIO, **given: Any) -> Any:
    return lambda client: client.imports.upload("bank", file=file, **given)


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    path = tmp_path / "statement.csv"
    path.write_bytes(CONTENT)
    return path


async def test_a_path_is_sent_whole_under_its_name_on_each_attempt(
    door: Door, statement: Path
) -> None:
    wire = Wire(replies=[problem(503, "unavailable"), _batch()])

    await door.ask(wire, _upload(statement, profile={"delimiter": ";"}))

    for body in wire.bodies:
        assert b'name="file"; filename="statement.csv"' in body
        assert CONTENT in body
        assert b'name="profile"\r\n\r\n{"delimiter": ";"}' in body
    assert wire.headers("x-idempotency-key") == ["key-1", "key-1"]


async def test_an_open_file_is_rewound_for_each_attempt_and_left_open(door: Door) -> None:
    file = io.BytesIO(CONTENT)
    wire = Wire(replies=[httpx2.WriteError("cut"), _batch()])

    await door.ask(wire, _upload(file, filename="b.csv"))

    assert [CONTENT in body for body in wire.bodies] == [True, True]
    assert not file.closed


async def test_a_file_that_cannot_be_rewound_is_sent_once(door: Door) -> None:
    wire = Wire(replies=[problem(503, "unavailable"), _batch()])

    with pytest.raises(ServerError):
        await door.ask(wire, _upload(OnceOnly(CONTENT)))

    assert len(wire.asked) == 1


class Slow(io.BytesIO):
    """Counts the pieces it is read in."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        told = super().read(size)
        self.largest = max(self.largest, len(told))
        return told


async def test_a_large_file_is_never_held_whole(door: Door) -> None:
    file = Slow(b"x" * 5_000_000)

    await door.ask(Wire(replies=[_batch()]), _upload(file))

    assert 0 < file.largest < 1_000_000


async def test_an_export_is_written_as_it_arrives(door: Door, tmp_path: Path) -> None:
    wire = Wire(replies=[problem(503, "unavailable"), httpx2.Response(200, content=b"a,b\r\n1,2")])
    target = tmp_path / "cases.csv"

    async def save(client: Any) -> None:
        streamed = client.reconlayer.cases.export(format="csv")
        if isinstance(door, Threads):
            with streamed as export:
                export.save(target)
        else:
            async with streamed as export:
                await export.save(target)

    await door.ask(wire, save)

    assert target.read_bytes() == b"a,b\r\n1,2"
    assert [str(one.url.params) for one in wire.asked] == ["format=csv"] * 2


async def test_an_export_that_is_refused_raises_when_it_is_opened(door: Door) -> None:
    wire = Wire(replies=[reply(400, {"code": "validation_failed", "detail": "from"})])

    async def begin(client: Any) -> None:
        streamed = client.reconlayer.cases.export(format="csv")
        if isinstance(door, Threads):
            streamed.__enter__()
        else:
            await streamed.__aenter__()

    with pytest.raises(Exception, match="validation_failed"):
        await door.ask(wire, begin)
