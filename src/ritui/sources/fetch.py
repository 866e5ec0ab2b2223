"""The only door to the network: polite, bounded, and closed when the run is offline.

Importing this costs little; httpx and truststore are loaded by the first fetch. The figures
and the manners are explained in ``docs/sources.md``.
"""

from __future__ import annotations

import asyncio
import html
import ipaddress
import random
import re
import socket
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from ritui import __version__
from ritui.errors import (
    Offline,
    SourceFailed,
    SourceLimit,
    SourceRefused,
    SourceUnreachable,
    SourceUnusable,
)
from ritui.model.source import Source
from ritui.text import clean_line

if TYPE_CHECKING:
    import httpx

PROJECT_URL: Final = "https://pypi.org/project/ritui/"
"""Where the people behind a request can be found out about."""

_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD: Final = frozenset({301, 308})
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that a later try may not meet."""
_SLICE: Final = 65_536
"""Most bytes inflated at once: a bomb is noticed before it is in memory."""
_SECRET = re.compile(r"key|token|secret|passw|auth|sign?ature|^sig$|credential|client.?id", re.I)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.I | re.S)
_ASCII = re.compile(r"[!-~]+(?: [!-~]+)*")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much, for every source alike. Times are seconds."""

    connect: float = 10
    silence: float = 30
    """Between two pieces of an answer."""
    page: float = 120
    """For one answer with its redirects, without waiting for a turn."""
    source: float = 900
    """For everything that is asked of one source; who runs it keeps this one."""
    wait: float = 60
    """Longest time a service may ask us to wait; beyond it the source ends."""
    tries: int = 3
    redirects: int = 5
    hosts: int = 4
    """Asked side by side."""
    size: int = 16 * 1024 * 1024
    """Decoded bytes of an answer, unless its kind allows another number."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a service gave to ask later whether anything is new."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """The condition, as it came; a date only where there is no tag."""
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.modified} if self.modified else {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said, decoded and within its limit."""

    status: int
    url: str
    """The address that answered in the end."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    moved: str = ""
    """The new address, where the service says that the one asked has moved for good."""

    @property
    def not_modified(self) -> bool:
        """Whether nothing is new since the validators that were sent."""
        return self.status == 304

    @property
    def media_type(self) -> str:
        """As the header says, without parameters: ``application/json``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def validators(self) -> Validators:
        """What to send along the next time."""
        return Validators(self.headers.get("etag", ""), self.headers.get("last-modified", ""))


@dataclass(frozen=True, slots=True)
class _Errand:
    """One address to ask for a source, through all its tries and redirects."""

    source: str
    url: str
    headers: Mapping[str, str]
    """The kind's own; they stay with the first host."""
    condition: Mapping[str, str]
    size: int
    spacing: float

    def tell(self, text: str) -> str:
        """Words from outside on one line, without the secrets that were sent."""
        sent = [value for key, value in parse_qsl(urlsplit(self.url).query) if _SECRET.search(key)]
        sent += [value for name, value in self.headers.items() if name.lower() != "accept"]
        for secret in filter(None, sent):
            text = text.replace(secret, "…")
        return clean_line(text, 200)

    def unusable(self, url: str, reason: str) -> SourceUnusable:
        return SourceUnusable(self.source, shown(url), self.tell(reason))

    def unreachable(self, url: str, reason: str) -> SourceUnreachable:
        return SourceUnreachable(self.source, shown(url), self.tell(reason))


class _Passing(Exception):
    """A failure that may have passed when asked again, after the wait that was asked for."""

    def __init__(self, failure: SourceFailed, wait: float | None = None) -> None:
        super().__init__(failure)
        self.failure, self.wait = failure, wait


