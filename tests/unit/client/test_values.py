import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tieout_client import OMIT, Request
from tieout_client.answer import Answer
from tieout_client.model import Model, one_of
from tieout_client.models.corebanq import Amount, NewLedgerEntry
from tieout_client.models.lerian import Comment
from tieout_client.request import wire
from unit.client.doors import Door, Wire, reply

_COMMENT = {
    "id": "c",
    "content": "n",
    "createdAt": "2026-01-05T09:00:02Z",
    "updatedAt": "2026-01-05T09:00:02Z",
}


class _Told(Model):
    name: str
    share: Decimal
    rules: dict[str, Any]


def _answer(body: Any) -> Answer:
    return Answer(status=200, headers={}, body=json.dumps(body).encode())


def _sent(body: dict[str, Any]) -> Any:
    return json.loads(Request(method="POST", path="/", body=body).json or b"")


def test_what_is_not_given_is_not_sent_and_none_is_null() -> None:
    assert _sent({"a": OMIT, "b": None, "c": [], "d": False}) == {"b": None, "c": [], "d": False}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=18))
def test_an_amount_is_sent_as_text_digit_for_digit(amount: Decimal) -> None:
    (sent,) = _sent({"amount": amount}).values()

    assert isinstance(sent, str)
    assert Decimal(sent) == amount
    assert "E" not in sent


def test_an_amount_without_a_fraction_is_not_written_with_an_exponent() -> None:
    assert _sent({"amount": Decimal("1E+3")}) == {"amount": "1000"}


def test_times_and_days_are_written_as_the_api_reads_them() -> None:
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)

    assert _sent({"at": at, "day": date(2026, 1, 5)}) == {
        "at": "2026-01-05T09:00:00+00:00", "day": "2026-01-05"
    }  # fmt: skip


def test_an_object_is_sent_without_what_was_not_given() -> None:
    entry = NewLedgerEntry(
        amount=Amount(amount="100", currency="EUR", precision=2),
        direction="credit",
        date=date(2026, 1, 5),
        description=None,
    )

    assert wire([entry]) == [
        {
            "amount": {"amount": "100", "currency": "EUR", "precision": 2},
            "direction": "credit",
            "date": "2026-01-05",
            "description": None,
        }
    ]


def test_an_object_is_sent_and_read_in_the_names_of_the_api() -> None:
    comment = one_of(Comment, _answer({**_COMMENT, "exceptionId": "e"}))

    assert comment.exception_id == "e"
    assert wire(comment)["exceptionId"] == "e"
    assert wire(comment.model_copy()) == wire(comment)


async def test_a_query_repeats_a_list_and_leaves_out_none(door: Door) -> None:
    page = {"items": [], "limit": 50, "hasMore": False, "nextCursor": None}
    told = Wire(replies=[reply(200, page)])

    await door.ask(
        told,
        lambda c: c.reconlayer.cases.list(
            verdict=["matched", "delayed"], from_=datetime(2026, 1, 5, tzinfo=UTC)
        ),
    )

    assert told.asked[0].url.params.multi_items() == [
        ("from", "2026-01-05T00:00:00+00:00"), ("verdict", "matched"), ("verdict", "delayed")
    ]  # fmt: skip


def test_a_number_with_a_fraction_is_read_exactly() -> None:
    written = "0.12345678901234567890123456789"
    body = f'{{"name": "", "rules": {{"tolerance_amount": {written}}}, "share": {written}}}'

    told = one_of(_Told, Answer(status=200, headers={}, body=body.encode()))

    assert told.share == Decimal(written)
    assert told.rules == {"tolerance_amount": Decimal(written)}
    assert wire(told)["rules"] == {"tolerance_amount": written}
