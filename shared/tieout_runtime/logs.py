"""Structured logs: one JSON object a line on standard output, and the trace they belong to.

The caller's trace is bound to the context as the request's id is: log lines, calls of other
services and the events that are written meanwhile take it from there, unchanged (no spans are
made here).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from tieout_contracts.tracing import TRACEPARENT


def configure_logs(*, service: str, level: str) -> None:
    """Send structlog and the standard library's loggers to one JSON line format."""
    chain: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("aiokafka", "httpx2", "httpcore2"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def bind_trace(traceparent: str | None) -> None:
    """Let all that follows in this context belong to this trace, or to none."""
    if traceparent is None:
        structlog.contextvars.unbind_contextvars(TRACEPARENT)
    else:
        structlog.contextvars.bind_contextvars(**{TRACEPARENT: traceparent})


def bound_trace() -> str | None:
    """Return the trace that this belongs to."""
    found: str | None = structlog.contextvars.get_contextvars().get(TRACEPARENT)
    return found


@contextmanager
def traced(traceparent: str | None) -> Iterator[None]:
    """Let what is done within belong to this trace, or to none."""
    before = bound_trace()
    bind_trace(traceparent)
    try:
        yield
    finally:
        bind_trace(before)
