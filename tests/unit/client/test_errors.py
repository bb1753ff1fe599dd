import pytest

from tieout_client import (
    NO_RETRIES,
    BadRequestError,
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    ProblemError,
    RateLimitedError,
    ServerError,
    StaleVersionError,
    TieoutError,
    UnauthenticatedError,
)
from unit.client.doors import Door, Wire, reply

PROBLEM = {
    "type": "urn:tieout:problem:validation_failed",
    "title": "Unprocessable Content",
    "status": 422,
    "detail": "name: too long",
    "instance": "/v1/users",
    "code": "validation_failed",
    "request_id": "r-9",
    "errors": [{"path": "name", "message": "too long"}],
    "message": "name: too long",
}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, UnauthenticatedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, ConflictError),
        (412, StaleVersionError),
        (413, InvalidRequestError),
        (415, InvalidRequestError),
        (422, InvalidRequestError),
        (429, RateLimitedError),
        (418, ProblemError),
        (500, ServerError),
        (503, ServerError),
    ],
)
async def test_each_status_is_an_error_of_its_own_with_all_that_was_told(
    door: Door, status: int, kind: type[ProblemError]
) -> None:
    wire = Wire(replies=[reply(status, PROBLEM)])

    with pytest.raises(TieoutError) as raised:
        await door.ask(wire, lambda client: client.users.get(1), retries=NO_RETRIES)

    error = raised.value
    assert type(error) is kind
    assert (error.status, error.code, error.title, error.detail, error.request_id) == (
        status, "validation_failed", "Unprocessable Content", "name: too long", "r-9"
    )  # fmt: skip
    assert error.errors == (FieldError(path="name", message="too long"),)
    assert error.problem["message"] == "name: too long"


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", ["no", "problem"], None])
async def test_an_error_that_a_proxy_wrote_is_one_too(door: Door, body: object) -> None:
    wire = Wire(replies=[reply(502, body, x_request_id="r-1")])

    with pytest.raises(ServerError) as raised:
        await door.ask(wire, lambda client: client.users.get(1), retries=NO_RETRIES)

    assert (raised.value.code, raised.value.errors, raised.value.request_id) == ("", (), "r-1")
