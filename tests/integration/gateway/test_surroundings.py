"""What surrounds every request: its name, its log line, its errors, the pages beside the API."""

import re

import httpx2
import pytest
from structlog.testing import capture_logs

from integration.gateway.conftest import Gateway, OpenGateway
from tieout_runtime.internal import InternalClient

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_the_callers_request_id_is_kept_passed_on_and_answered(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [])
    headers = {"x-request-id": "call 1", "traceparent": TRACE}

    answer = await gateway.ask("GET", "/v1/data_streams", headers=headers)

    assert answer.headers["x-request-id"] == "call 1"
    (call,) = gateway.ingest.calls
    assert (call.headers["x-request-id"], call.headers["traceparent"]) == ("call 1", TRACE)


@pytest.mark.parametrize("bad", ["", "x" * 129, "caf\xe9"])
async def test_another_request_id_is_replaced(gateway: Gateway, bad: str) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [])
    headers = {b"x-request-id": bad.encode("latin-1"), b"traceparent": b"nonsense"}

    answer = await gateway.client.get(
        "/v1/data_streams", headers={**headers, b"x-api-key": gateway.api_key.encode()}
    )

    given = answer.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", given)
    (call,) = gateway.ingest.calls
    assert call.headers["x-request-id"] == given
    assert "traceparent" not in call.headers


async def test_every_error_names_its_request(gateway: Gateway) -> None:
    headers = {"x-request-id": "r1"}

    answers = [
        await gateway.client.get("/v1/data_streams", headers=headers),
        await gateway.ask("GET", "/v1/nothing", headers=headers),
        await gateway.ask("PUT", "/v1/data_streams", headers=headers),
        await gateway.ask("GET", "/v1/records/9", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [401, 404, 405, 404]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer.headers["x-request-id"] == "r1"
        assert answer.json()["instance"] == answer.request.url.path


async def test_a_method_that_is_not_there_is_told_those_that_are(gateway: Gateway) -> None:
    answers = [
        await gateway.ask("PUT", "/v1/reconciliation_exceptions/61"),
        await gateway.ask("DELETE", "/v1/records"),
        await gateway.ask("OPTIONS", "/v1/records/bulk"),
        await gateway.ask("POST", "/docs"),
    ]

    assert [answer.status_code for answer in answers] == [405] * 4
    assert [answer.headers["allow"] for answer in answers] == [
        "DELETE, GET, PATCH",
        "GET, POST",
        "POST",
        "GET",
    ]


async def test_one_log_line_a_request_and_never_the_key(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/records/501", None, 404)

    with capture_logs() as logs:
        await gateway.ask("GET", "/v1/records/501?ignored=1")

    (line,) = [one for one in logs if one["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/records/{id}", 503)
    assert line["organization_id"] == gateway.organization_id
    assert line["duration_ms"] >= 0
    assert gateway.api_key.split("_")[2] not in str(logs)


async def test_a_bug_is_500_without_a_trace_of_our_own(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [{"unexpected": "shape"}])

    with capture_logs() as logs:
        answer = await gateway.ask("GET", "/v1/data_streams")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.json()["detail"] == "an error on our side"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert "bug" in {one["event"] for one in logs}


async def test_an_owner_that_cannot_be_reached_is_503(gateway: Gateway) -> None:
    owners = gateway.app.state.owners
    absent = InternalClient(base_url="http://127.0.0.1:1", token="x" * 16)
    gateway.app.state.owners = type(owners)(ingest=absent, matcher=absent, exceptions=absent)

    answer = await gateway.ask("GET", "/v1/data_streams")

    gateway.app.state.owners = owners
    await absent.close()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_an_owner_that_refuses_our_token_does_not_make_the_callers_key_look_bad(
    gateway: Gateway,
) -> None:
    gateway.ingest.refuse("GET", "/internal/streams", 401, "unauthorized")

    answer = await gateway.ask("GET", "/v1/data_streams")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_no_answer_is_kept_by_a_cache_or_guessed_at(gateway: Gateway) -> None:
    answers = [await gateway.client.get(path) for path in ("/v1/data_streams", "/openapi.json")]

    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert {answer.headers["x-content-type-options"] for answer in answers} == {"nosniff"}


async def test_ready_tells_of_unreachable_owners_and_does_not_fail_of_them(
    gateway: Gateway,
) -> None:
    gateway.ingest.answer("GET", "/livez", {"status": "alive"})
    gateway.matcher.is_down = True

    answer = await gateway.client.get("/readyz")

    told = answer.json()
    assert (answer.status_code, told["status"], told["failing"]) == (200, "ready", {})
    assert set(told["unreachable_owners"]) == {"matcher", "exceptions"}
    assert (await gateway.client.get("/livez")).json() == {"status": "alive"}


async def test_not_ready_without_the_database(open_with: OpenGateway) -> None:
    async with open_with() as gateway:
        await gateway.app.state.authenticator.keys.api.close()

        answer = await gateway.client.get("/readyz")

    assert answer.status_code == 503
    assert set(answer.json()["failing"]) == {"database_as_api"}


async def test_without_the_key_store_the_door_is_503(open_with: OpenGateway) -> None:
    async with open_with() as gateway:
        await gateway.app.state.authenticator.keys.worker.close()

        answer = await gateway.ask("GET", "/v1/data_streams")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_the_documentation_page_works_without_a_network(gateway: Gateway) -> None:
    page = await gateway.client.get("/docs")
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    loaded: list[httpx2.Response] = [await gateway.client.get(source) for source in sources]

    assert page.status_code == 200
    assert len(sources) == 4
    assert all(source.startswith("/docs/") for source in sources)
    assert "//" not in page.text.replace("<!doctype", "")
    assert [answer.status_code for answer in loaded] == [200] * 4
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await gateway.client.get("/docs/../settings.py")).status_code == 404
    assert (await gateway.client.get("/docs/nothing.js")).status_code == 404


async def test_the_document_is_served_as_it_is_generated(gateway: Gateway) -> None:
    answer = await gateway.client.get("/openapi.json")

    assert answer.json() == gateway.app.openapi()
    assert answer.json()["openapi"].startswith("3.1")
