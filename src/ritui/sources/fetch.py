"""The only door to the network: polite, bounded, and closed when the run is offline.

Importing this costs little; httpx and truststore are loaded by the first fetch. The figures
and the manners are explained in ``docs/sources.md``.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, Final, Self
from urllib.parse import urlencode

from ritui import __version__
from ritui.errors import Offline, SourceRefused, SourceUnusable
from ritui.model.source import Source
from ritui.sources.address import host_of, is_web, nearness, proxy_for, shown, stays
from ritui.sources.answer import (
    CONDITIONS,
    PLAIN,
    SLICE,
    Answer,
    Body,
    Limits,
    Unchanged,
    Validators,
    seconds_asked,
    what_is,
)
from ritui.sources.connections import connections
from ritui.sources.errand import Errand, Passing, reason_of
from ritui.sources.turns import Turns

if TYPE_CHECKING:
    import ssl

    import httpx

PURPOSE: Final = "terminal directory of research infrastructures"
"""What asks, for people who read the log of a service."""

LINKS: Final = "links"
"""What errors name in the place of a source when a link is looked at."""
NOT_PUBLIC: Final = "not a public address"
"""How the reason ends of not asking an address, or of not going on to it."""

_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD: Final = frozenset({301, 308})
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that a later try may not meet."""


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
        self.known: dict[str, dict[str, Validators]] = {}
        """Source to shown address to what the last good run was given; filled before a run."""
        self.given: dict[str, dict[str, Validators]] = {}
        """The same of this run. Whether the run was a good one, its caller decides."""
        mail = f"; mailto:{contact}" if PLAIN.fullmatch(contact) else ""
        self._agent = f"ritui/{__version__} ({PURPOSE}{mail})"
        self._offline, self._trust_env = offline, trust_env
        self._clock, self._now, self._resolve = clock, now, resolve
        self._turns = Turns(self.limits, sleep=sleep, clock=clock, now=now, chance=chance)
        self._clients: dict[str, httpx.AsyncClient] = {}
        """By the proxy they go through; one is empty, and goes straight."""
        self._trust: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._clients:
            await self._clients.popitem()[1].aclose()

    async def get(
        self,
        source: Source,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        conditional: bool = False,
        spacing: float = 1.0,
        silence: float | None = None,
    ) -> Answer:
        """Ask for an address: in turn, again where that may help, and through redirects.

        Args:
            source: For whom; errors name it.
            url: http or https, at the source's own host.
            params: Added to the query of the address.
            headers: The source's own; they are not sent to other hosts.
            max_bytes: Decoded bytes of the answer at most. Where more than usual is allowed,
                the answer is all of the source, and may take the time of one.
            conditional: Whether this answer covers all that is asked of the source, so that
                one which has not changed since `known` need not come again.
            spacing: Seconds between two requests to this host.
            silence: Seconds that a service may think, where it is known to think long.

        Raises:
            Unchanged: Asked with a condition, it says that nothing is new.
            Offline: This run has no network.
            SourceUnreachable: No answer, or one that stopped halfway.
            SourceRefused: A status that is not success.
            SourceLimit: It asks us to wait for longer than we do.
            SourceUnusable: An answer, or a redirect, that is not safe to follow or to keep.
        """
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, safe=":,")
        size = max_bytes or self.limits.size
        errand = Errand(
            source.id,
            host_of(str(source.options.get("url", ""))) or host_of(url),
            url,
            headers or {},
            self.known.get(source.id, {}) if conditional else {},
            size,
            spacing,
            self.limits.page if size <= self.limits.size else self.limits.source,
            silence or self.limits.silence,
            conditional,
        )
        return await self._ask(errand)

    async def save(
        self,
        source: Source,
        url: str,
        file: BinaryIO,
        max_bytes: int,
        *,
        conditional: bool = False,
    ) -> Answer:
        """Ask as `get` does, but put the body into a file, which may take the time of a dump.

        Raises:
            Unchanged: Asked with a condition, it says that nothing is new.
            SourceFailed: As with `get`; what is in the file then is of no use.
        """
        errand = Errand(
            source.id,
            host_of(str(source.options.get("url", ""))) or host_of(url),
            url,
            {},
            self.known.get(source.id, {}) if conditional else {},
            max_bytes,
            1.0,
            self.limits.dump,
            self.limits.silence,
            conditional,
            file,
        )
        return await self._ask(errand)

    async def look(self, url: str, *, method: str = "HEAD", home: str = "") -> Answer:
        """Ask whether an address still is one, in turn and through redirects, without its content.

        Args:
            url: Any address of the web; it need not be one of a source.
            method: ``HEAD``, or ``GET`` where that is not understood.
            home: A host that the settings name. Only where that one is not public may the
                address, or where it leads, be as near.

        Raises:
            SourceFailed: As with `get`; what it was caused by is its cause.
        """
        times = self.limits.page, self.limits.silence
        return await self._ask(
            Errand(LINKS, home, url, {}, {}, 0, 1.0, *times, method=method, content=False)
        )

    async def _ask(self, errand: Errand) -> Answer:
        """The answer to an errand, asked for again where that may help."""
        url = errand.url
        if self._offline:
            raise Offline(errand.source, shown(url))
        if not is_web(url):
            raise SourceUnusable(errand.source, shown(url), "not a web address")
        if not all(PLAIN.fullmatch(value) for value in errand.headers.values()):
            raise errand.unusable(url, "a header of the settings is not plain text")
        for attempt in range(1, self.limits.tries + 1):
            try:
                return await self._follow(errand, attempt)
            except Passing as passing:
                failure, cause = passing.failure, passing.__cause__
        raise failure from cause

    async def _follow(self, errand: Errand, attempt: int) -> Answer:
        """The answer at the end of the redirects."""
        url, moved, for_good, left = errand.url, "", True, errand.time
        for _ in range(self.limits.redirects + 1):
            await self._allow(errand, url)
            own = errand.headers if stays(errand.url, url) else {}
            # What an address gave is told to that address alone: elsewhere it means nothing.
            condition = errand.known.get(shown(url), Validators()).headers()
            headers = {"Accept": errand.headers.get("Accept", "*/*"), **condition, **own}
            async with self._turns.turn(errand, url, attempt):
                started = self._clock()
                answer = await self._exchange(errand, url, headers, left)
                left -= self._clock() - started
            if answer.status == 304:  # no other comes back from there
                raise Unchanged(errand.source)
            if answer.status not in _MOVED:
                if errand.conditional and answer.status == 200 and answer.validators.headers():
                    self.given.setdefault(errand.source, {})[shown(url)] = answer.validators
                return replace(answer, url=errand.show(url), moved=moved)
            target = errand.onward(url, answer.headers.get("location", ""))
            for_good = for_good and answer.status in _FOR_GOOD
            moved = errand.show(target) if for_good else moved
            url = target if stays(errand.url, target) else shown(target)
        raise errand.unusable(url, f"sent on more than {self.limits.redirects} times")

    async def _allow(self, errand: Errand, url: str) -> None:
        """Raises SourceUnusable for an address where a source has no business."""
        host = host_of(url)
        if host == errand.home:
            return
        try:
            async with asyncio.timeout(self.limits.connect):
                ways = await self.near(host) - await self.near(errand.home)
        except TimeoutError as error:
            reason = f"no address of {host} within {self.limits.connect:g} s"
            raise errand.unreachable(url, reason) from error
        if ways and url == errand.url:
            raise errand.unusable(url, f"{host} is {NOT_PUBLIC}")
        if ways:  # nobody was asked there
            reason = f"sent on to {host}, which is {NOT_PUBLIC}"
            raise errand.unusable(errand.url, reason)

    async def _exchange(
        self, errand: Errand, url: str, headers: Mapping[str, str], left: float
    ) -> Answer:
        """One request and its answer, whatever its status but a failure."""
        import httpx

        client = self._client(errand, url)
        times = httpx.Timeout(errand.silence, connect=self.limits.connect)
        try:
            async with asyncio.timeout(max(left, 0)), connections() as extensions:
                request = client.build_request(
                    errand.method, url, headers=dict(headers), timeout=times, extensions=extensions
                )
                response = await client.send(request, stream=True)
                try:
                    body = await self._read(errand, url, response)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            late = errand.unreachable(url, f"not complete after {errand.time:g} s")
            raise Passing(late) from error
        except httpx.TimeoutException as error:
            connecting = isinstance(error, httpx.ConnectTimeout)
            limit = self.limits.connect if connecting else errand.silence
            what = "no connection" if connecting else "no answer"
            raise Passing(errand.unreachable(url, f"{what} within {limit:g} s")) from error
        except httpx.InvalidURL as error:
            raise errand.unusable(url, "this, or where it leads, is no web address") from error
        except httpx.TransportError as error:
            failure = errand.unreachable(url, reason_of(error))
            if isinstance(error, httpx.LocalProtocolError) or "certificate" in str(error).lower():
                raise failure from error
            raise Passing(failure) from error
        answer = Answer(response.status_code, url, dict(response.headers), body)
        unchanged = answer.status == 304 and not headers.keys().isdisjoint(CONDITIONS)
        if answer.status < 300 or answer.status in _MOVED or unchanged:
            return answer
        reason = errand.tell(what_is(body)) if body else ""
        refused = SourceRefused(errand.source, errand.show(url), answer.status, reason)
        if answer.status not in _PASSING:
            raise refused
        asks = answer.headers.get("retry-after", "") if answer.status in {429, 503} else ""
        raise Passing(refused, seconds_asked(asks, self._now()))

    async def _read(self, errand: Errand, url: str, response: httpx.Response) -> bytes:
        """The decoded body; of a failure only its beginning, of a redirect nothing."""
        if response.status_code in _MOVED or not errand.content:
            return b""
        failed = response.status_code >= 400
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            if failed:
                return b""
            raise errand.unusable(url, f"encoded as “{encoding}”, which was not asked for")
        size, file = (SLICE, None) if failed else (errand.size, errand.file)
        with Body(size, gzipped="gzip" in encoding, file=file) as body:
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
                    raise Passing(cut) from error
            except OSError as error:
                reason = f"no room to keep it: {error.strerror or error}"
                raise errand.unusable(url, reason) from error
            return body.content()

    def _client(self, errand: Errand, url: str) -> httpx.AsyncClient:
        """The client of this run that goes the way to an address."""
        proxy = self.proxy(url)
        if proxy not in self._clients:
            import ssl
            from http.cookiejar import CookieJar, DefaultCookiePolicy

            import httpx
            import truststore

            self._trust = self._trust or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            try:
                self._clients[proxy] = httpx.AsyncClient(
                    headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"},
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                    verify=self._trust,
                    proxy=proxy or None,
                    # The library reads NO_PROXY in its own way, and fails on some of what others
                    # write there.
                    trust_env=False,
                )
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                reason = "the proxy that the environment names cannot be used"
                raise errand.unreachable(url, reason) from error
        return self._clients[proxy]

    def proxy(self, url: str) -> str:
        """The proxy by which an address is asked; empty when it is asked straight."""
        return proxy_for(url) if self._trust_env else ""

    async def knows(self, host: str) -> bool:
        """Whether the name of a host is known here."""
        try:
            async with asyncio.timeout(self.limits.connect):
                return bool([*await self._resolve(host)])
        except (OSError, UnicodeError):
            return False

    async def near(self, host: str) -> set[str]:
        """In which ways a host is not public; nothing when only a proxy can know."""
        if not host:
            return set()
        if way := nearness(host):
            return {way}
        try:
            return {nearness(address) for address in await self._resolve(host)} - {""}
        except (OSError, UnicodeError):
            return set()
