"""The one bridge from this package's plain code to the async drivers it asks for readiness."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def run_to_end(work: Coroutine[None, None, Answer]) -> Answer:
    """Run a coroutine to its end in a thread of its own: the caller may be inside a loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()