@dataclass(slots=True)
class _Host:
    """One request at a time, and when the next may start."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free: float = 0.0


async def _resolve(host: str) -> Iterable[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Door:
    """Everything one run fetches goes through here, by one client that is closed at the end."""

    def __init__(
        self,
        *,
        offline: bool = False,
        contact: str = "",
        trust_env: bool = True,
        limits: Limits | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
        resolve: Callable[[str], Awaitable[Iterable[str]]] = _resolve,
    ) -> None:
        """Prepare; nothing is opened before the first fetch.

        Args:
            offline: Refuse every fetch before a socket is made.
            contact: Mail address for the User-Agent; left out when empty.
            trust_env: Use the proxies that the environment names.
            limits: Other times and sizes than the usual.
            sleep: Waits that many seconds.
            clock: Seconds that only grow.
            now: The time of day, for dates in ``Retry-After``.
            chance: A number from 0 to 1, to spread the waits.
            resolve: The addresses of a host name; ``OSError`` when it has none.
        """
        self.limits = limits or Limits()
        self.received: Counter[str] = Counter()
        """Bytes of answers that came over the wire, by source."""
        self._offline = offline
        mail = f"; mailto:{contact}" if _ASCII.fullmatch(contact) else ""
        self._agent = f"ritui/{__version__} (+{PROJECT_URL}{mail})"
        self._trust_env = trust_env
        self._sleep, self._clock, self._now, self._chance = sleep, clock, now, chance
        self._resolve = resolve
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._seats = asyncio.Semaphore(self.limits.hosts)
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(
        self,
        source: Source,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        conditional: Validators | None = None,
        spacing: float = 1.0,
    ) -> Answer:
        """Ask for an address: in turn, again where that may help, and through redirects.

        Args:
            source: For whom; errors name it.
            url: http or https, at the source's own host.
            params: Added to the query of the address.
            headers: The source's own; they are not sent to other hosts.
            max_bytes: Decoded bytes of the answer at most.
            conditional: What the last answer gave; then 304 is an answer too.
            spacing: Seconds between two requests to this host.

        Raises:
            Offline: This run has no network.
            SourceUnreachable: No answer, or one that stopped halfway.
            SourceRefused: A status that is not success.
            SourceLimit: It asks us to wait for longer than we do.
            SourceUnusable: An answer, or a redirect, that is not safe to follow or to keep.
        """
        condition = conditional.headers() if conditional else {}
        size = max_bytes or self.limits.size
        url = _with(url, params)
        errand = _Errand(source.id, url, headers or {}, condition, size, spacing)
        if self._offline:
            raise Offline(source.id, shown(url))
        if not all(_ASCII.fullmatch(value) for value in errand.headers.values()):
            raise errand.unusable(url, "a header of the settings is not plain text")
        for attempt in range(1, self.limits.tries + 1):
            try:
                return await self._follow(errand, attempt)
            except _Passing as passing:
                failure = passing.failure
        raise failure

    async def _follow(self, errand: _Errand, attempt: int) -> Answer:
        """The answer at the end of the redirects."""
        url, moved, for_good, left = errand.url, "", True, self.limits.page
        home = _checked(errand, url)
        for _ in range(self.limits.redirects + 1):
            host = _checked(errand, url)
            own = errand.headers if _stays(errand.url, url) else {}
            headers = {"Accept": errand.headers.get("Accept", "*/*"), **errand.condition, **own}
            async with self._turn(errand, url, attempt):
                started = self._clock()
                answer = await self._exchange(errand, url, headers, left)
                left -= self._clock() - started
            if answer.status not in _MOVED or "location" not in answer.headers:
                return Answer(answer.status, shown(url), answer.headers, answer.body, moved)
            try:
                target = urljoin(url, answer.headers["location"])
                there = _checked(errand, target)
            except ValueError as error:
                raise errand.unusable(url, "sent on to something that is no address") from error
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
                raise errand.unusable(url, "sent on from https to http")
            if there not in {host, home} and await self._near(there) - await self._near(home):
                raise errand.unusable(url, f"sent on to {there}, which is not a public address")
            for_good = for_good and answer.status in _FOR_GOOD
            moved = shown(target) if for_good else moved
            url = target if _stays(errand.url, target) else shown(target)
        raise errand.unusable(url, f"sent on more than {self.limits.redirects} times")

    @asynccontextmanager
    async def _turn(self, errand: _Errand, url: str, attempt: int) -> AsyncIterator[None]:
        """One request at a time to a host, each after its pause, and few hosts at once."""
        name = urlsplit(url).hostname or ""
        host = self._hosts[name]
        async with host.lock:
            self._bear(errand, url, host.free - self._clock())
            if (wait := host.free - self._clock()) > 0:
                await self._sleep(wait)
            async with self._seats:
                try:
                    yield
                except _Passing as passing:
                    if passing.wait is not None:
                        host.free = self._clock() + passing.wait
                        self._bear(errand, url, passing.wait)
                    elif attempt < self.limits.tries:
                        host.free = self._clock() + 2**attempt * (0.5 + self._chance())
                    raise
                finally:
                    # No shared service is behind a loopback address.
                    pause = 0.0 if _nearness(name) == "loopback" else errand.spacing
                    host.free = max(host.free, self._clock() + pause)

    def _bear(self, errand: _Errand, url: str, wait: float) -> None:
        """Raises SourceLimit for a wait that is too long to sit through."""
        if wait <= self.limits.wait:
            return
        now = self._now().astimezone()
        # Asked again a second too early, the service would count from the start.
        when = now + timedelta(seconds=min(wait, 366 * 86_400) + 59)
        form = "%H:%M" if when.date() == now.date() else "%Y-%m-%d %H:%M"
        raise SourceLimit(errand.source, shown(url), when.strftime(form))

    async def _exchange(
        self, errand: _Errand, url: str, headers: Mapping[str, str], left: float
    ) -> Answer:
        """One request and its answer, whatever its status but a failure."""
        import httpx

        client = self._open(errand)
        try:
            async with asyncio.timeout(max(left, 0)):
                request = client.build_request("GET", url, headers=dict(headers))
                response = await client.send(request, stream=True)
                try:
                    body = await self._read(errand, url, response)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            late = errand.unreachable(url, f"not complete after {self.limits.page:g} s")
            raise _Passing(late) from error
        except httpx.TimeoutException as error:
            connecting = isinstance(error, httpx.ConnectTimeout)
            limit = self.limits.connect if connecting else self.limits.silence
            what = "no connection" if connecting else "no answer"
            raise _Passing(errand.unreachable(url, f"{what} within {limit:g} s")) from error
        except httpx.InvalidURL as error:
            raise errand.unusable(url, "not a web address") from error
        except httpx.TransportError as error:
            failure = errand.unreachable(url, str(error) or type(error).__name__)
            if "CERTIFICATE" in str(error) or isinstance(error, httpx.LocalProtocolError):
                raise failure from error
            raise _Passing(failure) from error
        answer = Answer(response.status_code, url, dict(response.headers), body)
        if answer.status < 400 and (answer.status < 300 or answer.status in {304, *_MOVED}):
            return answer
        reason = "" if not body else what_is(body)
        refused = SourceRefused(errand.source, shown(url), answer.status, errand.tell(reason))
        if answer.status not in _PASSING:
            raise refused
        asks = answer.headers.get("retry-after", "") if answer.status in {429, 503} else ""
        raise _Passing(refused, _seconds(asks, self._now()))

    async def _read(self, errand: _Errand, url: str, response: httpx.Response) -> bytes:
        """The decoded body; of a failure only its beginning, of a redirect nothing."""
        if response.status_code in _MOVED:
            return b""
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise errand.unusable(url, f"encoded as “{encoding}”, which was not asked for")
        failed = response.status_code >= 400
        body = _Body(_SLICE if failed else errand.size, gzipped="gzip" in encoding)
        try:
            async for chunk in response.aiter_raw():
                self.received[errand.source] += len(chunk)
                body.feed(chunk)
            body.finish()
        except zlib.error as error:
            if not failed:
                raise errand.unusable(url, "gzip data that is damaged") from error
        except OverflowError as error:
            if not failed:
                raise errand.unusable(url, f"more than {errand.size:,} bytes") from error
        except EOFError as error:
            cut = errand.unreachable(url, "the answer stopped in the middle")
            raise _Passing(cut) from error
        return bytes(body.content)

    def _open(self, errand: _Errand) -> httpx.AsyncClient:
        """The client of this run."""
        if self._client is None:
            import ssl
            from http.cookiejar import CookieJar, DefaultCookiePolicy

            import httpx
            import truststore

            limits = self.limits
            try:
                self._client = httpx.AsyncClient(
                    headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"},
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                    timeout=httpx.Timeout(limits.silence, connect=limits.connect, pool=None),
                    verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                    trust_env=self._trust_env,
                )
            except (ValueError, ImportError) as error:
                reason = "the proxy that the environment names cannot be used"
                raise errand.unreachable(errand.url, reason) from error
        return self._client

    async def _near(self, host: str) -> set[str]:
        """In which ways a host is not public; nothing when only a proxy can know."""
        if nearness := _nearness(host):
            return {nearness}
        try:
            return {_nearness(address) for address in await self._resolve(host)} - {""}
        except (OSError, UnicodeError):
            return set()


class _Body:
    """Collects an answer, inflated in small steps, and never more than the limit."""

    def __init__(self, limit: int, *, gzipped: bool) -> None:
        self.content = bytearray()
        self._limit = limit
        self._inflate = zlib.decompressobj(31) if gzipped else None

    def feed(self, chunk: bytes) -> None:
        """Raises OverflowError past the limit, zlib.error for what is no gzip."""
        if self._inflate is None:
            self._keep(chunk)
            return
        while chunk:
            if self._inflate.eof:  # several gzip members may follow one another
                self._inflate = zlib.decompressobj(31)
            self._keep(self._inflate.decompress(chunk, _SLICE))
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data

    def finish(self) -> None:
        """Raises EOFError when the compressed data is not complete."""
        if self._inflate is None:
            return
        while not self._inflate.eof:
            rest = self._inflate.decompress(b"", _SLICE)
            if not rest:
                raise EOFError
            self._keep(rest)

    def _keep(self, piece: bytes) -> None:
        self.content += piece[: self._limit - len(self.content) + 1]
        if len(self.content) > self._limit:
            raise OverflowError


def shown(url: str) -> str:
    """An address without what should not be seen: user, password and keys in its query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    pairs = parts.query.split("&") if parts.query else []
    query = "&".join(pair for pair in pairs if not _SECRET.search(pair.partition("=")[0]))
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def what_is(body: bytes) -> str:
    """What an answer looks like, in words: for when it is not what it should be."""
    start = body[:_SLICE].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return "an empty answer"
    if start.startswith(b"\x1f\x8b"):
        return "compressed data"
    text = start.decode("utf-8", "replace")
    if re.match(r"<(!doctype html|html|head|body)\b", text, re.I) or _TITLE.search(text):
        title = _TITLE.search(text)
        named = clean_line(html.unescape(title[1]), 80) if title else ""
        return f"an HTML page titled “{named}”" if named else "an HTML page without a title"
    if text.startswith("<"):
        return "XML"
    return clean_line(text, 200)
