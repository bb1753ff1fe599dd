from http import HTTPStatus

import httpx2
import pytest

from fixtures.stack import RunningStack
from tieout_local.operations import OperationFailedError
from tieout_local.plan import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_alive_and_ready(stack: RunningStack, service: str) -> None:
    (instance,) = stack.local.instances_of(service)

    assert instance.status_of("/livez") == HTTPStatus.OK
    assert instance.is_ready()


async def test_the_key_of_the_organisation_opens_the_door_and_no_other_does(
    stack: RunningStack,
) -> None:
    async with httpx2.AsyncClient(base_url=stack.url) as client:
        known = await client.get("/v1/data_streams", headers=stack.headers)
        unknown = await client.get("/v1/data_streams", headers={"authorization": "Bearer no"})

    assert (known.status_code, unknown.status_code) == (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED)


def test_a_second_instance_joins_crashes_and_comes_back(stack: RunningStack) -> None:
    second = stack.local.start_instance("matcher")
    first = stack.local.services["matcher-1"]

    second.kill()
    answered_when_dead = second.status_of("/livez")
    second.start()
    ready = (first.is_ready(), second.is_ready())
    exit_code = second.stop()
    stack.local.forget(second)

    assert second.address.name == "matcher-2"
    assert second.url != first.url == stack.local.url_of("matcher")
    assert (answered_when_dead, ready, exit_code) == (None, (True, True), 0)


def test_a_refused_operation_says_why(stack: RunningStack) -> None:
    with pytest.raises(OperationFailedError, match="no organisation 999999"):
        stack.local.operations.run("create-key", "999999")
