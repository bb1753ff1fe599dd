"""What no backtest is made of: refused with its place, or with what to do instead."""

from datetime import timedelta
from typing import Any

import pytest

from integration.matcher.service import Service
from integration.matcher.world import Key, World, arrive
from tieout_matcher import backtests
from tieout_matcher.aside import Aside
from tieout_matcher.solving import TookTooLongError
from unit.matcher.builders import DAY, a_leaf

BY_NAME = {"filters": {"rules": [a_leaf("external_id")]}}
WINDOW = {"date_from": str(DAY), "date_to": str(DAY)}


@pytest.fixture
async def key(world: World) -> Key:
    """Give a match and an entry that is open."""
    key = await world.with_rule(a_leaf("external_id"))
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"), (3, "A", "y"))
    return key


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"rules": [BY_NAME, {"filters": {"rules": []}}]}, "$.rules[1].filters.rules"),
        ({"rules": [BY_NAME | {"reconciliation_id": 77}]}, "$.rules[0].reconciliation_id"),
        ({"rules": []}, "$.rules"),
        ({"rules": [BY_NAME] * 51}, "$.rules"),
        ({"rules": [BY_NAME], "date_to": str(DAY - timedelta(days=1))}, "$.date_to"),
        ({"rules": [BY_NAME], "date_from": None}, "$.date_from"),
        ({"rules": [BY_NAME], "colour": "red"}, "$.colour"),
    ],
)
async def test_what_is_wrong_is_422_with_its_place(
    service: Service, key: Key, given: Any, path: str
) -> None:
    body = {"reconciliation_id": key[1], **WINDOW, **given}

    answered = await service.call("POST", "/backtests", json=body)

    assert (answered.status_code, answered.json()["errors"][0]["path"]) == (422, path)


async def test_a_reconciliation_that_is_not_ones_own_is_404(service: Service, key: Key) -> None:
    body = {"reconciliation_id": key[1], "rules": [BY_NAME], **WINDOW}

    foreign = await service.call("POST", "/backtests", json=body, organization_id=8)

    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("limit", [2, 1])
async def test_a_window_of_too_many_entries_asks_for_a_shorter_one(
    service: Service, key: Key, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(backtests, "MAX_ENTRIES", limit)
    body = {"reconciliation_id": key[1], "rules": [BY_NAME], **WINDOW}

    answered = await service.call("POST", "/backtests", json=body)

    assert (answered.status_code, answered.json()["code"]) == (422, "backtest_too_large")
    assert "name a shorter window" in answered.json()["detail"]


async def test_what_takes_too_long_asks_for_a_shorter_window(
    service: Service, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gives_up(*_: object) -> None:
        raise TookTooLongError

    monkeypatch.setattr(Aside, "compute", gives_up)
    body = {"reconciliation_id": key[1], "rules": [BY_NAME], **WINDOW}

    answered = await service.call("POST", "/backtests", json=body)

    assert (answered.status_code, answered.json()["code"]) == (422, "backtest_too_long")
