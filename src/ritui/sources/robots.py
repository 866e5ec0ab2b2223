"""``robots.txt``: what a site lets programs ask for, and how often. RFC 9309.

The module of the standard library takes the first rule that fits and knows no wildcards, so
it asks for what a site forbids with ``/*?s=`` and leaves what ``Allow`` opens again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from ritui.errors import SourceRefused, SourceUnusable
from ritui.model.source import Source
from ritui.sources.answer import text_of

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

NAME: Final = "ritui"
"""What rules for this program only are addressed to."""
MOST: Final = 5_000
"""Rules for us in one file, at most; each address is compared with all of them."""
SLOWEST: Final = 30.0
"""Longest pause between two requests that a site can set, in seconds."""

_SIZE: Final = 2 * 1024 * 1024
_READ: Final = 512 * 1024
"""Characters that are read; the RFC asks for 500 KiB."""
_LINE = re.compile(r"[ \t]*([A-Za-z-]{1,40})[ \t]*:([^#]*)")
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_OPEN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PRINTED: Final = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's ``robots.txt`` says to us. Without any, everything is allowed."""

    paths: tuple[tuple[str, bool], ...] = ()
    """Pattern, and whether it allows; the longest first, so that the first that fits decides."""
    pause: float = 0.0
    """Seconds between two requests, as far as the site states them."""
    sitemaps: tuple[str, ...] = ()
    """Addresses as they stand there."""

    def allows(self, url: str) -> bool:
        """Whether an address of this site may be asked for."""
        parts = urlsplit(url)
        asked = _octets((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        fitting = (allowed for pattern, allowed in self.paths if _fits(pattern, asked))
        return next(fitting, True)


async def ask_robots(source: Source, door: Door, site: str) -> Rules:
    """The rules of a site.

    A site that has none allows everything; one that cannot say now allows nothing (RFC 9309,
    2.3.1), for the file may exist.

    Args:
        source: For whom.
        door: The way to the network.
        site: Scheme and host, as in ``https://example.org``.

    Raises:
        SourceFailed: It could not be had, or has more rules than are read.
    """
    url = f"{site}/robots.txt"
    try:
        answer = await door.get(source, url, max_bytes=_SIZE)
    except SourceRefused as error:
        if 400 <= error.status < 500 and error.status not in {408, 429}:
            return Rules()
        reason = "without its robots.txt no page of the site may be asked for"
        raise SourceRefused(error.source, error.url, error.status, reason) from error
    rules = read_rules(text_of(answer))
    if len(rules.paths) > MOST:
        reason = f"a robots.txt with more than {MOST:,} rules: nothing is asked for"
        raise SourceUnusable(source.id, answer.url, reason)
    return rules


def read_rules(text: str) -> Rules:
    """What is said to us by name, or else to everybody. Groups for the same name are one."""
    said: dict[str, list[tuple[str, bool]]] = {}
    pauses: dict[str, float] = {}
    sitemaps: list[str] = []
    names: list[str] = []
    naming = False
    for found in map(_LINE.match, text[:_READ].splitlines()):
        if not found:
            continue
        key, value = found[1].lower(), found[2].strip()
        if key == "user-agent":
            names = names if naming else []
            token = _TOKEN.match(value)
            name = token[0].lower() if token else value[:1]
            names.append(name)
            said.setdefault(name, [])
            naming = True
        elif key == "sitemap":
            sitemaps.append(value)
        elif key in {"allow", "disallow"}:
            naming = False
            for name in names if value else ():
                said[name].append((_octets(value), key == "allow"))
        elif key == "crawl-delay":
            naming = False
            pauses.update(dict.fromkeys(names, _seconds(value)))
    ours = NAME if NAME in said else "*"
    paths = dict.fromkeys(said.get(ours, ()))
    ordered = sorted(paths, key=lambda rule: (len(rule[0]), rule[1]), reverse=True)
    return Rules(tuple(ordered), pauses.get(ours, 0.0), tuple(dict.fromkeys(sitemaps)))


def _seconds(said: str) -> float:
    """A pause within what is kept; what is no number is none."""
    number = re.match(r"\d{1,6}(?:\.\d{1,6})?", said, re.ASCII)
    return min(float(number[0]), SLOWEST) if number else 0.0


def _octets(path: str) -> str:
    """A path in the one form in which two of them can be compared: RFC 9309, 2.2.2."""

    def plain(found: re.Match[str]) -> str:
        letter = unquote(found[0])
        return letter if letter in _OPEN else found[0].upper()

    return _ESCAPE.sub(plain, quote(path, safe=_PRINTED, errors="replace"))


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says: ``*`` is anything, ``$`` at its end the end.

    Each piece is looked for once, so that no pattern takes long.
    """
    first, *pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    last = ""
    if pattern.endswith("$"):
        if not pieces:
            return len(path) == place
        last = pieces.pop()
    for piece in pieces:
        place = path.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return len(path) - len(last) >= place and path.endswith(last)
