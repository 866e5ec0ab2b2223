"""Turns: how long it is waited, for whom, and that every wait can be left at once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ritui.errors import SourceLimit, SourceRefused, SourceUnreachable
from ritui.model.source import Source
from ritui.sources.answer import Limits
from ritui.sources.fetch import Door
from tests.sources.conftest import says, sent_on

Doors = Callable[..., Door]
SOURCE = Source("snrh", "csv")


@pytest.mark.parametrize(
    ("asked", "waits"),
    [("7", [7.0, 7.0]), ("Tue, 24 Nov 2026 12:00:30 GMT", [30.0, 30.0])]
    + [(word, [2.0, 4.0]) for word in ("", "-5", "0", "soon", "Tue, 24 Nov 2020 12:00:30 GMT")],
)
async def test_waits_as_asked_and_otherwise_longer_each_time(
    open_door: Doors, wire: Any, clock: Any, asked: str, waits: list[float]
) -> None:
    busy = says(b"Rate Limit Exceeded.", "429 Too Many Requests", Retry_After=asked)
    url = await wire.start(busy, busy, says(b"{}"))
    door = open_door(now=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert (await door.get(SOURCE, url)).body == b"{}"
    assert clock.waits == waits


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_gives_up_after_three_tries(
    open_door: Doors, wire: Any, clock: Any, status: int
) -> None:
    url = await wire.start(says(b"Down\nfor today", f"{status} No"))
    with pytest.raises(SourceRefused) as caught:
        await open_door(chance=lambda: 1.0).get(SOURCE, url)
    assert (caught.value.status, caught.value.reason) == (status, "the text “Down for today”")
    assert len(wire.requests) == 3
    assert clock.waits == [3.0, 6.0]


@pytest.mark.parametrize(
    ("wait", "again"), [("600", "12:10"), ("41872", "23:38"), ("9" * 400, "2027-11-25 12:00")]
)
async def test_a_long_wait_ends_the_source_and_the_host(
    open_door: Doors, wire: Any, clock: Any, wait: str, again: str
) -> None:
    url = await wire.start(says(status="429 Too Many Requests", Retry_After=wait))
    local = datetime(2026, 11, 24, 12).astimezone()
    door = open_door(now=lambda: local.astimezone(UTC))
    for _ in range(2):
        with pytest.raises(SourceLimit) as caught:
            await door.get(SOURCE, url)
        assert caught.value.again == again
    assert len(wire.requests) == 1
    assert clock.waits == []


async def test_spaces_requests_to_a_shared_service_only(
    open_door: Doors, wire: Any, clock: Any
) -> None:
    url = await wire.start(says(b"{}"))
    door = open_door()
    await asyncio.gather(*(door.get(SOURCE, url, spacing=6) for _ in range(3)))
    assert clock.waits == []
    named = url.replace("127.0.0.1", "127.1")
    await asyncio.gather(*(door.get(SOURCE, named, spacing=6) for _ in range(3)))
    assert clock.waits == [6.0, 6.0]


async def test_few_hosts_side_by_side_and_one_request_each(open_door: Doors, wire: Any) -> None:
    arrived, gate, two = 0, asyncio.Event(), asyncio.Event()

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == 2:
            two.set()
        await gate.wait()
        writer.write(says(b"{}"))

    url = await wire.start(hold)
    door = open_door(limits=Limits(hosts=2))
    hosts = ("127.0.0.1", "127.0.0.1", "127.1", "127.0.1")
    asked = [door.get(SOURCE, url.replace("127.0.0.1", host)) for host in hosts]
    tasks = [asyncio.create_task(each) for each in asked]
    await two.wait()
    for _ in range(50):
        await asyncio.sleep(0)
    assert arrived == 2
    gate.set()
    await asyncio.gather(*tasks)
    assert arrived == 4


WAIT = 50
"""Seconds of every wait below. One that is left ends long before, or the test has failed."""
PATIENT = Limits(connect=WAIT, silence=WAIT, page=WAIT, source=WAIT, dump=WAIT)


class Held:
    """A server that takes a request, answers with a beginning at most, and then waits."""

    def __init__(self, start: bytes = b"", *, drips: bool = False) -> None:
        self.taken, self.left = asyncio.Event(), asyncio.Event()
        self._start, self._drips = start, drips

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self._start)
        self.taken.set()
        try:
            while self._drips:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.001)
            await reader.read()
        except ConnectionError:
            pass
        self.left.set()


async def _leave(task: asyncio.Task[Any]) -> None:
    """Cancel a task that waits, and see that it does not wait on."""
    clock = asyncio.get_running_loop().time
    assert not task.done()
    started = clock()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock() - started < WAIT / 2


@pytest.mark.parametrize(
    "held",
    [
        Held,
        lambda: Held(b"HTTP/1.1 200 OK\r\nContent-Le"),
        lambda: Held(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", drips=True),
    ],
    ids=["silent", "half a head", "dripping"],
)
@pytest.mark.parametrize("saves", [False, True])
async def test_a_server_is_left_at_once_and_its_socket_closed(
    open_door: Doors, wire: Any, tmp_path: Path, held: Callable[[], Held], saves: bool
) -> None:
    door = open_door(limits=PATIENT, sleep=asyncio.sleep)
    server = held()
    url = await wire.start(server)
    with (tmp_path / "dump").open("w+b") as file:
        asked = door.save(SOURCE, url, file, 10**6) if saves else door.get(SOURCE, url)
        task = asyncio.ensure_future(asked)
        await server.taken.wait()
        await _leave(task)
    async with asyncio.timeout(WAIT):
        await server.left.wait()


async def test_a_turn_is_left_at_once_and_the_others_keep_theirs(
    open_door: Doors, wire: Any
) -> None:
    door, server = open_door(limits=PATIENT, sleep=asyncio.sleep), Held()
    url = await wire.start(server, says(b"third"))
    first, second, third = (asyncio.ensure_future(door.get(SOURCE, url)) for _ in range(3))
    await server.taken.wait()
    await _leave(second)
    await _leave(first)
    assert (await third).body == b"third"
    assert len(wire.requests) == 2


@pytest.mark.parametrize("pause", ["spacing", "as asked", "backoff"])
async def test_a_pause_is_left_at_once(open_door: Doors, wire: Any, pause: str) -> None:
    pausing = asyncio.Event()

    async def sleep(seconds: float) -> None:
        pausing.set()
        await asyncio.sleep(seconds)

    asks = {"as asked": says(status="503 Busy", Retry_After=str(WAIT)), "spacing": says(b"{}")}
    url = await wire.start(asks.get(pause, says(status="502 Bad")))
    door = open_door(sleep=sleep, chance=lambda: WAIT / 2.5)
    url = url.replace("127.0.0.1", "127.1")  # not this machine to the door: it is spaced
    if pause == "spacing":
        await door.get(SOURCE, url, spacing=WAIT)
    task = asyncio.ensure_future(door.get(SOURCE, url))
    async with asyncio.timeout(WAIT):
        await pausing.wait()
    await _leave(task)
    assert len(wire.requests) == 1


async def test_a_handshake_is_left_at_once(open_door: Doors, wire: Any) -> None:
    taken, left = asyncio.Event(), asyncio.Event()

    async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(5)
        taken.set()
        with contextlib.suppress(ConnectionError):
            await reader.read(-1)
        left.set()
        writer.close()

    server = await asyncio.start_server(hello, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        door = open_door(limits=PATIENT, sleep=asyncio.sleep)
        task = asyncio.ensure_future(door.get(SOURCE, f"https://127.0.0.1:{port}/"))
        await taken.wait()
        await _leave(task)
        async with asyncio.timeout(WAIT):
            await left.wait()


async def test_looking_up_a_name_is_left_at_once(open_door: Doors, wire: Any) -> None:
    looking = asyncio.Event()

    async def resolve(_: str) -> list[str]:
        looking.set()
        return await asyncio.sleep(WAIT, [])

    url = await wire.start(sent_on("http://elsewhere.example/"))
    door = open_door(limits=PATIENT, sleep=asyncio.sleep, resolve=resolve)
    task = asyncio.ensure_future(door.get(SOURCE, url))
    await looking.wait()
    await _leave(task)


async def test_looking_up_a_name_ends(open_door: Doors, wire: Any) -> None:
    async def resolve(_: str) -> list[str]:
        return await asyncio.sleep(WAIT, [])

    url = await wire.start(sent_on("http://elsewhere.example/"))
    with pytest.raises(SourceUnreachable, match=r"no address of elsewhere.example within 0\.01 s"):
        await open_door(limits=Limits(connect=0.01), resolve=resolve).get(SOURCE, url)


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port where no connection comes to be: nobody takes those that wait there already."""
    if sys.platform != "linux":
        pytest.skip("only Linux leaves a caller waiting where the queue is full")
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = int(listening.getsockname()[1])
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        yield port


def _calling(port: int) -> int:
    """How many connections to a port are being asked for: state 02 is SYN_SENT."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[2].endswith(f":{port:04X}") and line[3] == "02" for line in lines)


async def test_connecting_is_left_at_once_and_its_socket_closed(
    open_door: Doors, deaf: int
) -> None:
    before = _calling(deaf)
    door = open_door(limits=PATIENT, sleep=asyncio.sleep)
    task = asyncio.ensure_future(door.get(SOURCE, f"http://127.0.0.1:{deaf}/"))
    async with asyncio.timeout(WAIT):
        for _ in iter(lambda: _calling(deaf) > before, True):
            await asyncio.sleep(0)
    await _leave(task)
    async with asyncio.timeout(WAIT):
        for _ in iter(lambda: _calling(deaf) > before, False):
            await asyncio.sleep(0)


async def test_connecting_ends(open_door: Doors, deaf: int) -> None:
    door = open_door(limits=Limits(connect=0.01, tries=1))
    with pytest.raises(SourceUnreachable, match=r"no connection within 0\.01 s"):
        await door.get(SOURCE, f"http://127.0.0.1:{deaf}/")
