"""re3data by its own API: a list of all repositories, then one XML document for each.

The list has no pages and no namespace; a document is in the namespace of its version of the
schema, so only local names are looked at. Schema: https://doi.org/10.2312/re3.006 .
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from ritui.errors import SourceFailed, SourceRefused, SourceUnreachable, SourceUnusable
from ritui.model.normal import Unfit
from ritui.model.source import Source
from ritui.sources.answer import Answer, what_is
from ritui.sources.base import Page
from ritui.sources.repository import (
    DOI,
    ID,
    Attributes,
    Institution,
    Repository,
    Text,
    claim_from,
    is_kept,
)
from ritui.sources.xml import XmlUnfit, read_xml
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

LIST: Final = "https://www.re3data.org/api/v1/repositories"
SEARCH: Final = "https://www.re3data.org/api/beta/repositories"
"""The same list, which also takes a ``query``."""

_XML: Final = {"Accept": "text/xml, application/xml;q=0.9"}
_PATIENCE: Final = 5
"""Repositories that may fail one after the other before the service is taken to be down."""
_ANSWERS_A_SECOND: Final = 0.75
"""How many are asked for in the time of a source: one a second, and what they take themselves."""
# A line that is broken and indented was broken by a formatter, not by whoever wrote it.
_WRAPPED = re.compile(r"[ \t]*\r?\n[ \t]+")


async def walk(
    source: Source, door: Door, countries: Mapping[str, str]
) -> AsyncGenerator[Page, None]:
    """The list, then a page for each repository that it names.

    A repository that cannot be read is a fault. Where several fail in a row, or all do, the
    service is at fault. Addresses are made of ids; the links of the list are not followed.

    Args:
        source: ``url`` is the address of the list, ``query`` narrows it.
        door: The way to the network.
        countries: ISO 3166-1 alpha-3 codes to alpha-2.

    Raises:
        SourceFailed: It could not be read; nothing of this run may be kept.
    """
    query = str(source.options.get("query", ""))
    url = str(source.options.get("url", SEARCH if query else LIST)).rstrip("/")
    params = {"query": query} if query else None
    answer = await door.get(source, url, params=params, headers=_XML)
    dois, faults = _listed(answer, source.id)
    most = max(1, int(door.limits.source * _ANSWERS_A_SECOND))
    asked = list(dois)[:most]
    dropped = [] if len(asked) == len(dois) else [_too_many(len(asked), len(dois))]
    first = Page((), (), tuple(faults), tuple(dropped), len(asked), answer.moved)
    if not asked:
        yield first
    failed = wrong = 0
    for ref in asked:
        try:
            page = await _one(source, door, url, ref, dois[ref], countries)
            failed = 0
        except (SourceRefused, SourceUnusable, SourceUnreachable) as error:
            failed += 1
            if failed == min(_PATIENCE, len(asked)):
                raise
            page = Page(faults=(f"{ref}: {_said(error)}",))
        wrong += bool(page.faults)
        if wrong == len(asked):
            reason = f"none of {wrong:,} repositories could be read: {page.faults[0]}"
            raise SourceUnusable(source.id, answer.url, reason)
        yield replace(
            first,
            claims=page.claims,
            faults=first.faults + page.faults,
            dropped=first.dropped + page.dropped,
        )
        first = Page(expected=first.expected)


def _too_many(asked: int, there: int) -> str:
    return (
        f"{asked:,} of {there:,} repositories were asked for, as many as there is time for; "
        'a query narrows the list, and via = "datacite" reads all'
    )


async def _one(
    source: Source, door: Door, url: str, ref: str, doi: str, countries: Mapping[str, str]
) -> Page:
    """One repository, or the fault it has.

    Raises:
        SourceFailed: Its document could not be had, or is none.
    """
    answer = await door.get(source, urljoin(url, f"repository/{ref}"), headers=_XML)
    root = _open(answer, source.id)
    try:
        record = repository_from(root, doi)
        given = record.attributes.re3data_id
        if given != ref:
            raise Unfit(f"the answer is about {clean_line(given, 60) or 'nothing'}")
        if not is_kept(record, source, countries):
            return Page()
        claim, unfit = claim_from(record, source, countries)
    except Unfit as error:
        return Page(faults=(f"{ref}: {error}",))
    return Page((claim,), dropped=tuple(f"{ref}: {each}" for each in unfit))


def repository_from(root: Element, doi: str = "") -> Repository:
    """What a document says about its repository, as DataCite would have put it.

    Args:
        root: ``re3data`` with a ``repository`` inside, of whatever version.
        doi: The repository's own, which only the list knows.

    Raises:
        Unfit: There is no repository in it.
    """
    said = next(_inside(root, "repository"), None)
    if said is None:
        raise Unfit(f"<{clean_line(_name(root), 60)}> without a repository")
    return Repository(
        doi or None,
        Attributes(
            re3data_id=_first(said, "re3data.orgidentifier") or "",
            repository_name=_first(said, "repositoryname"),
            repository_url=_first(said, "repositoryurl"),
            repository_contacts=_words(said, "repositorycontact"),
            repository_languages=_words(said, "repositorylanguage"),
            description=_first(said, "description"),
            additional_names=_words(said, "additionalname"),
            subjects=_words(said, "subject"),
            keywords=_words(said, "keyword"),
            institutions=[_institution(each) for each in _inside(said, "institution")],
            start_date=_first(said, "startdate"),
            end_date=_first(said, "enddate"),
            updated=_first(said, "lastupdate"),
        ),
    )


def _institution(said: Element) -> Institution:
    return Institution(
        _first(said, "institutionname") or "",
        _first(said, "institutioncountry"),
        _words(said, "responsibilitytype"),
        _first(said, "responsibilityenddate"),
    )


def _listed(answer: Answer, source: str) -> tuple[dict[str, str], list[str]]:
    """The ids of a list in its order, each with its DOI or an empty text, and what is wrong."""
    root = _open(answer, source)
    if _name(root) != "list":
        reason = f"<{clean_line(_name(root), 60)}> where a list of repositories was due"
        raise SourceUnusable(source, answer.url, reason)
    dois: dict[str, str] = {}
    faults: list[str] = []
    for place, each in enumerate(_inside(root, "repository"), 1):
        ref = _first(each, "id") or ""
        if not ID.fullmatch(ref):
            faults.append(f"entry {place}: not an id of re3data: {clean_line(ref, 60)}")
            continue
        doi = DOI.search(_first(each, "doi") or "")
        dois.setdefault(ref, doi[0] if doi else "")
    return dois, faults


def _open(answer: Answer, source: str) -> Element:
    """The root of an answer, which may say that it is an error.

    Raises:
        SourceUnusable: It does, or it is no XML that can be read.
    """
    found = what_is(answer.body)
    if found != "XML":
        raise SourceUnusable(source, answer.url, f"{found} where XML was due")
    try:
        root = read_xml(answer.body)
    except XmlUnfit as error:
        raise SourceUnusable(source, answer.url, str(error)) from error
    if _name(root) == "error":
        said = " ".join(filter(None, (root.get("code"), root.get("message"))))
        raise SourceUnusable(source, answer.url, f"re3data says: {clean_line(said, 100)}")
    return root


def _said(error: SourceFailed) -> str:
    """Why a repository could not be had, in few words."""
    if isinstance(error, SourceRefused):
        if error.status == 404:
            return "re3data has no such repository"
        return f"{error.status} {error.reason}".strip()
    return str(error.facts().get("reason", ""))


def _name(element: Element) -> str:
    """The name of an element in lower case, without its namespace."""
    return element.tag.rpartition("}")[2].lower()


def _inside(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element if _name(each) == name)


def _words(element: Element, name: str) -> list[Text]:
    """The texts of all elements of a name that have one, with their languages."""
    return [
        Text(text, each.get("language"))
        for each in _inside(element, name)
        if (text := _WRAPPED.sub(" ", "".join(each.itertext())).strip())
    ]


def _first(element: Element, name: str) -> str | None:
    return next((each.text for each in _words(element, name)), None)
