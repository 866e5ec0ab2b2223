"""re3data, the registry of research data repositories, read through DataCite or by itself.

re3data's own API needs one request for every repository (`ritui.sources.re3dataxml`); DataCite
gives a thousand of them in one answer, and so comes first. Its ``links.next`` names another
endpoint, so ``meta.totalPages`` counts the pages.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec

from ritui.errors import SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.source import Source
from ritui.model.vocab import KINDS, REGIONS
from ritui.resources import asset
from ritui.sources.address import is_web
from ritui.sources.answer import Answer, json_of
from ritui.sources.base import Page, check_word, listed
from ritui.sources.feed import number
from ritui.sources.re3dataxml import walk
from ritui.sources.repository import DOI, LICENCE, Repository, claim_from, is_kept, kept
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

URL: Final = "https://api.datacite.org/re3data"

_ASKED: Final = ("query", "subject")
_COMMON: Final = ("query", "url", "via", "keep", "as", "max_records")
_OPTIONS: Final = {"datacite": (*_COMMON, "subject", "dois"), "re3data": _COMMON}
"""What each way understands."""
_JSON: Final = {"Accept": "application/json"}
_SIZE: Final = 1_000
"""Repositories a page; the API gives no more."""
_SILENCE: Final = 60.0
"""Seconds before the first byte: a full page was seen to take 15 to 27."""
_MOST: Final = 10_000
"""Repositories taken at most; the registry has a third of that."""


class _Meta(msgspec.Struct, rename="camel"):
    total: int
    total_pages: int


class _Envelope(msgspec.Struct):
    data: msgspec.Raw = msgspec.Raw(b"")
    meta: _Meta | None = None
    errors: list[Any] | None = None


class Re3data:
    """The kind ``re3data``: what one query finds, or repositories by their DOI."""

    licence: ClassVar[str] = LICENCE

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that this kind does not know.
        """
        via = _via(source)
        check_word("way to re3data", via, _OPTIONS)
        for option in source.options:
            check_word(f"option of re3data by {via}", option, _OPTIONS[via])
        check_word("kind", str(source.options.get("as", KINDS[0])), KINDS)
        keep = source.options.get("keep", {})
        if not isinstance(keep, Mapping):
            raise UnknownWord("table of conditions", clean_line(str(keep), 60))
        for word in keep:
            check_word("condition of keep", str(word), ("regions", "countries"))
        for region in kept(source, "regions"):
            check_word("region", region, REGIONS)
        countries = json.loads(asset("vocab", "countries.json").read_bytes())
        for code in kept(source, "countries"):
            check_word("country", code, countries)
        for doi in listed(source, "dois"):
            if not DOI.fullmatch(doi):
                raise UnknownWord("DOI of re3data (10.17616/…)", clean_line(doi, 60))
        url = str(source.options.get("url", URL))
        if not is_web(url):
            raise UnknownWord("web address", clean_line(url, 100))
        number(source, "max_records", _MOST, _MOST)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask either way, until there is no more or enough.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        most = number(source, "max_records", _MOST, _MOST)
        countries = json.loads(asset("vocab", "alpha3.json").read_bytes())
        walked = walk if _via(source) == "re3data" else _datacite
        taken = 0
        async with aclosing(walked(source, door, countries)) as pages:
            async for page in pages:
                claims = page.claims[: most - taken]
                taken += len(claims)
                yield replace(page, claims=claims)
                if taken == most:
                    return


