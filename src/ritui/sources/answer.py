"""What a service said: decoded within limits, and named when it is not what was due."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO, Final

from ritui.errors import SourceUnusable
from ritui.text import clean_line

SLICE: Final = 65_536
"""Most bytes inflated at once: a bomb is noticed before it is in memory."""
PLAIN: Final = re.compile(r"[!-~]+(?: [!-~]+)*")
"""What a header can carry without doing anything else."""
CONDITIONS: Final = frozenset({"If-None-Match", "If-Modified-Since"})
"""The headers that ask for news only."""

_LONGEST: Final = 1_000
"""Characters of a validator that are sent back."""
_LOOK: Final = 16_384
"""Bytes of an answer that are looked at to tell what it is."""
_BOM: Final = b"\xef\xbb\xbf"
_PAGE = re.compile(
    r"(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
# The first line of a Java stack trace, which some services send behind the question.
_EXCEPTION = re.compile(r"^(?:[a-z]\w*\.){2,}\w*(?:Exception|Error)\b.*", re.MULTILINE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much, for every source alike. Times are seconds."""

    connect: float = 10
    silence: float = 30
    """Between two pieces of an answer, and before the first, unless its kind allows more."""
    page: float = 120
    """For one answer with its redirects, without waiting for a turn."""
    source: float = 900
    """For everything that is asked of one source, and for an answer that is all of it."""
    dump: float = 3600
    """The same for a source that is the dump of a whole registry."""
    wait: float = 60
    """Longest time a service may ask us to wait; beyond it the source ends."""
    tries: int = 3
    redirects: int = 5
    hosts: int = 4
    """Asked side by side."""
    size: int = 16 * 1024 * 1024
    """Decoded bytes of an answer, unless its kind allows another number."""


class Body:
    """Collects an answer, inflated in small steps, and never more than the limit.

    With a file, the answer goes there and ``content`` stays empty.
    """

    def __init__(self, limit: int, *, gzipped: bool, file: BinaryIO | None = None) -> None:
        self.content = bytearray()
        self._left, self._file = limit, file
        if file is not None:  # an earlier try may have left something
            file.seek(0)
            file.truncate()
        self._inflate = zlib.decompressobj(31) if gzipped else None

    def feed(self, chunk: bytes) -> None:
        """Raises OverflowError past the limit, zlib.error for what is no gzip."""
        if self._inflate is None:
            self._keep(chunk)
            return
        while chunk:
            if self._inflate.eof:  # several gzip members may follow one another
                self._inflate = zlib.decompressobj(31)
            self._keep(self._inflate.decompress(chunk, SLICE))
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data

    def finish(self) -> None:
        """Raises EOFError when the compressed data is not complete."""
        if self._inflate is None:
            return
        while not self._inflate.eof:
            rest = self._inflate.decompress(b"", SLICE)
            if not rest:
                raise EOFError
            self._keep(rest)

    def _keep(self, piece: bytes) -> None:
        if self._file is None:
            self.content += piece[: self._left + 1]
        else:
            self._file.write(piece[: self._left + 1])
        self._left -= len(piece)
        if self._left < 0:
            raise OverflowError


@dataclass(frozen=True, slots=True)
class Validators:
    """What a service gave to ask later whether anything is new."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """The condition, each value as it came; the date only where there is no tag.

        What no header could carry is left out: that asks for the whole answer, which is safe.
        """
        for name, value in (("If-None-Match", self.etag), ("If-Modified-Since", self.modified)):
            if value:
                fit = len(value) <= _LONGEST and PLAIN.fullmatch(value)
                return {name: value} if fit else {}
        return {}


class Unchanged(Exception):
    """Nothing is new since the last good run: no failure, and so no error of the program.

    It goes through the kinds to whoever asked for their pages.
    """

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source
        """Identifier of the source."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said, decoded and within its limit."""

    status: int
    url: str
    """The address that answered in the end, fit to be shown."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    moved: str = ""
    """The new address, where the one that was asked has moved for good."""

    @property
    def media_type(self) -> str:
        """As the header says, without parameters: ``application/json``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def validators(self) -> Validators:
        """What to send along the next time."""
        return Validators(self.headers.get("etag", ""), self.headers.get("last-modified", ""))


def json_of(answer: Answer, source: str) -> bytes:
    """The body of an answer that is to be JSON, without byte-order mark.

    JSON is UTF-8 whatever the header says (RFC 8259), so the header is not asked.

    Raises:
        SourceUnusable: It is plainly something else, which the error names.
    """
    body = answer.body.removeprefix(_BOM)
    if body.lstrip()[:1] not in (b"{", b"["):
        raise SourceUnusable(source, answer.url, f"{what_is(body)} where JSON was due")
    return body


def text_of(answer: Answer) -> str:
    """The body of an answer as text: by its mark, its header, else UTF-8 or Windows-1252."""
    charset = re.search(r"charset=[\"']?([\w.-]+)", answer.headers.get("content-type", ""), re.I)
    if answer.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return answer.body.decode("utf-16", "replace")
    for name in ("utf-8-sig", charset[1] if charset else "cp1252"):
        try:
            return answer.body.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return answer.body.decode("cp1252", "replace")


def what_is(body: bytes) -> str:
    """What an answer looks like, in words: for when it is not what it should be."""
    start = body[:_LOOK].removeprefix(_BOM).lstrip()
    if not start:
        return "an empty answer"
    if found := _EXCEPTION.search(start.decode("utf-8", "replace")):
        return f"the error “{clean_line(found[0], 160)}”"
    if start.startswith(b"\x1f\x8b"):
        return "compressed data"
    text = start.decode("utf-8", "replace")
    if _PAGE.match(text):
        title = _TITLE.search(text)
        named = clean_line(html.unescape(title[1]), 80) if title else ""
        return f"an HTML page titled “{named}”" if named else "an HTML page without a title"
    if text.startswith("<"):
        return "XML"
    return f"the text “{clean_line(text, 120)}”"


def seconds_asked(asked: str, now: datetime) -> float | None:
    """A ``Retry-After`` in seconds; None when it is absent, over, or not to be understood."""
    if asked.isdecimal():
        wait = float(asked)
    else:
        try:
            date = parsedate_to_datetime(asked)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        wait = (date - now).total_seconds()
    return wait if wait > 0 else None
