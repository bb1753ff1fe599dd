"""A caller's trace goes with the events that a request or an upstream's message causes."""

from .service import Service
from .test_bulk import a_record
from .test_crashes import route
from .test_transactions import a_message, a_transaction, make_producer

TRACES = [f"00-{number:032x}-00f067aa0ba902b7-01" for number in range(1, 7)]


async def test_what_a_request_or_a_message_causes_carries_its_trace(service: Service) -> None:
    created, uploaded, bulk, single, published, refused = TRACES
    service.client.headers["traceparent"] = created
    stream_id = await service.make_stream()
    producer = await make_producer(service, None)
    await route(service, stream_id)

    service.client.headers["traceparent"] = uploaded
    await service.upload(b"date,amount,currency,direction\n2024-03-05,1.00,EUR,credit\n", key="f1")
    service.client.headers["traceparent"] = bulk
    items = [a_record(external_id="b-1"), a_record(external_id="b-2")]
    await service.client.post("/internal/records/bulk", json={"records": items})
    service.client.headers["traceparent"] = single
    await service.client.post("/internal/records", json=a_record(external_id="s-1"))
    service.client.headers["traceparent"] = refused + "-more"
    await service.client.post("/internal/records", json=a_record(external_id="s-2"))
    for number, trace in ((1, [("traceparent", published.encode())]), (2, [])):
        headers = [("tieout-producer", str(producer).encode()), *trace]
        await service.publish("transactions.v1", a_message(a_transaction(number)), headers=headers)
    await service.until("SELECT count(*) FROM record", lambda count: count == 7)
    await service.until("SELECT status FROM import_batch", lambda status: status == "completed")
    await service.all_sent()

    told = {name: await traces(service, name) for name in ("records.v1", "config.v1", "audit.v1")}
    assert told["config.v1"] == {"stream": [created]}
    assert sorted(told["records.v1"]["record.accepted"], key=str) == sorted(
        [uploaded, bulk, bulk, single, published, None, None], key=str
    )
    assert told["records.v1"]["import.completed"] == [uploaded]
    assert set(told["audit.v1"]["audit.noted"]) == {created, uploaded, bulk, single, None}


async def traces(service: Service, topic: str) -> dict[str, list[str | None]]:
    """Read the traces of all that ingest sent to a topic, by type."""
    found: dict[str, list[str | None]] = {}
    for record in await service.read_topic(topic):
        headers = dict(record.headers)
        if "ce_type" in headers:  # what a test sends by hand has none
            trace = headers.get("traceparent")
            told = None if trace is None else trace.decode()
            found.setdefault(headers["ce_type"].decode(), []).append(told)
    return found
