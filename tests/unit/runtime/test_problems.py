from collections.abc import AsyncIterator

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from tieout_runtime.problems import Problem, install_problems, invalid, json_path, not_found

MEMBERS = {"type", "title", "status", "detail", "code", "errors"}


class Item(BaseModel):
    amounts: list[int]


def an_app() -> FastAPI:
    app = FastAPI()
    install_problems(app)

    @app.get("/missing")
    async def missing() -> None:
        raise not_found("match")

    @app.get("/wrong")
    async def wrong() -> None:
        raise invalid("$.rules[0].key", "is no field")

    @app.get("/busy")
    async def busy() -> None:
        raise Problem(409, "request_in_progress", "wait", headers={"Retry-After": "1"})

    @app.get("/down")
    async def down() -> None:
        raise asyncpg.CannotConnectNowError("the database password is hunter2")

    @app.get("/slow")
    async def slow() -> None:
        raise TimeoutError

    @app.get("/bug")
    async def bug() -> None:
        raise KeyError("SELECT secret FROM api_key")

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418, "short and stout", headers={"x-spout": "left"})

    @app.post("/items/{number}")
    async def items(number: int, item: Item) -> int:
        return number + len(item.amounts)

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=an_app(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as made:
        yield made


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/missing", 404, "not_found"),
        ("GET", "/wrong", 422, "validation_failed"),
        ("GET", "/busy", 409, "request_in_progress"),
        ("GET", "/down", 503, "unavailable"),
        ("GET", "/slow", 503, "unavailable"),
        ("GET", "/bug", 500, "internal_error"),
        ("GET", "/teapot", 418, "im_a_teapot"),
        ("GET", "/nowhere", 404, "not_found"),
        ("PUT", "/missing", 405, "method_not_allowed"),
        ("POST", "/items/seven", 422, "validation_failed"),
    ],
)
async def test_every_error_has_the_one_shape(
    client: httpx2.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    response = await client.request(method, path)

    body = response.json()
    assert response.status_code == body["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert set(body) == MEMBERS
    assert (body["code"], body["type"]) == (code, f"urn:tieout:problem:{code}")


@pytest.mark.parametrize(("path", "secret"), [("/down", "hunter2"), ("/bug", "SELECT")])
async def test_nothing_inner_leaves(client: httpx2.AsyncClient, path: str, secret: str) -> None:
    response = await client.get(path)

    assert secret not in response.text


async def test_what_another_try_may_cure_says_when(client: httpx2.AsyncClient) -> None:
    down, busy = await client.get("/down"), await client.get("/busy")

    assert down.headers["retry-after"] == busy.headers["retry-after"] == "1"


async def test_headers_of_an_error_are_kept(client: httpx2.AsyncClient) -> None:
    response = await client.get("/teapot")

    assert response.headers["x-spout"] == "left"
    assert response.json()["detail"] == "short and stout"


async def test_every_wrong_member_is_named_by_its_path(client: httpx2.AsyncClient) -> None:
    response = await client.post("/items/1", json={"amounts": [1, "x", 2, None]})

    errors = response.json()["errors"]
    assert [one["path"] for one in errors] == ["$.amounts[1]", "$.amounts[3]"]
    assert all(one["message"] for one in errors)


async def test_a_body_that_is_no_json_is_a_problem_too(client: httpx2.AsyncClient) -> None:
    response = await client.post(
        "/items/1", content=b"{\x00", headers={"content-type": "application/json"}
    )

    assert response.status_code == 422
    assert response.json()["code"] == "validation_failed"


@pytest.mark.parametrize(
    ("location", "path"),
    [
        (("body",), "$"),
        (("body", "rules", 0, "key"), "$.rules[0].key"),
        (("query", "limit"), "query.limit"),
        ((), "$"),
    ],
)
def test_a_location_is_written_as_a_json_path(location: tuple[str | int, ...], path: str) -> None:
    assert json_path(location) == path
