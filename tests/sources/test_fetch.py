"""The door to the network, against servers that behave, misbehave and stop in the middle."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import ssl
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from ritui.errors import (
    Offline,
    SourceFailed,
    SourceRefused,
    SourceUnreachable,
    SourceUnusable,
)
from ritui.model.source import Source
from ritui.sources.answer import Limits, Validators, json_of
from ritui.sources.fetch import Door
from tests.sources.conftest import header, says, sent_on

Doors = Callable[..., Door]
SOURCE = Source("snrh", "csv")


async def test_says_who_we_are_and_asks_for_gzip_only(open_door: Doors, wire: Any) -> None:
    url = await wire.start(says(b"{}", Set_Cookie="a=b"))
    door = open_door(contact="ri-office@example.org")
    await door.get(SOURCE, url + "/list", params={"filter": "types:facility", "page": "1"})
    await door.get(SOURCE, url)
    first, second = wire.requests
    assert first.startswith("GET /list?filter=types:facility&page=1 HTTP/1.1")
    agent = header(first, "User-Agent") or ""
    assert agent.startswith("ritui/")
    assert agent.endswith("; mailto:ri-office@example.org)")
    assert "directory of research infrastructures" in agent
    assert header(first, "Accept-Encoding") == "gzip"
    assert header(second, "Cookie") is None
    assert door.received["snrh"] == 4


async def test_inflates_gzip_and_keeps_validators(open_door: Doors, wire: Any) -> None:
    body = gzip.compress(b'{"a":') + gzip.compress(b"1}")
    answer = says(body, Content_Encoding="gzip", ETag='W/"7"', Content_Type="application/json; x=y")
    url = await wire.start(answer, says(status="304 Not Modified"))
    door = open_door()
    found = await door.get(SOURCE, url)
    assert found.body == b'{"a":1}'
    assert found.media_type == "application/json"
    assert found.validators == Validators('W/"7"')
    assert door.given == {}


async def test_the_client_is_the_one_that_is_named(
    open_door: Doors, wire: Any, library: str
) -> None:
    door = open_door()
    await door.get(SOURCE, await wire.start(says(b"{}")))
    assert [type(each).__module__ for each in door._clients.values()] == [library]


async def test_offline_makes_no_socket(monkeypatch: pytest.MonkeyPatch, open_door: Doors) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was made")

    door = open_door(offline=True)
    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(Offline) as caught:
        await door.get(SOURCE, "https://api.ror.org/v2?api_key=hush")
    assert caught.value.url == "https://api.ror.org/v2"


def test_importing_and_being_offline_loads_no_client() -> None:
    program = (
        "import asyncio, sys\n"
        "from ritui.errors import Offline\n"
        "from ritui.model.source import Source\n"
        "from ritui.sources.fetch import Door\n"
        "try: asyncio.run(Door(offline=True).get(Source('a', 'b'), 'https://ror.org'))\n"
        "except Offline: sys.exit(bool({'httpx', 'truststore'} & set(sys.modules)))\n"
        "sys.exit(2)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_does_not_insist_where_it_is_refused(
    open_door: Doors, wire: Any, status: int
) -> None:
    url = await wire.start(says(b"<html><title>Go &amp; rest</title>", f"{status} No"))
    with pytest.raises(SourceRefused, match="an HTML page titled “Go & rest”"):
        await open_door().get(SOURCE, url)
    assert len(wire.requests) == 1


async def test_a_cut_connection_is_tried_again_then_told(open_door: Doors, wire: Any) -> None:
    cut = says(b"x" * 100)[:-50]
    half = gzip.compress(bytes(range(256)) * 40)[:60]
    url = await wire.start(cut, says(half, Content_Encoding="gzip"), says(b"whole"))
    assert (await open_door().get(SOURCE, url)).body == b"whole"
    url = await wire.start(cut)
    with pytest.raises(SourceUnreachable):
        await open_door().get(SOURCE, url)
    assert len(wire.requests) == 6


async def test_nobody_listens(open_door: Doors, wire: Any) -> None:
    url = await wire.start(says())
    await wire.stop()
    with pytest.raises(SourceUnreachable, match="All connection attempts failed"):
        await open_door().get(SOURCE, url)


async def test_never_answering_and_dripping_end(open_door: Doors, wire: Any) -> None:
    async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    url = await wire.start(never)
    with pytest.raises(SourceUnreachable, match=r"no answer within 0\.05 s"):
        await open_door(limits=Limits(silence=0.05, tries=1)).get(SOURCE, url)
    with pytest.raises(SourceUnreachable, match=r"no answer within 0\.02 s"):
        await open_door(limits=Limits(tries=1)).get(SOURCE, url, silence=0.02)
    url = await wire.start(drip)
    with pytest.raises(SourceUnreachable, match=r"not complete after 0\.1 s"):
        await open_door(limits=Limits(silence=5, page=0.1, tries=1)).get(SOURCE, url)
    limits = Limits(silence=5, page=5, source=0.1, dump=0.2, tries=1)
    with pytest.raises(SourceUnreachable, match=r"not complete after 0\.1 s"):
        await open_door(limits=limits).get(SOURCE, url, max_bytes=limits.size + 1)
    with TemporaryFile() as file, pytest.raises(SourceUnreachable, match=r"after 0\.2 s"):
        await open_door(limits=limits).save(SOURCE, url, file, 100)


def bomb(size: int, level: int = 1) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(size >> 20)) + squeeze.flush()
    return body if level == 1 else gzip.compress(body)


async def test_a_bomb_is_noticed_before_it_is_in_memory(open_door: Doors, wire: Any) -> None:
    url = await wire.start(says(bomb(512 << 20), Content_Encoding="gzip"))
    door = open_door()
    tracemalloc.start()
    try:
        with pytest.raises(SourceUnusable, match="more than 16,777,216 bytes"):
            await door.get(SOURCE, url)
        assert tracemalloc.get_traced_memory()[1] < 48 << 20
    finally:
        tracemalloc.stop()
    url = await wire.start(says(b"x" * 2000))
    with pytest.raises(SourceUnusable, match="more than 1,000 bytes"):
        await door.get(SOURCE, url, max_bytes=1000)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate", "zstd", "gzip,br"])
async def test_refuses_encodings_it_did_not_ask_for(
    open_door: Doors, wire: Any, encoding: str
) -> None:
    url = await wire.start(says(bomb(64 << 20, 2), Content_Encoding=encoding))
    with pytest.raises(SourceUnusable, match="not asked for"):
        await open_door().get(SOURCE, url)


async def test_refuses_an_encoding_in_each_of_two_headers(open_door: Doors, wire: Any) -> None:
    url = await wire.start(
        says(bomb(64 << 20, 2), Content_Encoding="gzip\r\nContent-Encoding: gzip")
    )
    with pytest.raises(SourceUnusable, match="not asked for"):
        await open_door().get(SOURCE, url)


async def test_a_bomb_in_a_bomb_is_left_packed(open_door: Doors, wire: Any) -> None:
    url = await wire.start(says(bomb(512 << 20, 2), Content_Encoding="gzip"))
    answer = await open_door().get(SOURCE, url)
    assert len(answer.body) < 1 << 20
    with pytest.raises(SourceUnusable, match="compressed data where JSON was due"):
        json_of(answer, "snrh")
    url = await wire.start(says(b"no gzip at all", Content_Encoding="gzip"))
    with pytest.raises(SourceUnusable, match="damaged"):
        await open_door().get(SOURCE, url)


async def test_follows_and_tells_a_move_for_good(open_door: Doors, wire: Any) -> None:
    url = await wire.start(
        sent_on("/b", "308 Permanent"), sent_on("c?token=x", "301 Moved"), says(b"1")
    )
    answer = await open_door().get(SOURCE, url + "/a", headers={"Client-Id": "me"})
    assert answer.moved == answer.url == f"{url}/c"
    assert header(wire.requests[2], "Client-Id") == "me"
    url = await wire.start(sent_on("/b", "307 Now"), sent_on("/c", "301 Moved"), says(b"1"))
    assert (await open_door().get(SOURCE, url)).moved == ""
    url = await wire.start(sent_on("/round"))
    with pytest.raises(SourceUnusable, match="sent on more than 5 times"):
        await open_door().get(SOURCE, url)
    assert len(wire.requests) == 12


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://ror.org/", "gopher://x", "http://[", "javascript:1", ""]
)
async def test_is_not_sent_off_the_web(open_door: Doors, wire: Any, place: str) -> None:
    url = await wire.start(sent_on(place))
    with pytest.raises(SourceUnusable, match="no web address"):
        await open_door().get(SOURCE, url)
    with pytest.raises(SourceUnusable, match="not a web address"):
        await open_door().get(SOURCE, place)


@pytest.mark.parametrize(
    "target", ["127.0.0.1", "sneaky.example", "[::ffff:127.0.0.1]", "10.1.2.3"]
)
async def test_a_public_source_is_not_sent_inside(open_door: Doors, wire: Any, target: str) -> None:
    # To the resolver below, the server's own name is public; 127.1 is no literal to ipaddress.
    async def resolve(host: str) -> list[str]:
        return {"127.1": ["93.184.215.14"], "sneaky.example": ["8.8.8.8", "169.254.169.254"]}[host]

    url = await wire.start(says())
    port = url.rpartition(":")[2]
    wire.answers = [sent_on(f"http://{target}:{port}/admin")]
    with pytest.raises(SourceUnusable, match="not a public address"):
        await open_door(resolve=resolve).get(SOURCE, f"http://127.1:{port}/")
    assert len(wire.requests) == 1


async def test_secrets_stay_with_the_first_host(open_door: Doors, wire: Any) -> None:
    url = await wire.start(says())
    there = url.replace("127.0.0.1", "localhost")
    wire.answers = [sent_on(f"{there}/x?api_key=hush&page=2"), says(b"{}")]
    headers = {"Client-Id": "hush", "Authorization": "Bearer hush", "Accept": "text/csv"}
    await open_door().get(SOURCE, f"{url}/x?api_key=hush", headers=headers)
    first, second = wire.requests
    assert first.count("hush") == 3
    assert "hush" not in second
    assert second.startswith("GET /x?page=2 ")
    assert header(second, "Accept") == "text/csv"


@pytest.mark.parametrize(
    "answer",
    [
        says(b"bad key h\xc3\xbcsh-42 or id-4711", "403 No"),
        says(b"bad key id-4711", "503 No", Retry_After="999"),
        b"HTTP/1.1 200 id-4711\r\nhush\r\n\r\n",
        sent_on("http://me:hush@[/"),
        sent_on("/error/id-4711/h%C3%BCsh-42", "301 Moved"),
        says(b"x" * 99),
    ],
)
async def test_errors_keep_secrets(open_door: Doors, wire: Any, answer: bytes) -> None:
    base = (await wire.start(answer)).replace("//", "//me:hush@")
    with pytest.raises(SourceFailed) as caught:
        await open_door().get(
            SOURCE,
            f"{base}/a?q=1&API_Key=h%C3%BCsh-42&access_token=hush",
            headers={"Authorization": "Bearer id-4711"},
            max_bytes=50,
        )
    told = str(caught.value)
    assert "/a?q=1" in told or "/error/" in told
    assert not {"hush", "hüsh", "4711", "H%C3"} & {w for w in ("hush", "hüsh", "4711") if w in told}
    with pytest.raises(SourceUnusable) as caught_too:
        await open_door().get(SOURCE, base, headers={"Client-Id": "id-4711\r\nHost: x"})
    assert "4711" not in str(caught_too.value)


@pytest.fixture
async def proxy(wire: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Awaitable[str]]:
    """Start a proxy that the environment names, with what it is not for."""

    async def start(*answers: Any, spared: str = "") -> str:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        url = str(await wire.start(*answers))
        monkeypatch.setenv("HTTP_PROXY", url)
        monkeypatch.setenv("HTTPS_PROXY", url)
        monkeypatch.setenv("NO_PROXY", spared)
        return url

    return start


async def test_proxy_of_the_environment(
    open_door: Doors, wire: Any, proxy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await proxy(says(b"{}"), spared="fd00::/8, nonsense://[, 10.0.0.0/8")
    await open_door(trust_env=True).get(SOURCE, "http://ror.invalid/x")
    assert wire.requests[0].startswith("GET http://ror.invalid/x HTTP/1.1")
    with pytest.raises(SourceUnreachable):
        await open_door(limits=Limits(tries=1)).get(SOURCE, "http://ror.invalid/x")
    monkeypatch.setenv("HTTP_PROXY", "nonsense://me:hush@proxy")
    with pytest.raises(SourceUnreachable, match="proxy") as caught:
        await open_door(trust_env=True).get(SOURCE, "http://ror.invalid/x")
    assert "hush" not in str(caught.value)


async def test_a_proxy_hears_only_the_host_of_what_is_encrypted(
    open_door: Doors, wire: Any, proxy: Any
) -> None:
    await proxy(says(status="403 No"))
    door = open_door(trust_env=True, limits=Limits(tries=1))
    with pytest.raises(SourceUnreachable, match="403"):
        await door.get(SOURCE, "https://ror.invalid/x?api_key=hush", headers={"Client-Id": "hush"})
    assert wire.requests[0].startswith("CONNECT ror.invalid:443 HTTP/1.1")
    assert "hush" not in wire.requests[0]


@pytest.mark.parametrize("spared", ["127.0.0.0/8", "*", "localhost, 127.0.0.1", "*.0.0.1"])
async def test_what_the_proxy_is_not_for_is_asked_straight(
    open_door: Doors, wire: Any, proxy: Any, spared: str
) -> None:
    url = await proxy(says(b"{}"), spared=spared)
    await open_door(trust_env=True).get(SOURCE, f"{url}/x")
    assert wire.requests[0].startswith("GET /x HTTP/1.1")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate with")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    names = ["subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


async def test_certificates_and_no_way_back_to_http(
    open_door: Doors,
    wire: Any,
    clock: Any,
    certificate: tuple[Path, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cert, context = certificate
    url = await wire.start(says(b"{}"), tls=context)
    with pytest.raises(SourceUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
        await open_door().get(SOURCE, url)
    assert wire.requests == clock.waits == []
    if sys.platform != "linux":
        return  # elsewhere the system's own store decides, not a variable
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    assert (await open_door().get(SOURCE, url)).body == b"{}"
    wire.answers = [sent_on(url.replace("https", "http"))]
    with pytest.raises(SourceUnusable, match="from https to http"):
        await open_door().get(SOURCE, url)


async def test_a_host_that_nobody_knows_is_said_in_words(open_door: Doors) -> None:
    door = open_door()
    with pytest.raises(SourceUnreachable, match="no host of this name is known here"):
        await door.get(SOURCE, "https://nobody.invalid/list.json")
