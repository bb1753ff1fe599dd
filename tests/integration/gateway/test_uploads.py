import asyncio
from collections.abc import AsyncIterator

from integration.gateway.conftest import Gateway, OpenGateway

PATH = "/v1/data_streams/bank/imports"
INTERNAL = "/internal/streams/bank/imports"
BATCH = {
    "id": 21,
    "stream_id": 11,
    "data_stream_key": "bank",
    "source": "file",
    "filename": "a.csv",
    "status": "received",
    "rows_read": 0,
    "accepted": 0,
    "skipped": 0,
    "rejected": 0,
    "rejections": [],
    "warnings": [],
    "statements": [],
    "record_count": 0,
    "by_currency": [],
    "date_range_start": None,
    "date_range_end": None,
    "error": None,
    "created_at": "2026-01-05T09:00:00Z",
    "completed_at": None,
    "duplicate": False,
    "imported": None,
}
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}


async def test_a_file_arrives_at_ingest_byte_for_byte_with_its_boundary(gateway: Gateway) -> None:
    gateway.ingest.answer("POST", INTERNAL, BATCH, 202)
    body = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n\x00\xff\r\n--b--\r\n'

    answer = await gateway.ask("POST", PATH, content=body, headers=MULTIPART)

    assert answer.status_code == 202
    assert answer.headers["x-idempotency-replayed"] == "false"
    assert answer.json()["records_url"] == "/v1/import_batches/21/records"
    (call,) = gateway.ingest.calls
    assert b"".join(call.chunks) == body
    assert call.headers["content-type"] == MULTIPART["content-type"]


async def test_the_same_file_again_is_200_and_imported_nothing(gateway: Gateway) -> None:
    again = BATCH | {"status": "completed", "accepted": 7, "duplicate": True, "imported": 0}
    gateway.ingest.answer("POST", INTERNAL, again, 200)

    answer = await gateway.ask("POST", PATH, files={"file": ("a.csv", b"x")})

    told = answer.json()
    assert (answer.status_code, told["imported"], told["duplicate"]) == (200, 0, True)


async def test_a_file_is_passed_on_piece_by_piece(gateway: Gateway) -> None:
    """ingest has the first piece while the caller still holds back the second."""
    gateway.ingest.answer("POST", INTERNAL, BATCH, 202)
    first_piece_arrived = asyncio.Event()
    gateway.ingest.on_chunk = first_piece_arrived.set

    async def pieces() -> AsyncIterator[bytes]:
        yield b"--b\r\n"
        async with asyncio.timeout(5):
            await first_piece_arrived.wait()
        yield b"--b--\r\n"

    answer = await gateway.ask("POST", PATH, content=pieces(), headers=MULTIPART)

    assert answer.status_code == 202


async def test_an_owner_may_refuse_without_reading_the_file(gateway: Gateway) -> None:
    gateway.ingest.reads_bodies = False
    gateway.ingest.refuse("POST", INTERNAL, 413, "content_too_large")

    answer = await gateway.ask("POST", PATH, content=b"x" * 1_000_000, headers=MULTIPART)

    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


async def test_what_is_no_form_is_415(gateway: Gateway) -> None:
    answer = await gateway.ask("POST", PATH, content=b"date,amount\n")

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert gateway.ingest.calls == []


async def test_a_preview_is_rendered_in_the_words_of_records(gateway: Gateway) -> None:
    fields = {
        "amount_minor": "1234",
        "exponent": 2,
        "currency": "EUR",
        "direction": "debit",
        "date": "2026-01-05",
    }
    seen = {
        "profile": {"format": "csv"},
        "rows": [{"line": 2, "fields": fields}],
        "rejections": [{"line": 3, "code": "unreadable_amount", "message": "no amount"}],
        "warnings": [],
    }
    gateway.ingest.answer("POST", f"{INTERNAL}/preview", seen)

    shown = (await gateway.ask("POST", f"{PATH}/preview", files={"file": b"x"})).json()

    assert shown["rows"] == [
        {
            "line": 2,
            "fields": {
                "amount": 1234,
                "currency": "EUR",
                "decimal_places": 2,
                "direction": "debit",
                "date": "2026-01-05",
                "metadata": {},
            },
        }
    ]
    assert shown["rejections"][0]["line"] == 3


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 65_536


async def test_uploads_and_other_bodies_have_limits_of_their_own(open_with: OpenGateway) -> None:
    async with open_with(body_limit_bytes=1024, import_limit_bytes=200_000) as gateway:
        gateway.ingest.answer("POST", INTERNAL, BATCH, 202)
        json_type = {"content-type": "application/json"}

        answers = [
            await gateway.ask("POST", PATH, content=b"x" * 200_000, headers=MULTIPART),
            await gateway.ask("POST", PATH, content=b"x" * 200_001, headers=MULTIPART),
            await gateway.ask("POST", PATH, content=_endless(), headers=MULTIPART),
            await gateway.ask("POST", "/v1/records", content=b"x" * 1025, headers=json_type),
            await gateway.ask("POST", "/v1/records", content=_endless(), headers=json_type),
        ]

    assert [answer.status_code for answer in answers] == [202, 413, 413, 413, 413]
    assert {answer.json()["code"] for answer in answers[1:]} == {"content_too_large"}


async def test_a_body_that_stops_arriving_is_408(open_with: OpenGateway) -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"--b\r\n"
        await asyncio.sleep(30)

    async with open_with(idle_body_seconds=0.1) as gateway:
        answer = await gateway.ask("POST", PATH, content=stalled(), headers=MULTIPART)

    assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")


async def test_a_request_that_takes_too_long_is_503(open_with: OpenGateway) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.05)

    async with open_with(import_timeout_seconds=0.3) as gateway:
        answer = await gateway.ask("POST", PATH, content=dripping(), headers=MULTIPART)

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
