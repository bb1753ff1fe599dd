import pytest

from unit.client.doors import DOORS, Door


@pytest.fixture(params=DOORS, ids=lambda door: type(door).__name__.lower())
def door(request: pytest.FixtureRequest) -> Door:
    """Ask the client for threads and the one for tasks alike."""
    chosen: Door = request.param
    return chosen
