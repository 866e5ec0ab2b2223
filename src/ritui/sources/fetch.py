"""The only door to the network: polite, bounded, and closed when the run is offline.

Importing this costs little; httpx and truststore are loaded by the first fetch. The figures
and the manners are explained in ``docs/sources.md``.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, Final, Self
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

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
from ritui.sources.address import SECRET, host_of, is_web, nearness, shown, stays
from ritui.sources.answer import SLICE, Answer, Body, Limits, Validators, seconds_asked, what_is
from ritui.text import clean_line

if TYPE_CHECKING:
    import httpx

PURPOSE: Final = "terminal directory of research infrastructures"
"""What asks, for people who read the log of a service."""

_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD: Final = frozenset({301, 308})
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that a later try may not meet."""
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")


@dataclass(frozen=True, slots=True)
class _Errand:
    """One address to ask for a source, through all its tries and redirects."""

    source: str
    home: str
    """The host that the settings name."""
    url: str
    headers: Mapping[str, str]
    """The kind's own; they stay with the first host."""
    condition: Mapping[str, str]
    size: int
    spacing: float
    time: float
    """Seconds it may take in all, without waiting for a turn."""
    file: BinaryIO | None = None
    """Where the body goes, if not into memory."""

    def tell(self, text: str) -> str:
        """Words from outside on one line, without the secrets that were sent."""
        sent = [value for key, value in parse_qsl(urlsplit(self.url).query) if SECRET.search(key)]
        sent += [value for name, value in self.headers.items() if name.lower() != "accept"]
        for secret in sent:
            if len(secret) > 3:  # replacing less would only garble the words
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
        mail = f"; mailto:{contact}" if _PLAIN.fullmatch(contact) else ""
        self._agent = f"ritui/{__version__} ({PURPOSE}{mail})"
        self._offline, self._trust_env = offline, trust_env
        self._sleep, self._clock, self._now = sleep, clock, now
        self._chance, self._resolve = chance, resolve
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
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, safe=":,")
        errand = _Errand(
            source.id,
            host_of(str(source.options.get("url", ""))) or host_of(url),
            url,
            headers or {},
            conditional.headers() if conditional else {},
            max_bytes or self.limits.size,
            spacing,
            self.limits.page,
        )
        return await self._ask(errand)

    async def save(self, source: Source, url: str, file: BinaryIO, max_bytes: int) -> Answer:
        """Ask as `get` does, but put the body into a file, which may take the source's time.

        Raises:
            SourceFailed: As with `get`; what is in the file then is of no use.
        """
        home = host_of(str(source.options.get("url", ""))) or host_of(url)
        time = self.limits.source
        return await self._ask(_Errand(source.id, home, url, {}, {}, max_bytes, 1.0, time, file))

    async def _ask(self, errand: _Errand) -> Answer:
        """The answer to an errand, asked for again where that may help."""
        url = errand.url
        if self._offline:
            raise Offline(errand.source, shown(url))
        if not is_web(url):
            raise SourceUnusable(errand.source, shown(url), "not a web address")
        if not all(_PLAIN.fullmatch(value) for value in errand.headers.values()):
            raise errand.unusable(url, "a header of the settings is not plain text")
        for attempt in range(1, self.limits.tries + 1):
            try:
                return await self._follow(errand, attempt)
            except _Passing as passing:
                failure = passing.failure
        raise failure

    async def _follow(self, errand: _Errand, attempt: int) -> Answer:
        """The answer at the end of the redirects."""
        url, moved, for_good, left = errand.url, "", True, errand.time
        for _ in range(self.limits.redirects + 1):
            await self._allow(errand, url)
            own = errand.headers if stays(errand.url, url) else {}
            headers = {"Accept": errand.headers.get("Accept", "*/*"), **errand.condition, **own}
            async with self._turn(errand, url, attempt):
                started = self._clock()
                answer = await self._exchange(errand, url, headers, left)
                left -= self._clock() - started
            if answer.status not in _MOVED:
                return replace(answer, url=shown(url), moved=moved)
            target = _onward(errand, url, answer.headers.get("location", ""))
            for_good = for_good and answer.status in _FOR_GOOD
            moved = shown(target) if for_good else moved
            url = target if stays(errand.url, target) else shown(target)
        raise errand.unusable(url, f"sent on more than {self.limits.redirects} times")

    async def _allow(self, errand: _Errand, url: str) -> None:
        """Raises SourceUnusable for an address where a source has no business."""
        host = host_of(url)
        if host != errand.home and await self._near(host) - await self._near(errand.home):
            raise errand.unusable(url, f"{host} is not a public address")

    @asynccontextmanager
    async def _turn(self, errand: _Errand, url: str, attempt: int) -> AsyncIterator[None]:
        """One request at a time to a host, each after its pause, and few hosts at once."""
        host = self._hosts[host_of(url)]
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
                    pause = 0.0 if nearness(host_of(url)) == "loopback" else errand.spacing
                    host.free = max(host.free, self._clock() + pause)

    def _bear(self, errand: _Errand, url: str, wait: float) -> None:
        """Raises SourceLimit for a wait that is too long to sit through."""
        if wait <= self.limits.wait:
            return
        now = self._now().astimezone()
        # Up to the full minute: to come a second too early would only prolong it.
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
            late = errand.unreachable(url, f"not complete after {errand.time:g} s")
            raise _Passing(late) from error
        except httpx.TimeoutException as error:
            connecting = isinstance(error, httpx.ConnectTimeout)
            limit = self.limits.connect if connecting else self.limits.silence
            what = "no connection" if connecting else "no answer"
            raise _Passing(errand.unreachable(url, f"{what} within {limit:g} s")) from error
        except httpx.InvalidURL as error:
            raise errand.unusable(url, "this, or where it leads, is no web address") from error
        except httpx.TransportError as error:
            failure = errand.unreachable(url, str(error) or type(error).__name__)
            if isinstance(error, httpx.LocalProtocolError) or "certificate" in str(error).lower():
                raise failure from error
            raise _Passing(failure) from error
        answer = Answer(response.status_code, url, dict(response.headers), body)
        unchanged = answer.not_modified and errand.condition
        if answer.status < 300 or answer.status in _MOVED or unchanged:
            return answer
        reason = errand.tell(what_is(body)) if body else ""
        refused = SourceRefused(errand.source, shown(url), answer.status, reason)
        if answer.status not in _PASSING:
            raise refused
        asks = answer.headers.get("retry-after", "") if answer.status in {429, 503} else ""
        raise _Passing(refused, seconds_asked(asks, self._now()))

    async def _read(self, errand: _Errand, url: str, response: httpx.Response) -> bytes:
        """The decoded body; of a failure only its beginning, of a redirect nothing."""
        if response.status_code in _MOVED:
            return b""
        failed = response.status_code >= 400
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            if failed:
                return b""
            raise errand.unusable(url, f"encoded as “{encoding}”, which was not asked for")
        body = Body(
            SLICE if failed else errand.size,
            gzipped="gzip" in encoding,
            file=None if failed else errand.file,
        )
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
            if not failed:
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

            try:
                self._client = httpx.AsyncClient(
                    headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"},
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                    timeout=httpx.Timeout(self.limits.silence, connect=self.limits.connect),
                    verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                    trust_env=self._trust_env,
                )
            except (ValueError, ImportError) as error:
                reason = "the proxy that the environment names cannot be used"
                raise errand.unreachable(errand.url, reason) from error
        return self._client

    async def _near(self, host: str) -> set[str]:
        """In which ways a host is not public; nothing when only a proxy can know."""
        if way := nearness(host):
            return {way}
        try:
            return {nearness(address) for address in await self._resolve(host)} - {""}
        except (OSError, UnicodeError):
            return set()


def _onward(errand: _Errand, url: str, location: str) -> str:
    """Where a redirect leads, when it is an address that may be followed."""
    try:
        target = urljoin(url, location)
    except ValueError:
        target = ""
    if not location or not is_web(target):
        raise errand.unusable(url, f"sent on to “{shown(target)}”, which is no web address")
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise errand.unusable(url, "sent on from https to http")
    return target
