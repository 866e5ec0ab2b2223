"""What keeps tests from real services does: without it, any of these would go out."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pytest_httpserver import HTTPServer

from ritui.config import read
from ritui.errors import SourceUnreachable
from ritui.model.source import Source
from ritui.paths import Paths
from ritui.resources import asset
from ritui.sources.answer import Limits
from ritui.sources.fetch import Door
from tests.loopback import settle


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
def test_no_other_machine_is_reached(host: str, strangers: list[str]) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as used:
        used.settimeout(1)
        with pytest.raises(ConnectionRefusedError, match="in tests"):
            used.connect((host, 9))
        assert used.connect_ex((host, 9))
    assert strangers == [f"connected to {host}"] * 2
    strangers.clear()


async def test_no_other_machine_is_looked_for(strangers: list[str]) -> None:
    with pytest.raises(socket.gaierror):
        await asyncio.open_connection("api.ror.org", 443)
    async with Door(limits=Limits(tries=1), trust_env=False) as door:
        with pytest.raises(SourceUnreachable):
            await door.get(Source("far", "feed"), "https://api.ror.org/")
    assert set(strangers) == {"looked for api.ror.org"}
    strangers.clear()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1"])
def test_this_machine_is_reached(host: str, httpserver: HTTPServer, strangers: list[str]) -> None:
    socket.create_connection((host, httpserver.port), timeout=10).close()
    assert not strangers


def test_settled_nobody_is_asked(home: Paths) -> None:
    read_again = read(settle(home, 'lang = "es"\n'), asset("directory", "sources.toml"))
    assert read_again.lang == "es"
    assert not read_again.problems
    assert not [source.id for source in read_again.sources if source.enabled]
