"""A service starts without the garbage collector, serves with it, and its main module is light."""

import subprocess
import sys

import pytest

from tieout_runtime.settings import SERVICES

SERVING = """
import asyncio, contextlib, gc, os, signal
from fastapi import FastAPI
from tieout_runtime.run import serve

@contextlib.asynccontextmanager
async def lifespan(app):
    def look():
        print('collecting:', gc.isenabled(), flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

    asyncio.get_running_loop().call_later(0.2, look)
    yield

gc.disable()
serve(FastAPI(lifespan=lifespan), host="127.0.0.1", port=0)
"""
IMPORTED = "import sys, tieout_{0}.__main__; print('fastapi' in sys.modules)"


def printed(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def test_what_serves_collects_garbage_again() -> None:
    assert "collecting: True" in printed(SERVING).splitlines()


@pytest.mark.parametrize("service", SERVICES)
def test_a_child_process_that_imports_the_main_module_imports_nothing_that_serves(
    service: str,
) -> None:
    assert printed(IMPORTED.format(service)) == "False"
