"""A server that says something else in the place of a good answer, and what that can be."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from tests import bundles
from tests.sources.rows import Good, Row
from tests.sources.serving import ended, noted


@dataclass(frozen=True, slots=True)
class Asked:
    """What a wrong answer is made of."""

    good: Good
    first: Good
    """The good answer to the first request for the same path."""
    stage: Stage
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


Act = Callable[[Asked], Awaitable[None]]


class Stage:
    """A server on loopback that gives a row's good answers, or what is wrong at its place."""

    def __init__(self, row: Row, wrong: Act | None = None) -> None:
        self.row, self.wrong = row, wrong
        self.base = ""
        """The address by which the source knows it."""
        self.elsewhere = ""
        """The address of another server, which nobody should be sent to."""
        self.requests: list[str] = []
        self._first: dict[str, Good] = {}
        self.serving: set[asyncio.Task[None]] = set()
        """The answers that go on."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which is one request."""
        noted(self.serving)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            asked = urlsplit(head.split()[1])
            good = self.row.site(asked.path, dict(parse_qsl(asked.query)), self.base)
            if good is None:
                writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
            elif self.wrong and asked.path.startswith(self.row.at):
                first = self._first.setdefault(asked.path, good)
                await self.wrong(Asked(good, first, self, reader, writer))
            else:
                writer.write(said(good))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked had enough
        finally:
            writer.close()


