"""Links: which a record has, how they are looked at, and what is said of each."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.config import Config
from ritui.errors import Offline, SourceLimit, SourceUnreachable
from ritui.i18n import Messages
from ritui.model.link import Link, Look
from ritui.model.source import Source
from ritui.services.apart import Apart
from ritui.services.library import open_library
from ritui.services.linkcheck import Outcome, Progress, check
from ritui.services.links import archived, is_older, links_in, look_words
from ritui.sources.answer import Limits
from ritui.sources.fetch import Door
from tests.conftest import Program

NOW = datetime(2026, 5, 1, tzinfo=UTC)
TIMES: dict[str, Any] = {"connect": 0.4, "silence": 0.4, "page": 5, "tries": 1}
HERE = {"mine": "127.0.0.1"}


class Pages:
    """A book in memory."""

    def __init__(self) -> None:
        self.kept: list[Look] = []

    def keep(self, look: Look) -> Look:
        self.kept.append(look)
        return look


def link(url: str, source: str = "mine") -> Link:
    return Link("lab", "Lab", "website", url, (source,))


async def checked(
    *urls: str, source: str = "mine", homes: dict[str, str] = HERE, **settings: Any
) -> Outcome:
    given: dict[str, Any] = {"trust_env": False, "limits": Limits(**TIMES), **settings}
    links = [link(url, source) for url in urls]
    async with Door(**given) as door:
        return await check(Pages(), links, door, homes=homes, now=lambda: NOW)


def found(outcome: Outcome, url: str) -> tuple[str, str, str]:
    look = outcome.looks[url]
    return look.state, look.code, look.moved


@pytest.fixture
def site(httpserver: HTTPServer) -> Callable[..., str]:
    """Says what a page of a site answers; gives its address."""
    httpserver.clear()

    def page(path: str, status: int = 200, to: str = "", head: int = 0, **headers: str) -> str:
        def answer(request: Request) -> Response:
            given = headers | ({"Location": to} if to else {})
            code = head if head and request.method == "HEAD" else status
            return Response("x" * 200_000, code, given)

        httpserver.expect_request(path).respond_with_handler(answer)
        return f"http://127.0.0.1:{httpserver.port}{path}"

    return page


def asked(server: HTTPServer) -> list[str]:
    return [f"{request.method} {request.path}" for request, _ in server.log]


async def test_what_answers_say(site: Callable[..., str], httpserver: HTTPServer) -> None:
    new, for_now = site("/new"), site("/for-now")
    between = site("/between", 302, for_now)
    expected = {
        site("/fine"): ("ok", "200", ""),
        site("/moved", 301, site("/on", 308, new)): ("moved", "200", new),
        site("/elsewhere", 302, for_now): ("ok", "200", ""),
        site("/half", 301, between): ("moved", "200", between),
        site("/gone", 404): ("dead", "404", ""),
        site("/removed", 410): ("dead", "410", ""),
        site("/moved-and-gone", 301, site("/nowhere", 404)): ("dead", "404", ""),
        site("/no-head", 200, head=405): ("ok", "200", ""),
        site("/liar", 200, head=404): ("ok", "200", ""),
        site("/private-page", 403): ("unsure", "403", ""),
        site("/broken", 500): ("unsure", "500", ""),
        site("/busy", 429): ("unsure", "429", ""),
        site("/round", 302, "/round"): ("unsure", "redirect", ""),
        site("/to-a-file", 302, "file:///etc/passwd"): ("unsure", "redirect", ""),
    }
    httpserver.clear_log()
    outcome = await checked(*expected)
    assert {url: found(outcome, url) for url in expected} == expected
    assert outcome.failed == {}
    told = asked(httpserver)
    # Only what is not well received is asked in another way, and only once.
    assert [word for word in told if word.endswith(("/fine", "/busy"))] == [
        "HEAD /fine", "HEAD /busy",
    ]  # fmt: skip
    for path in ("/no-head", "/gone", "/broken"):
        assert [word for word in told if word.endswith(path)] == [f"HEAD {path}", f"GET {path}"]


async def test_a_host_that_asks_to_be_left_alone_is(
    site: Callable[..., str], httpserver: HTTPServer
) -> None:
    url = site("/busy", 429, **{"Retry-After": "3600"})
    others = [site(f"/{number}") for number in range(10)]
    outcome = await checked(url, *others)
    assert found(outcome, url) == ("unsure", "429", "")
    assert {*outcome.failed} == {*others}
    assert all(isinstance(error, SourceLimit) for error in outcome.failed.values())
    assert asked(httpserver) == ["HEAD /busy"]


@asynccontextmanager
async def serving(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    tasks: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await answer(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()
    if tasks:
        await asyncio.wait(tasks)


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = await reader.readuntil(b"\r\n\r\n")
    if request.startswith(b"GET"):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")


async def test_those_that_do_not_answer() -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        async with serving(hang) as hanging, serving(hang_up) as headless:
            outcome = await checked(hanging, headless, refusing)
    assert found(outcome, hanging) == ("unsure", "timeout", "")
    assert found(outcome, headless) == ("ok", "200", "")
    assert found(outcome, refusing) == ("dead", "refused", "")


@pytest.fixture
def stranger(tmp_path: Path) -> ssl.SSLContext:
    """The certificate of nobody whom anybody trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate with")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext"
    names = ["subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


async def test_a_certificate_that_nobody_knows(stranger: ssl.SSLContext) -> None:
    async with serving(hang, stranger) as unknown:
        outcome = await checked(unknown)
    assert found(outcome, unknown) == ("dead", "certificate", "")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the system says of names that it does not know."""
    unknown: dict[str, int] = {}
    look_up = socket.getaddrinfo

    def guarded(host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in unknown:
            raise socket.gaierror(unknown[name], "not known")
        return look_up(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)
    return unknown


@pytest.mark.parametrize("is_online", [True, False])
async def test_a_name_is_gone_only_where_there_is_a_network(
    names: dict[str, int], site: Callable[..., str], is_online: bool
) -> None:
    names |= {"gone.invalid": socket.EAI_NONAME, "later.invalid": socket.EAI_AGAIN}
    gone, later, here = "https://gone.invalid/", "https://later.invalid/", site("/fine")

    async def resolve(host: str) -> Sequence[str]:
        if is_online and host == "known.example":
            return ["192.0.2.1"]
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    homes = {**HERE, "other": "known.example"}
    outcome = await checked(gone, later, here, homes=homes, resolve=resolve)
    # That this machine itself answers proves nothing.
    assert found(outcome, here)[0] == "ok"
    assert isinstance(outcome.failed[later], SourceUnreachable)
    if is_online:
        assert found(outcome, gone) == ("dead", "dns", "")
    else:
        assert {*outcome.failed} == {gone, later}


async def test_without_a_network_it_gives_up_and_says_nothing_of_any(names: dict[str, int]) -> None:
    names |= {f"lab-{number}.invalid": socket.EAI_AGAIN for number in range(40)}
    outcome = await checked(*(f"https://{name}/" for name in names))
    assert outcome.looks == {}
    assert len(outcome.failed) == 40
    assert len({str(error) for error in outcome.failed.values()}) < 20


async def test_what_is_not_public_is_not_asked(
    site: Callable[..., str], httpserver: HTTPServer
) -> None:
    url, near = site("/fine"), site("/router", 302, "http://10.0.0.1/admin")
    httpserver.clear_log()
    stranger = await checked(url, "http://[::1]:9/", "http://192.168.0.1/", source="bundled")
    assert {look.code for look in stranger.looks.values()} == {"private"}
    assert asked(httpserver) == []
    # A source of this machine may speak of this machine, and of no other that is not public.
    own = await checked(near, "http://192.168.0.1/")
    assert found(own, near) == ("unsure", "private", "")
    assert found(own, "http://192.168.0.1/")[1] == "private"


async def test_offline_no_socket_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was made")

    urls = [f"https://lab-{number}.invalid/" for number in range(3)]
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    outcome = await checked(*urls, offline=True)
    assert {*outcome.failed} == {*urls}
    assert all(isinstance(error, Offline) for error in outcome.failed.values())


async def test_stopped_in_the_middle_it_keeps_what_it_found(
    ritui: Program, site: Callable[..., str]
) -> None:
    library, _ = open_library(ritui.paths)
    fine, reports = site("/fine"), list[Progress]()
    async with serving(hang) as hanging:
        source = Source("mine", "csv", enabled=True, options={"url": hanging})
        config = Config(sources=(source,), proxy_from_env=False)

        def told(progress: Progress) -> None:
            reports.append(progress)
            if progress.look is not None:
                apart.stop()

        links = [link(fine), link(hanging)]
        apart = Apart(library, links, config, offline=False, report=told)
        outcome = await apart.run()
    assert outcome.cancelled
    # Nobody waited for the one that hangs: that would have been found out.
    assert [*outcome.looks] == [fine]
    assert [(each.done, each.total) for each in reports] == [(0, 2), (1, 2)]
    from ritui.store.links import looks_at

    assert looks_at(library.catalog, [fine, hanging]) == dict(outcome.looks)
    library.close()


def test_the_links_of_a_record() -> None:
    values = {
        "id": "lab", "name": "Lab", "names": {"es": "Laboratorio"},
        "contacts": [{"email": "a@lab.example"}, {"url": "https://lab.example/people"}],
        "website": "https://lab.example/",
        "links": [{"rel": "news", "url": "https://lab.example/news"},
                  {"rel": "home", "url": "https://lab.example/"}],
        "identifiers": {"ror": "https://ror.org/02mhbdp94", "wikidata": "Q42", "isni": "0000"},
        "provenance": [{"source": "mine"}, {"source": "bundled"}, {"source": "mine"}],
    }  # fmt: skip
    links = [*links_in(values, "es")]
    assert [(each.rel, each.url) for each in links] == [
        ("website", "https://lab.example/"),
        ("contact", "https://lab.example/people"),
        ("news", "https://lab.example/news"),
    ]
    assert {(each.id, each.name, each.sources) for each in links} == {
        ("lab", "Laboratorio", ("mine", "bundled"))
    }
    more = [*links_in(values, "en", identifiers=True)][3:]
    assert [(each.rel, each.url) for each in more] == [
        ("ror", "https://ror.org/02mhbdp94"), ("wikidata", "https://www.wikidata.org/wiki/Q42"),
    ]  # fmt: skip


def test_words_copies_and_ages() -> None:
    say = Messages("en")
    url = "https://lab.example/a?b=c"
    dead = Look(url, "dead", "404", "2026-04-30T10:00:00+00:00", "2025-12-31T10:00:00+00:00")
    words = look_words(dead, say)
    assert words == "dead: answer 404, since 2025-12-31, checked 2026-04-30"
    assert archived(url, dead) == f"https://web.archive.org/web/2025*/{url}"
    assert archived("mailto:a@lab.example", dead) == ""
    moved = Look(url, "moved", "200", "2026-04-30", "2026-04-30", "https://new.example/")
    assert look_words(moved, say) == "moved to https://new.example/, checked 2026-04-30"
    assert archived(url, moved).startswith("https://web.archive.org/web/2026*/")
    unsure = Look(url, "unsure", "timeout", "2026-04-30", "2026-04-30")
    assert look_words(unsure, say) == "unsure: no answer in time, checked 2026-04-30"
    assert [is_older(dead, days, NOW) for days in (0, 1, 2)] == [True, False, False]
    assert is_older(Look(url), 1_000, NOW)
