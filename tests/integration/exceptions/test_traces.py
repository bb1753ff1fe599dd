"""Whose trace events of exceptions carry: the request's, or that of the outcomes behind them."""

from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import force, one_late
from tieout_runtime.outbox import published
from unit.exceptions.outcome_log import a_delivery

ONE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


async def traces(rig: Rig) -> list[bytes | None]:
    """Read the traces of all events of breaks, in order."""
    rows = await rig.worker.fetch(
        "SELECT payload FROM outbox WHERE topic = 'exceptions.v1' ORDER BY id"
    )
    told = [dict(headers) for row in rows for headers, _ in published(row["payload"])]
    return [one.get("traceparent") for one in told if one["ce_type"] == b"break.changed"]


async def test_what_outcomes_of_one_trace_cause_carries_it(rig: Rig) -> None:
    for record_id in (1, 2, 3, 4):
        rig.log.arrive(record_id)
    await rig.deliver()
    for record_id in (1, 2, 3, 4):
        rig.log.overdue(record_id)
    late = rig.log.outcomes[-4:]

    await rig.take([a_delivery(late[0], traceparent=ONE.encode())])
    await rig.take([a_delivery(late[1], traceparent=b"nonsense")])
    await rig.take(
        [
            a_delivery(late[2], traceparent=ONE.encode()),
            a_delivery(late[3], traceparent=OTHER.encode()),
        ]
    )

    assert await traces(rig) == [ONE.encode(), None, None, None]


async def test_what_a_command_causes_carries_its_trace(rig: Rig) -> None:
    break_id = await one_late(rig)

    rig.http.headers["traceparent"] = ONE
    answer = await force(rig, break_id)

    assert answer.status_code == 200
    assert await traces(rig) == [None, ONE.encode(), ONE.encode()]
