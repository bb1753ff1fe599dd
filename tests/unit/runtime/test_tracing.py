"""A caller's trace: read strictly, bound to what a request causes, no other's."""

import pytest
import structlog

from tieout_contracts.tracing import common, readable
from tieout_runtime.logs import bound_trace, traced

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "00-" + "0" * 32 + "-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01",
        "ff" + TRACE[2:],
        TRACE.upper(),
        TRACE + "\r\nx: y",
        TRACE + "\n",
    ],
)
def test_what_is_no_trace_is_left(value: str | None) -> None:
    assert readable(value) is None


def test_a_trace_is_kept_as_it_came() -> None:
    assert readable(TRACE) == TRACE


def test_it_is_bound_within_only_and_stands_in_log_lines() -> None:
    seen = []
    with traced(TRACE):
        seen.append(structlog.contextvars.merge_contextvars(None, "info", {}).get("traceparent"))
        with traced(None):
            seen.append(bound_trace())
            assert "traceparent" not in structlog.contextvars.merge_contextvars(None, "info", {})
        seen.append(bound_trace())
    seen.append(bound_trace())

    assert seen == [TRACE, None, TRACE, None]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([TRACE.encode()] * 3, TRACE),
        ([TRACE.encode(), OTHER.encode()], None),
        ([TRACE.encode(), None], None),
        ([None], None),
        ([], None),
        ([b"\xff"], None),
        ([b"nonsense", b"nonsense"], None),
    ],
)
def test_what_many_messages_cause_has_their_trace_if_it_is_that_of_each(
    headers: list[bytes | None], expected: str | None
) -> None:
    assert common(headers) == expected
