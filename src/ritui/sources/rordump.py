"""The kind ``ror-dump``: the whole Research Organization Registry, from one file.

The file is a release as Zenodo keeps it, or any zip, gzip or plain JSON with an array of ROR
records. It is read as a stream: what is in memory is one record, and the claims of one page.
See https://ror.readme.io/docs/data-dump.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import stat
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, BinaryIO, ClassVar, Final, cast
from urllib.parse import urlsplit

import msgspec

from ritui.errors import SourceUnreachable, SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import Unfit
from ritui.model.source import Source
from ritui.model.vocab import KINDS, region_of
from ritui.resources import asset
from ritui.sources.address import is_web, shown, stays
from ritui.sources.answer import Unchanged, Validators, json_of, what_is
from ritui.sources.base import DUMP, Page, check_word, size_of
from ritui.sources.ror import LICENCE, TYPES, Location, claim_from, read_record
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

PAGE: Final = 1_000
"""Claims on a page."""

_OPTIONS: Final = ("url", "keep", "max_bytes", "as")
_KEPT: Final = ("types", "regions", "countries")
"""What ``keep`` may choose by; of several, all must hold."""
_REGIONS: Final = ("EU", "LAC")
_SHARE: Final = 10_000
"""Records looked at in one go; between two of them a reader can stop it."""
_CHUNK: Final = 2**20
_LONGEST: Final = 8 * 2**20
"""Bytes of one record. The longest of the registry has some 200,000."""
_DEPOSIT = re.compile(r"/api/records/\d+/?$")
"""The path of a record of Zenodo, which names its files."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Everything up to a brace that is in no text. What it passed is never tried again.
_BRACE = re.compile(rb'(?:[^{}"]++|"(?:[^"\\]++|\\.)*+")*+([{}])', re.DOTALL)
_BETWEEN: Final = b" \t\r\n,["
_BOM: Final = b"\xef\xbb\xbf"


class _File(msgspec.Struct):
    """A file of a Zenodo record."""

    key: str = ""
    size: int = 0
    checksum: str = ""
    links: dict[str, Any] = {}


class _Deposit(msgspec.Struct):
    """A Zenodo record, as far as it is used here."""

    files: list[_File] = []


class _Brief(msgspec.Struct, gc=False):
    """What decides whether a record is wanted."""

    id: str
    types: list[str] = []
    locations: list[Location] = []


