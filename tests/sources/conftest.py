"""Loopback servers that replay real answers, and a door whose waits cost no time."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from ritui.sources.fetch import Door
from tests.sources.serving import ended, noted


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.seconds += seconds
        await asyncio.sleep(0)

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The client behind the door: the one that is used, and its successor under its name."""
    name = str(request.param)
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed; it comes with the extra `test`")
    monkeypatch.setitem(sys.modules, "httpx", importlib.import_module(name))
    return name


@pytest.fixture
async def open_door(clock: Clock, library: str) -> AsyncIterator[Callable[..., Door]]:
    """Doors with the test's clock and without proxies; closed at the end."""
    doors: list[Door] = []

    def make(**settings: Any) -> Door:
        given: dict[str, Any] = {
            "sleep": clock.sleep, "clock": clock, "chance": lambda: 0.5, "trust_env": False,
        }  # fmt: skip
        doors.append(Door(**(given | settings)))
        return doors[-1]

    yield make
    for door in doors:
        await door.__aexit__()


Behaviour = bytes | Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Wire:
    """A server on loopback that gives its answers one after the other, the last for ever."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.answers: list[Behaviour] = []
        self.url = ""
        self._servers: list[asyncio.Server] = []
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self, *answers: Behaviour, tls: ssl.SSLContext | None = None) -> str:
        self.answers = list(answers)
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self._servers.append(server)
        port = server.sockets[0].getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        return self.url

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
            await server.wait_closed()
        await ended(self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        noted(self._serving)
        try:
            self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the reader had enough
        finally:
            writer.close()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    await wire.stop()


def says(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer, as it goes over the wire."""
    named = {"Content-Length": str(len(body))} | {
        key.replace("_", "-"): value for key, value in headers.items()
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in named.items())
    return f"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n".encode() + body


def sent_on(to: str, status: str = "302 Found") -> bytes:
    """An answer that sends on to another address."""
    return says(status=status, Location=to)


def header(request: str, name: str) -> str | None:
    """A header of a request; None where it has none."""
    lines = (line.partition(": ") for line in request.splitlines())
    return next((value for key, _, value in lines if key.lower() == name.lower()), None)
