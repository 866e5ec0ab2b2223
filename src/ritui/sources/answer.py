"""What a service said: decoded within limits, and named when it is not what was due."""

from __future__ import annotations

import html
import re
import zlib
from codecs import getincrementaldecoder
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO, Final, Self, cast

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
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_FEW: Final = 3
"""Bad letters that do not speak for another encoding."""
_MANY: Final = 2_000_000
"""Lists and tables of one document, at most."""
_LARGE: Final = 16 * 2**20
"""Bytes kept in memory of an answer that may turn out to be too long."""
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

    What is long is on disk until it is whole, so that what is too long never is in memory.
    """

    def __init__(self, limit: int, *, gzipped: bool, file: BinaryIO | None = None) -> None:
        """Begin with nothing.

        Args:
            limit: Bytes there may be.
            gzipped: Whether it comes packed.
            file: Where it goes; without one it is in `content`.
        """
        # Most commands ask nobody, and do without what makes temporary files.
        from tempfile import SpooledTemporaryFile

        self._left = limit
        self._own = None if file else SpooledTemporaryFile(_LARGE)  # noqa: SIM115 - see `__exit__`
        self._file = file or cast("BinaryIO", self._own)
        self._file.seek(0)  # an earlier try may have left something
        self._file.truncate()
        self._inflate = zlib.decompressobj(31) if gzipped else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.close()

    def content(self) -> bytes:
        """All that came; nothing where it went to a file."""
        if self._own is None:
            return b""
        self._own.seek(0)
        return self._own.read()

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
        SourceUnusable: It is plainly something else, or of another encoding; the error says it.
    """
    body = answer.body.removeprefix(_BOM)
    if body.lstrip()[:1] not in (b"{", b"["):
        raise SourceUnusable(source, answer.url, f"{what_is(body)} where JSON was due")
    if wrong := misread(body) or crowded(body):
        raise SourceUnusable(source, answer.url, wrong)
    return body


def crowded(body: bytes) -> str:
    """Why a document would take too much memory when it is parsed; empty when it would not.

    An empty table is two bytes in an answer, and some sixty in memory.
    """
    many = body.count(b"{") + body.count(b"[") > _MANY
    return f"more than {_MANY:,} lists and tables in it" if many else ""


def misread(body: bytes) -> str:
    """Why a text that should be UTF-8 is of another encoding; empty when it is not.

    A few bad bytes, or some among more good letters, are damage to some records, which harms no
    other.
    """
    if body.isascii():
        return ""
    decoder = getincrementaldecoder("utf-8")()
    for start in range(0, len(body), SLICE):
        left = len(decoder.getstate()[0])  # of a letter that began in the slice before
        try:
            decoder.decode(body[start : start + SLICE], start + SLICE >= len(body))
        except UnicodeDecodeError as error:
            good, bad = _beyond_ascii(body)
            is_other = bad > max(good, _FEW)
            return f"not UTF-8, at byte {start - left + error.start}" if is_other else ""
    return ""


def is_mostly_utf8(body: bytes) -> bool:
    """Whether more letters beyond ASCII are good UTF-8 than are not: it is cut or damaged."""
    good, bad = _beyond_ascii(body)
    return good > bad


def _beyond_ascii(body: bytes) -> tuple[int, int]:
    """How many letters beyond ASCII are good UTF-8, and how many pieces are none."""
    found = bad = 0
    for start in range(0, len(body), SLICE):  # the few letters between two slices decide nothing
        text = body[start : start + SLICE].decode("utf-8", "replace")
        bad += text.count("\ufffd")
        found += sum(not each.isascii() for each in text)
    return found - bad, bad


def text_of(answer: Answer) -> str:
    """The body of an answer as text: by its mark, its header, else UTF-8 or Windows-1252."""
    charset = re.search(r"charset=[\"']?([\w.-]+)", answer.headers.get("content-type", ""), re.I)
    if answer.body.startswith(_UTF16):
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
    if start.startswith(b"PK\x03\x04"):
        return "a ZIP or Excel file"
    is_wide = start.startswith(_UTF16)
    text = start.decode("utf-16" if is_wide else "utf-8", "replace")
    if _PAGE.match(text):
        title = _TITLE.search(text)
        named = clean_line(html.unescape(title[1]), 80) if title else ""
        return f"an HTML page titled “{named}”" if named else "an HTML page without a title"
    if text.startswith("<"):
        return "XML"
    return f"the text “{clean_line(text, 120)}”{' in UTF-16' if is_wide else ''}"


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
