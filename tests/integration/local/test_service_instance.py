import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieout_local.children import ChildFailedError
from tieout_local.ports import LOOPBACK, free_port
from tieout_local.service import ServiceAddress, ServiceInstance

SERVICE = """
import http.server, os

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", int(os.environ["SAMPLE_PORT"])), Ready).serve_forever()
"""
SLOW_TO_FAIL = "import time; time.sleep(3); raise SystemExit(1)"


class AlwaysReady(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def foreign_port() -> Iterator[int]:
    """Give a port on which somebody else answers 200 to everything."""
    with http.server.ThreadingHTTPServer((LOOPBACK, 0), AlwaysReady) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def instance(folder: Path, program: str, port: int) -> ServiceInstance:
    package = folder / "tieout_sample"
    package.mkdir()
    (package / "__main__.py").write_text(program, "utf-8")
    return ServiceInstance(
        address=ServiceAddress(service="sample", name="sample-1", port=port),
        environment={**os.environ, "PYTHONPATH": str(folder), "SAMPLE_PORT": str(port)},
        log_path=folder / "sample.log",
        register=None,
        python=sys.executable,
    )


def test_an_answer_from_somebody_else_is_not_readiness(tmp_path: Path, foreign_port: int) -> None:
    service = instance(tmp_path, SLOW_TO_FAIL, foreign_port)

    with pytest.raises(ChildFailedError, match="sample-1 ended with code 1"):
        service.start()

    assert service.status_of("/readyz") == http.HTTPStatus.OK  # the foreign one, all along


def test_it_keeps_its_address_over_a_crash_and_a_restart(tmp_path: Path) -> None:
    service = instance(tmp_path, SERVICE, free_port())
    service.start()
    address, first = service.url, service.running.identity

    service.kill()
    answered_when_dead = service.status_of("/readyz")
    service.start()

    assert answered_when_dead is None
    assert service.is_ready()
    assert (service.url, service.running.identity == first) == (address, False)
    assert service.stop() != 0  # this sample knows no orderly end
    assert not service.running.is_alive()
