"""Ingest's routes, made once for all tests of a process: making them costs more than most tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from fastapi import FastAPI

from tieout_ingest.app import ROUTERS
from tieout_ingest.routes.context import Context
from tieout_runtime.problems import install_problems


@dataclass(kw_only=True)
class Lent:
    """In place of a context: what the routes ask it for is that of the test which has them now."""

    context: Context | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)


@dataclass(frozen=True, kw_only=True)
class Routes:
    """An application and the context that its routes are given."""

    lent: Lent = field(default_factory=Lent)
    app: FastAPI = field(default_factory=FastAPI)

    def __post_init__(self) -> None:
        install_problems(self.app)
        for make in ROUTERS:
            self.app.include_router(make(cast("Context", self.lent)))


@cache
def _idle() -> list[Routes]:
    return []


@contextmanager
def routes_of(context: Context) -> Iterator[FastAPI]:
    """Lend an application that nobody else has until the end of the block."""
    routes = _idle().pop() if _idle() else Routes()
    routes.lent.context = context
    try:
        yield routes.app
    finally:
        routes.lent.context = None
        _idle().append(routes)