@asynccontextmanager
async def staged(
    stage: Stage, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Stage]:
    """The server while it listens, under a name for this machine."""
    server = await asyncio.start_server(stage.serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    stage.base = f"{'https' if tls else 'http'}://{host}:{port}"
    try:
        yield stage
    finally:
        server.close()
        await server.wait_closed()
        await ended(stage.serving)


def said(good: Good, length: int | None = None, **headers: str) -> bytes:
    """A whole answer, as it goes over the wire."""
    named = {
        "Content-Type": good.media,
        **good.headers,
        "Content-Length": str(len(good.body) if length is None else length),
        "Connection": "close",
        **{key.replace("_", "-"): value for key, value in headers.items()},
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in named.items())
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + good.body


def instead(make: Callable[[Good, Row], bytes], media: str = "", **headers: str) -> Act:
    """An act that says another body."""

    async def act(asked: Asked) -> None:
        body = make(asked.good, asked.stage.row)
        other = Good(body, media or asked.good.media, asked.good.headers)
        asked.writer.write(said(other, None, **headers))

    return act


def sent_to(place: str) -> Act:
    """An act that sends on to another address."""

    async def act(asked: Asked) -> None:
        to = place.format(elsewhere=asked.stage.elsewhere)
        head = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n"
        asked.writer.write(f"{head}Connection: close\r\n\r\n".encode())

    return act


async def cut(asked: Asked) -> None:
    """The connection ends in the middle of the body."""
    body = asked.good.body
    half = Good(body[: len(body) // 2], asked.good.media, asked.good.headers)
    asked.writer.write(said(half, len(body)))


async def again(asked: Asked) -> None:
    """Whichever page is asked for, it is the first."""
    asked.writer.write(said(asked.first))


def later(act: Act) -> Act:
    """An act for every page but the first."""

    async def whole(asked: Asked) -> None:
        if asked.good is asked.first:
            await again(asked)
        else:
            await act(asked)

    return whole


async def silence(asked: Asked) -> None:
    """Nothing ever comes."""
    await asked.reader.read()


async def drip(asked: Asked) -> None:
    """The body comes a byte at a time, and has no end."""
    asked.writer.write(said(Good(b"", asked.good.media), 10**9))
    await _drip(asked, b" ")


async def drip_head(asked: Asked) -> None:
    """The header comes a byte at a time, and has no end."""
    asked.writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    await _drip(asked, b"x")


async def _drip(asked: Asked, byte: bytes) -> None:
    while not asked.writer.is_closing():
        asked.writer.write(byte)
        await asked.writer.drain()
        await asyncio.sleep(0.01)


def packed(opening: bytes, filler: bytes, size: int) -> bytes:
    """Gzip data of a beginning, and then of one byte over and over; it has two members."""
    return gzip.compress(opening) + _endless(filler, size)


@cache
def _endless(filler: bytes, size: int) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    mebibyte = filler * 2**20
    return b"".join(squeeze.compress(mebibyte) for _ in range(size >> 20)) + squeeze.flush()


SHAPES: Final = {
    "json": b'{"colour": "blue", "sizes": {"a": 1}}',
    "xml": b"<colours><blue/></colours>",
    "html": b"<!doctype html><title>Colours</title><p>Blue</p>",
    "text": b"colour = 1\n",
}
"""What is well formed, and nothing that any kind is looking for."""


def misshapen(_: Good, row: Row) -> bytes:
    """Another thing in the right form."""
    if row.form == "zip":
        return bundles.zipped(("colours.txt", b"blue"))
    return SHAPES[row.form]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that can be wrong with an answer, of any kind."""

    name: str
    act: Act
    words: str = ""
    """Part of the sentence that says so, where a kind has no words of its own for it."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """Of the door."""
    tls: str = ""
    """``known`` for a certificate that is trusted, ``strange`` for one that is not."""
    host: str = "127.0.0.1"
    """By which the source knows the server."""
    forms: tuple[str, ...] = (*SHAPES, "zip")
    paged: bool = False
    """Whether it can only go wrong where there are pages."""
    is_bomb: bool = False
    is_slow: bool = False
    """Whether it takes the time of a limit to notice."""


PUBLIC: Final = "127.1"
"""This machine by a name that the tests' resolver takes for one of the public web."""
SMALL: Final = 2**20
"""Bytes that an answer may have, where it is a bomb."""


def _bomb(good: Good, _: Row) -> bytes:
    return packed(good.body, b" ", 8 * SMALL)


def _bomb_in_bomb(good: Good, row: Row) -> bytes:
    return gzip.compress(_bomb(good, row))


_CROWDS: Final = {
    "csv": b"name,city\n" + b"a,b,c\n" * 200_001,
    "jsonl": b"1\n" * 200_001,
    "toml": b"[[a]]\n" * 2_000_001,
}


def _crowd(_: Good, row: Row) -> bytes:
    """A short answer that is much when it is parsed."""
    return _CROWDS.get(row.kind, b"[" + b"{}," * 2_000_000 + b"{}]")


_SOON: Final = {"silence": 9.0, "page": 2.0, "dump": 2.0, "size": 2**30}
"""The size, too, since all of a source is given more time than one of many answers."""
WRONGS: Final = (
    Wrong(
        "html",
        instead(lambda *_: b"<!doctype html><title>Just a moment...</title>", "text/html"),
        "an HTML page titled “Just a moment...”",
    ),
    Wrong("cut", cut, "did not answer: .*closed connection"),
    Wrong(
        "cut-gzip",
        instead(lambda good, _: gzip.compress(good.body)[:-40], Content_Encoding="gzip"),
        "did not answer: the answer stopped in the middle",
    ),
    Wrong("half", instead(lambda good, _: good.body[: len(good.body) // 2])),
    Wrong(
        "utf-16",
        instead(lambda good, _: good.body.decode().encode("utf-16")),
        "in UTF-16 where .* was due",
        forms=tuple(SHAPES),
    ),
    Wrong(
        "latin-1",
        instead(lambda good, _: good.body.decode().encode("latin-1", "replace")),
        "not UTF-8, at byte",
        forms=tuple(SHAPES),
    ),
    Wrong("empty", instead(lambda *_: b""), "an empty answer"),
    Wrong("shape", instead(misshapen)),
    Wrong("repeats", again, "page 2 has no new record", paged=True),
    Wrong("to-file", sent_to("file:///etc/passwd"), "“file:///etc/passwd”, which is no web addr"),
    Wrong("to-inside", sent_to("{elsewhere}/x"), "sent on to 127.0.0.1, which is not a public",
          host=PUBLIC),
    Wrong("to-private", sent_to("http://10.0.0.1/"), "sent on to 10.0.0.1, which is not a public",
          host=PUBLIC),
    Wrong("to-http", sent_to("{elsewhere}/x"), "sent on from https to http", tls="known"),
    Wrong("strange", again, "did not answer: .*CERTIFICATE_VERIFY_FAILED", tls="strange"),
    Wrong("bomb", instead(_bomb, Content_Encoding="gzip"), "more than 1,048,576 bytes",
          {"size": SMALL}, is_bomb=True),
    Wrong("bomb-twice", instead(_bomb_in_bomb, Content_Encoding="gzip, gzip"),
          "encoded as “gzip, gzip”, which was not asked for", {"size": SMALL}, is_bomb=True),
    Wrong("bomb-in-bomb", instead(_bomb_in_bomb, Content_Encoding="gzip"), "compressed data",
          {"size": SMALL}, is_bomb=True),
    Wrong("crowd", instead(_crowd), "more than 2,000,000 lists and tables in it",
          forms=("json", "text")),
    Wrong("drip", drip, "did not answer: not (complete|done) after", _SOON, is_slow=True),
    Wrong("drip-head", drip_head, "did not answer: not (complete|done) after", _SOON,
          is_slow=True),
    Wrong("never", silence, "did not answer: no answer within 2 s",
          {**_SOON, "silence": 2.0, "page": 3.0, "dump": 3.0}, is_slow=True),
)  # fmt: skip
"""All that is tried with every kind."""