class RorDump:
    """The kind ``ror-dump``: every record of a release that is to be kept."""

    licence: ClassVar[str] = LICENCE
    is_dump: ClassVar[bool] = True
    """That it may take as long as a dump does."""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that ROR or this kind does not know.
        """
        for option in source.options:
            check_word("option of ror-dump", option, _OPTIONS)
        if not str(source.options.get("url", "")).strip():
            raise UnknownWord("web address", "")
        size_of(source, DUMP)
        check_word("kind", str(source.options.get("as", KINDS[0])), KINDS)
        keep = source.options.get("keep", {})
        if not isinstance(keep, dict):
            raise UnknownWord("keep", clean_line(str(keep), 60), "{ types = [...] }")
        countries = json.loads(asset("vocab", "countries.json").read_bytes())
        allowed = {"types": TYPES, "regions": _REGIONS, "countries": countries}
        for key in keep:
            check_word("key of keep", key, _KEPT)
            for word in _words(keep, key):
                check_word(f"keep.{key}", word, allowed[key])

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Get the file, and read it to its end.

        Raises:
            Unchanged: The newest release is the one of the last good run.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        url = str(source.options["url"])
        moved = ""
        file: BinaryIO
        with ExitStack() as stack:
            if is_web(url):
                file = stack.enter_context(TemporaryFile(prefix="ritui-"))
                moved = await _download(source, door, url, file)
            else:
                file = stack.enter_context(await asyncio.to_thread(_opened, source, url))
            read = _pages(source, file, stack)
            # Only where a page ends can it be left: in a thread, the file is in use.
            while True:
                step = asyncio.ensure_future(asyncio.to_thread(next, read, None))
                try:
                    page = await asyncio.shield(step)
                except asyncio.CancelledError:
                    await asyncio.wait([step])
                    if not step.cancelled():
                        step.exception()  # nobody is left to hear of it
                    raise
                if page is None:
                    return
                if page.claims or page.faults:
                    yield replace(page, moved=moved)


async def _download(source: Source, door: Door, url: str, file: BinaryIO) -> str:
    """Put a release into a file; gives the new address, where it has moved for good."""
    most = size_of(source, DUMP)
    if not _DEPOSIT.search(urlsplit(url).path):
        return (await door.save(source, url, file, most, conditional=True)).moved
    # The record counts its own views, so that it is new every day: only its files are compared.
    answer = await door.get(source, url, headers={"Accept": "application/json"})
    newest = _newest(json_of(answer, source.id), source, answer.url)
    link = str(newest.links.get("self", ""))
    if not is_web(link) or not stays(url, link):
        reason = f"the file {clean_line(newest.key, 80)} is at another host"
        raise SourceUnusable(source.id, answer.url, reason)
    if newest.size > most:
        raise SourceUnusable(source.id, shown(link), f"more than {most:,} bytes")
    name, _, due = newest.checksum.lower().partition(":")
    if name != "md5" or not due:
        await door.save(source, link, file, most, conditional=True)
        return ""
    # The checksum is a tag of the file that comes before the file. It is kept under the record's
    # address and the file's name, which no request has.
    place = f"{shown(url)}#{clean_line(newest.key, 200)}"
    tag = Validators(f"{name}:{due}")
    if door.known.get(source.id, {}).get(place) == tag:
        raise Unchanged(source.id)
    await door.save(source, link, file, most)
    if await asyncio.to_thread(_md5, file) != due:
        raise SourceUnusable(source.id, shown(link), "not the file that its checksum is of")
    door.given.setdefault(source.id, {})[place] = tag
    # That a record leads to its newest version is no reason to name another one.
    return ""


def _newest(body: bytes, source: Source, url: str) -> _File:
    """The newest zip of a Zenodo record."""
    try:
        deposit = msgspec.json.decode(body, type=_Deposit)
    except (ValueError, RecursionError) as error:
        raise SourceUnusable(source.id, url, clean_line(str(error), 160)) from error
    zips = [file for file in deposit.files if file.key.lower().endswith(".zip")]
    if not zips:
        raise SourceUnusable(source.id, url, "a record without a zip file")
    return max(zips, key=lambda file: (_DATE.findall(file.key)[-1:], file.key))


def _md5(file: BinaryIO) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _opened(source: Source, path: str) -> BinaryIO:
    """A file of this machine."""
    try:
        # A pipe would be waited for, and a device has no end.
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise SourceUnreachable(source.id, path, "not a file")
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceUnreachable(source.id, path, reason.lower()) from error


def _pages(source: Source, file: BinaryIO, stack: ExitStack) -> Iterator[Page]:
    """The pages of an open release; what cannot be read ends them with the reason."""
    import zipfile

    url = shown(str(source.options["url"]))
    most = size_of(source, DUMP)
    try:
        yield from _read(source, split(_unpacked(source, file, stack), most))
    except EOFError as error:
        raise SourceUnusable(source.id, url, "it stops in the middle") from error
    except OverflowError as error:
        raise SourceUnusable(source.id, url, f"more than {most:,} bytes") from error
    except zipfile.BadZipFile as error:
        reason = f"no whole zip file: {clean_line(str(error), 120)}"
        raise SourceUnusable(source.id, url, reason) from error
    except (OSError, RuntimeError, ValueError, NotImplementedError, zlib.error) as error:
        reason = clean_line(str(error), 160) or type(error).__name__
        raise SourceUnusable(source.id, url, reason) from error


def _unpacked(source: Source, file: BinaryIO, stack: ExitStack) -> IO[bytes]:
    """The JSON in a release, whichever of the three forms it has.

    Raises:
        ValueError: It has none of them.
    """
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        import gzip

        return cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=file)))
    if not start.startswith(b"PK"):
        if start.removeprefix(_BOM).lstrip()[:1] != b"[":
            raise ValueError(f"{what_is(start)} where a release of ROR was due")
        return file
    import zipfile

    archive = stack.enter_context(zipfile.ZipFile(file))
    names = [each for each in archive.namelist() if each.lower().endswith(".json")]
    names = [each for each in names if not each.startswith("__MACOSX/")]
    marked = [each for each in names if "_schema_v2" in each]
    chosen = marked or names
    if len(chosen) != 1:
        raise ValueError(f"a zip with {len(chosen)} JSON files where one was due")
    return stack.enter_context(archive.open(chosen[0]))


def split(file: IO[bytes], most: int) -> Iterator[bytes]:
    """The objects of a JSON array, as they stand; what stands between them comes as it is, too.

    Raises:
        EOFError: The array is not complete.
        OverflowError: It has more bytes than it may.
        ValueError: It is no array, or has a record that is too long.
    """
    buffer, left, depth = b"", most, 0
    start = place = 0
    while chunk := file.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise OverflowError
        buffer, place, start = buffer[start:] + chunk, place - start, 0
        if left + len(chunk) == most:
            buffer = buffer.removeprefix(_BOM)
            if buffer.lstrip()[:1] != b"[":
                raise ValueError(f"{what_is(buffer)} where a list was due")
        while brace := _BRACE.match(buffer, place):
            at, place = brace.start(1), brace.end()
            if brace[1] == b"{":
                if not depth:
                    if between := buffer[start:at].strip(_BETWEEN):
                        yield between
                    start = at
                depth += 1
                continue
            depth -= 1
            if depth < 0:
                raise ValueError("a } that nothing opened")
            if not depth:
                yield buffer[start:place]
                start = place
        if len(buffer) - start > _LONGEST:
            raise ValueError(f"a record of more than {_LONGEST:,} bytes")
    rest = buffer[start:].strip()
    if depth or not rest.endswith(b"]"):
        raise EOFError
    if between := rest.removesuffix(b"]").strip(_BETWEEN):
        yield between


def _read(source: Source, records: Iterator[bytes]) -> Iterator[Page]:
    """The pages that records make, with the bad ones named."""
    keep = source.options.get("keep", {})
    claims: list[Claim] = []
    faults: list[str] = []
    dropped: list[str] = []
    looked = wrong = right = 0
    for number, raw in enumerate(records, 1):
        looked += 1
        if not raw.isascii():
            is_right = _is_utf8(raw)
            wrong, right = wrong + (not is_right), right + is_right
        label = f"record {number}"
        try:
            brief = _brief(raw)
            label = clean_line(brief.id, 60) or label
            if _is_kept(brief, keep):
                claim, unfit = claim_from(read_record(raw), source)
                claims.append(claim)
                dropped += (f"{claim.ref}: {each}" for each in unfit)
        except Unfit as error:
            faults.append(f"{label}: {error}")
        if len(claims) == PAGE or looked == _SHARE:
            _check_encoding(wrong, right)
            yield Page(tuple(claims), (), tuple(faults), tuple(dropped))
            claims, faults, dropped, looked = [], [], [], 0
    if looked:
        _check_encoding(wrong, right)
        yield Page(tuple(claims), (), tuple(faults), tuple(dropped))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _check_encoding(wrong: int, right: int) -> None:
    """Raises ValueError where more records that have other letters are not UTF-8 than are."""
    if wrong > right:
        raise ValueError(f"not UTF-8, in {wrong:,} of {wrong + right:,} records with other letters")


def _brief(raw: bytes) -> _Brief:
    try:
        return _BRIEF.decode(raw)
    except (ValueError, RecursionError) as error:
        raise Unfit(clean_line(str(error), 160)) from error


def _is_kept(brief: _Brief, keep: dict[str, Any]) -> bool:
    """Whether the type, and one of the places, of a record are wanted."""
    types, regions, countries = (_words(keep, key) for key in _KEPT)
    if types and not set(types) & set(brief.types):
        return False
    places = {
        (each.geonames_details.country_code or "").upper()
        for each in brief.locations
        if each.geonames_details
    }
    if countries and not set(countries) & places:
        return False
    return not regions or any(region_of(place) in regions for place in places)


def _words(keep: dict[str, Any], key: str) -> tuple[str, ...]:
    """The words of a list, or one word on its own."""
    value = keep.get(key, ())
    return tuple(str(each) for each in (value if isinstance(value, list | tuple) else (value,)))


_BRIEF: Final = msgspec.json.Decoder(_Brief, strict=False)
