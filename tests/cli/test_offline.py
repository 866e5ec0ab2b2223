"""Reading needs no network: with a socket that cannot be made, everything is still there."""

from __future__ import annotations

import json
import sys

import pytest

from tests.conftest import Program

NO_SOCKETS = """
import socket
class Refused(socket.socket):
    def __init__(self, *_, **__):
        raise AssertionError("a socket was made")
socket.socket = Refused
socket.create_connection = Refused
socket.getaddrinfo = lambda *_, **__: Refused()
from ritui.__main__ import main
main()
"""


@pytest.mark.parametrize("before", [["--offline"], []])
@pytest.mark.parametrize(
    "command", [["list"], ["show", "risc2"], ["facets"], ["timeline"], ["export"], ["sources"]]
)
def test_reading_makes_no_socket(ritui: Program, before: list[str], command: list[str]) -> None:
    done = ritui(*before, *command, command=[sys.executable, "-c", NO_SOCKETS])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_offline_sync_makes_no_socket(ritui: Program) -> None:
    # The event loop has a pair of sockets of its own; they lead nowhere.
    spy = NO_SOCKETS.replace("socket.socket = Refused\n", "")
    done = ritui("sync", "ror-celac", "--offline", "--json", command=[sys.executable, "-c", spy])
    assert done.returncode == 3
    assert json.loads(done.stdout)["sources"][0]["state"] == "failed"
    assert "a socket was made" not in done.stderr
