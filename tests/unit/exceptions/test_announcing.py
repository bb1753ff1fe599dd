"""The headers of an outcome are read once; one that announces nothing is refused as before."""

import pytest

from tieout_contracts.outcomes import Outcome
from tieout_exceptions.handlers import Delivery, announce, read_delivery
from unit.exceptions.outcome_log import OutcomeLog, a_delivery


def an_outcome() -> Outcome:
    log = OutcomeLog()
    log.arrive(1)
    return log.outcomes[0]


def test_what_was_announced_is_what_the_headers_say() -> None:
    plain, announced = a_delivery(an_outcome()), a_delivery(an_outcome())

    announce(announced)

    assert isinstance(announced.headers, Delivery)
    assert read_delivery(announced) == read_delivery(plain)
    assert announced.value == plain.value


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("ce_id", b"1", "not enough values"),
        ("ce_id", None, "has no value"),
        ("organization", b"x", "invalid literal"),
        ("organization", None, "has no value"),
    ],
)
def test_headers_that_announce_nothing_stay_and_are_refused(
    header: str, value: bytes | None, reason: str
) -> None:
    record = a_delivery(an_outcome(), **{header: value})
    before = record.headers

    announce(record)

    assert record.headers == before
    with pytest.raises(ValueError, match=reason):
        read_delivery(record)
