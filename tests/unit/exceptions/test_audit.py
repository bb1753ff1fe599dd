"""The audit chain shows whatever was done to it."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.audit_events import AuditNoted
from tieout_exceptions.domain.audit import End, Sealed, follow, sealed


def noted(number: int, **changes: object) -> AuditNoted:
    told = AuditNoted(
        organization_id=7,
        id=f"matcher:{number}",
        at=datetime(2026, 11, 6, tzinfo=UTC),
        service="matcher",
        account_id=3,
        action="PATCH /internal/rules/31",
        status=200,
        before=msgspec.Raw(b'{"version":1}'),
        after=msgspec.Raw(b'{"version":2}'),
    )
    return msgspec.structs.replace(told, **changes)


def chain(length: int) -> list[Sealed]:
    return sealed(End(), [noted(number) for number in range(length)])


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_chain_continues_where_it_ended(first: int, more: int) -> None:
    made = chain(first)
    end = End(seq=first, hash=made[-1].hash if made else End().hash)
    made += sealed(end, [noted(first + number) for number in range(more)])

    assert made == chain(first + more)
    assert follow(End(), made) == (
        End(seq=len(made), hash=made[-1].hash if made else End().hash),
        None,
    )


@given(st.integers(2, 9), st.data())
@pytest.mark.parametrize("done", ["content", "hash", "left out", "swapped", "put in", "numbered"])
def test_what_was_done_to_it_is_seen_at_its_place(
    done: str, length: int, data: st.DataObject
) -> None:
    made = chain(length)
    place = data.draw(st.integers(0, length - 2))
    one = made[place]
    match done:
        case "content":
            made[place] = replace(one, content=one.content.replace(b"matcher", b"Matcher"))
        case "hash":
            made[place] = replace(one, hash=one.hash[:-1] + bytes([one.hash[-1] ^ 1]))
        case "left out":
            del made[place]
        case "swapped":
            made[place], made[place + 1] = made[place + 1], one
        case "put in":
            made.insert(place, sealed(End(), [noted(99)])[0])
        case "numbered":
            made[place] = replace(one, seq=one.seq + 1)

    _, wrong = follow(End(), made)

    assert wrong in (place + 1, place + 2)


def test_an_entry_is_what_was_told_and_its_number() -> None:
    (first,) = chain(1)

    assert msgspec.json.decode(first.content) == {
        "seq": 1,
        "type": "audit.noted",
        "organization_id": 7,
        "id": "matcher:0",
        "at": "2026-11-06T00:00:00Z",
        "service": "matcher",
        "account_id": 3,
        "action": "PATCH /internal/rules/31",
        "status": 200,
        "before": {"version": 1},
        "after": {"version": 2},
    }
