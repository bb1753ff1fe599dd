import os
import socket
import subprocess
import sys

from tieout_local.ports import LOOPBACK, free_port, group_listens

LISTEN = f"""
import socket, sys
with socket.create_server(("{LOOPBACK}", int(sys.argv[1]))):
    print("listening", flush=True)
    input()
"""


def test_a_free_port_can_be_bound() -> None:
    with socket.create_server((LOOPBACK, free_port())) as server:
        assert server.getsockname()[0] == LOOPBACK


def test_a_port_belongs_to_the_group_whose_process_listens() -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", LISTEN, str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()

        ours = group_listens(child.pid, port)
        foreign = group_listens(os.getpgid(0), port)
        child.communicate(b"\n")

    assert ours
    assert not foreign


def test_nobody_listens_on_a_free_port() -> None:
    assert not group_listens(os.getpgid(0), free_port())
