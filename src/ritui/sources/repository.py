"""A research data repository as re3data describes it, and the claim that is made of it.

Both ways to re3data, DataCite's JSON and re3data's own XML, end in a `Repository`, so that the
same words become the same claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise
from ritui.model.record import Provenance
from ritui.model.source import Source
from ritui.model.vocab import KINDS, region_of
from ritui.sources.address import is_web
from ritui.sources.base import listed
from ritui.text import clean_line

LICENCE: Final = "CC0-1.0"
"""Of the metadata of re3data."""
ID: Final = re.compile(r"r3d\d{9}", re.ASCII)
"""An id of re3data."""
DOI: Final = re.compile(r"10\.17616/\w+", re.ASCII)
"""A DOI of re3data, without the address of the resolver."""

_BODIES: Final = {"EEC": "EU", "AAA": "global"}
"""re3data's codes for the European Union and for international bodies, and their regions."""

_DERIVED: Final = "The domains are derived from the DFG subjects that re3data gives."
_BRANCHES: Final = {
    "1": "social-cultural", "2": "health-food",
    "3": "physical-sciences-engineering", "4": "physical-sciences-engineering",
}  # fmt: skip
_NUMBER = re.compile(r"\s*(\d+)\s+")

_ACRONYM = re.compile(r"[A-Z0-9][A-Z0-9&/.+-]{1,11}")
_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_LANGUAGE: Final = "und"
"""BCP 47 for a name that is found, but shown in no language."""

# ISO 639-3 and 639-1 of the languages of Europe and Latin America, and the largest of others.
_LANGUAGES: Final = {each[:3]: each[3:] for each in (
    "araar aymay belbe bosbs bulbg catca cescs cymcy danda deude ellel engen estet euseu faofo "
    "finfi frafr glega glggl grngn hatht hebhe hinhi hrvhr hunhu islis itait jpnja korko latla "
    "lavlv litlt ltzlb mkdmk mltmt nldnl nnonn nobnb norno polpl porpt quequ ronro rusru slksk "
    "slvsl spaes sqisq srpsr swesv turtr ukruk zhozh"
).split()}  # fmt: skip


class Text(msgspec.Struct, gc=False):
    """A word of a list, with its language where it has one."""

    text: str | None = None
    language: str | None = None


class Institution(msgspec.Struct, rename="camel"):
    """Who answers for a repository, and in which way."""

    name: str = ""
    country: str | None = None
    responsibility_types: list[Text] | None = None
    responsibility_end_date: str | None = None

    @property
    def duties(self) -> set[str]:
        """``general``, ``technical``, ``funding``, ``sponsoring``."""
        return {*_texts(self.responsibility_types)}


class Attributes(msgspec.Struct, rename="camel"):
    """What re3data says about a repository, as far as it is used here."""

    re3data_id: str
    repository_name: str | None = None
    repository_url: str | None = None
    repository_contacts: list[Text] | None = None
    repository_languages: list[Text] | None = None
    description: str | None = None
    additional_names: list[Text] | None = None
    subjects: list[Text] | None = None
    keywords: list[Text] | None = None
    institutions: list[Institution] | None = None
    start_date: str | None = None
    end_date: str | None = None
    updated: str | None = None


class Repository(msgspec.Struct):
    """One entry of the registry. Its id is a DOI, and at times nothing."""

    id: str | None
    attributes: Attributes


def claim_from(
    record: Repository, source: Source, countries: Mapping[str, str]
) -> tuple[Claim, list[str]]:
    """What re3data says about a repository, as a claim, and what of it could not be used.

    Raises:
        Unfit: It has no id or no name, so that nothing can be said about it.
    """
    said = record.attributes
    ref = said.re3data_id.strip()
    if not ID.fullmatch(ref):
        raise Unfit(f"not an id of re3data: {clean_line(ref, 60)}")
    faults: list[str] = []
    values: dict[str, Any] = {"id": f"re3data-{ref}"}
    values["kind"] = source.options.get("as", KINDS[0])
    values |= _named(said) | _placed(said.institutions or [], countries, faults)
    subjects = _texts(said.subjects)
    values["domains"] = domains_of(subjects)
    values["fields"] = [_NUMBER.sub("", each) for each in subjects] + _texts(said.keywords)
    # Dates come as 2008, 2014-08, 1995-12-2 or with a time.
    values["established"] = said.start_date[:4] if said.start_date else None
    values["ended"] = said.end_date[:4] if said.end_date else None
    values["status"] = "ended" if said.end_date else None
    values["contacts"] = [_contact(text, faults) for text in _texts(said.repository_contacts)]
    values["website"] = said.repository_url or None
    values["identifiers"] = {"re3data": ref, "doi": record.id}
    values["summary"] = said.description
    fit, unfit = normalise(values)
    if "name" not in fit:
        raise Unfit("it has no name")
    cautions = {"domains": _DERIVED} if "domains" in fit else {}
    date = "".join(_DATE.findall(said.updated or "")[:1])
    url, licence = f"https://www.re3data.org/repository/{ref}", source.licence or LICENCE
    evidence = Provenance(source.id, "re3data", url, date, licence, tuple(fit))
    return Claim(source.id, ref, fit, (evidence,), cautions), [*faults, *unfit]