async def _datacite(
    source: Source, door: Door, countries: Mapping[str, str]
) -> AsyncGenerator[Page, None]:
    """Ask page by page, to the number of pages that the API states and no further."""
    url = str(source.options.get("url", URL)).rstrip("/")
    if dois := listed(source, "dois"):
        for doi in dois:
            yield await _single(source, door, url, doi, countries)
        return
    asked = {key: str(source.options[key]) for key in _ASKED if source.options.get(key)}
    seen: set[str] = set()
    for place in count(1):
        params = {**asked, "page[number]": str(place), "page[size]": str(_SIZE)}
        answer = await door.get(source, url, params=params, headers=_JSON, silence=_SILENCE)
        items, meta = _open(answer, source.id)
        page, ids = _read(items, source, countries, place)
        fresh = ids - seen
        over = place >= meta.total_pages
        if not fresh and (ids or not over):  # the same page again, or an empty one too early
            reason = f"page {place} has no new record, after {len(seen)} of {meta.total}"
            raise SourceUnusable(source.id, answer.url, reason)
        claims = tuple(claim for claim in page.claims if claim.ref not in seen)
        seen |= ids
        faults = page.faults
        if over and len(seen) < meta.total:
            faults = (*faults, f"{len(seen)} of {meta.total} records came; others are missing")
        yield Page(claims, (), faults, page.dropped, meta.total, answer.moved)
        if over:
            return


async def _single(
    source: Source, door: Door, url: str, doi: str, countries: Mapping[str, str]
) -> Page:
    """One repository by its DOI; a DOI that is not known is a fault and harms no other."""
    try:
        answer = await door.get(source, f"{url}/{doi}", headers=_JSON, silence=_SILENCE)
    except SourceRefused as error:
        if error.status != 404:
            raise
        return Page(faults=(f"{doi}: re3data has no such repository",))
    items, _ = _open(answer, source.id)
    # An unknown DOI is answered with success, and with somebody else's record.
    given = _label(items[0]) if items else "nothing"
    if given.casefold() != doi.casefold():
        return Page(faults=(f"{doi}: not known; the answer is about {given}",), moved=answer.moved)
    return replace(_read(items, source, countries, 1)[0], moved=answer.moved)


def _open(answer: Answer, source: str) -> tuple[list[msgspec.Raw], _Meta]:
    """The entries of an answer, still closed, and how many there are in all."""
    try:
        envelope = _ENVELOPE.decode(json_of(answer, source))
        data = bytes(envelope.data).strip()
        alone = data.startswith(b"{")
        items = [envelope.data] if alone else _ITEMS.decode(data or b"[]")
    except (ValueError, RecursionError) as error:
        raise SourceUnusable(source, answer.url, clean_line(str(error), 160)) from error
    if envelope.errors:
        titles = [each.get("title") if isinstance(each, dict) else each for each in envelope.errors]
        said = clean_line("; ".join(map(str, titles)), 160)
        raise SourceUnusable(source, answer.url, f"DataCite says: {said}")
    if not data or (envelope.meta is None and not alone):
        raise SourceUnusable(source, answer.url, "JSON that is not a list of repositories")
    return items, envelope.meta or _Meta(1, 1)


def _read(
    items: Iterable[msgspec.Raw], source: Source, countries: Mapping[str, str], place: int
) -> tuple[Page, set[str]]:
    """The claims of a page that are kept, its bad records named, and the keys of all."""
    claims, ids = list[Claim](), set[str]()
    faults, dropped = list[str](), list[str]()
    for row, raw in enumerate(items, 1):
        try:
            record = _REPOSITORY.decode(raw)
            claim, unfit = claim_from(record, source, countries)
        except (ValueError, RecursionError) as error:  # among them Unfit
            label = _label(raw) or f"page {place}, record {row}"
            ids.add(label)
            faults.append(f"{label}: {clean_line(str(error), 160)}")
            continue
        ids.add(claim.ref)
        if is_kept(record, source, countries):
            claims.append(claim)
            dropped += (f"{claim.ref}: {each}" for each in unfit)
    return Page(tuple(claims), (), tuple(faults), tuple(dropped)), ids


def _label(raw: msgspec.Raw) -> str:
    """The DOI of an entry that may not be readable otherwise; empty when not even that is."""
    try:
        return clean_line(_REPOSITORY.decode(raw).id or "", 60)
    except (ValueError, RecursionError):
        return "".join(DOI.findall(bytes(raw)[:200].decode("utf-8", "replace"))[:1])


def _via(source: Source) -> str:
    return str(source.options.get("via", "datacite"))


_REPOSITORY: Final = msgspec.json.Decoder(Repository, strict=False)
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
