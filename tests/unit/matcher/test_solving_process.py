"""The process that solves lives no longer than its service, however that ends."""

import os
import subprocess
import sys
import time

from tieout_local.processes import identify

SERVICE = """
import asyncio, os, sys
from tieout_matcher.solving import Solving

async def main():
    solving = Solving()
    print(await solving(os.getpid), flush=True)
    await asyncio.to_thread(sys.stdin.read)

if __name__ == "__main__":
    asyncio.run(main())
"""
PATIENCE_S = 10.0


def test_it_ends_when_the_service_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ,
    ) as service:
        assert service.stdout is not None
        solver = identify(int(service.stdout.readline()))
        alive = solver.is_alive()

        service.kill()
        deadline = time.monotonic() + PATIENCE_S
        while solver.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)

    assert (alive, solver.is_alive()) == (True, False)