def domains_of(subjects: Iterable[str]) -> list[str]:
    """The ESFRI domains of DFG subjects like ``313 Atmospheric Science and Oceanography``.

    A whole branch (``3 Natural Sciences``) decides only where nothing finer of it is given.
    """
    codes = [found[1] for each in subjects if (found := _NUMBER.match(each))]
    finer = {code[0] for code in codes if len(code) > 1}
    decide = [code for code in codes if len(code) > 1 or code not in finer]
    return [each for each in dict.fromkeys(map(_domain, decide)) if each]


def kept(source: Source, word: str) -> tuple[str, ...]:
    """The words of a condition of ``keep``: ``regions`` or ``countries``."""
    return listed(replace(source, options=source.options.get("keep", {})), word)


def is_kept(record: Repository, source: Source, countries: Mapping[str, str]) -> bool:
    """Whether one of its institutions, whatever its part, is where the settings say."""
    regions, wanted = kept(source, "regions"), kept(source, "countries")
    return not (regions or wanted) or any(
        (not regions or _region(code, countries) in regions)
        and (not wanted or countries.get(code) in wanted)
        for code in (each.country or "" for each in record.attributes.institutions or ())
    )


def _region(code: str, countries: Mapping[str, str]) -> str:
    return _BODIES.get(code) or region_of(countries.get(code, ""))


def _named(said: Attributes) -> dict[str, Any]:
    """The name it goes by, its translations, and its acronym.

    Nobody states the language of the name itself. Where the repository has one language, another
    name in that language is an alias or a slogan, which must not stand in for the name.
    """
    own = {_LANGUAGES.get(each, each) for each in _texts(said.repository_languages)}
    names: dict[str, str] = {}
    acronym = None
    for each in said.additional_names or ():
        text = clean_line(each.text or "")
        language = _LANGUAGES.get(each.language or "", each.language or _NO_LANGUAGE)
        if _ACRONYM.fullmatch(text):
            acronym = acronym or text
        elif text:
            names.setdefault(_NO_LANGUAGE if own == {language} else language, text)
    return {"name": said.repository_name, "acronym": acronym, "names": names}


def _placed(
    institutions: list[Institution], countries: Mapping[str, str], faults: list[str]
) -> dict[str, Any]:
    """The host with its country, and the countries of all who do more than pay."""
    hosts = [each for each in institutions if "general" in each.duties]
    # Who has ended its part is the host only where nobody has followed.
    hosts.sort(key=lambda each: bool(each.responsibility_end_date))
    parts = [
        each for each in institutions if each.duties - {"funding", "sponsoring"} or not each.duties
    ]
    codes: dict[str, str] = {}
    for code in [each.country or "" for each in (*hosts, *parts)]:
        if code in countries:
            codes[code] = countries[code]
        elif code not in {"", *_BODIES, *codes}:
            codes[code] = ""
            faults.append(f"country: {clean_line(code, 20)} is not an ISO 3166-1 alpha-3 code")
    seat = (hosts[0].country or "") if hosts else ""
    country = codes.get(seat, "")
    return {
        "host": hosts[0].name if hosts else None,
        "region": _region(seat, countries) or None,
        "country": country or None,
        "countries": [code for code in codes.values() if code and code != country],
    }


def _contact(text: str, faults: list[str]) -> dict[str, str]:
    """A mail address, a page, or lines of which one holds a mail address."""
    if is_web(text.strip()):
        return {"url": text.strip()}
    text = text[:2_000].replace("(at)", "@")
    mail = _MAIL.search(text)
    if not mail:
        faults.append(f"contacts: no address in {clean_line(text, 60)}")
        return {}
    rest = [line.strip() for line in text.splitlines() if line.strip() and mail[0] not in line]
    return {"email": mail[0]} | dict(zip(("name", "role"), rest, strict=False))


def _texts(words: Iterable[Text] | None) -> list[str]:
    return [each.text for each in words or () if each.text]


def _domain(code: str) -> str:
    """By area (two digits) or review board (three or more), numbered on through all areas."""
    if code == "34" or "313" <= code[:3] <= "318":
        return "environment"
    if code == "44" or "407" <= code[:3] <= "409":
        return "data-computing-digital"
    return _BRANCHES.get(code[0], "")
