"""Wikidata, asked through its Query Service for items by their number, or by a reader's query.

Answers are SPARQL 1.1 results in JSON: one row for every combination of values, so that the
rows of an item are put together. https://www.wikidata.org/wiki/Wikidata:SPARQL_query_service
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec

from ritui.errors import SettingUnreadable, SourceFailed, SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, wikidata_id
from ritui.model.record import Provenance
from ritui.model.source import Source
from ritui.model.vocab import KINDS, region_of
from ritui.sources.address import is_web
from ritui.sources.answer import Answer, json_of
from ritui.sources.base import ANSWER, Page, check_word, listed, size_of
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

URL: Final = "https://query.wikidata.org/sparql"

_OPTIONS: Final = ("url", "items", "query_file", "languages", "as", "max_bytes")
_LANGUAGES: Final = ("en", "es", "pt", "mul")
"""Many items have their name only in ``mul``, which stands for all languages."""
_BLOCK: Final = 200
"""Items in one query; there are no pages, so the queries are small."""
_SPACING: Final = 1.0
"""Seconds between queries. One at a time, they can never exceed a minute of work a minute."""
_THINKS: Final = 65.0
"""Seconds without a word that a query may take: the service itself stops it after 60."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_SELECTS = re.compile(r"\bselect\b[^{]*?(?:\?item\b|\*)", re.IGNORECASE)
_BARE = re.compile(r"[QPL][1-9][0-9]*")
_POINT = re.compile(r"point\(\s*([-+.\dE]+)\s+([-+.\dE]+)\s*\)", re.IGNORECASE)
_TIME = re.compile(r"[+-]?(\d{4,})(?:-\d{2}(?:-\d{2})?|$)")
# To the end of its line, or to the first call of the stack where the lines are joined.
_EXCEPTION = re.compile(
    r"(?<![\w.])(?:[a-z]\w*+\.){2,}+\w*(?:Exception|Error)\b"
    r"(?:(?!\s{1,4}at [a-z]\w*\.)[^\n”]){0,300}"
)
_TRACE: Final = b"SPARQL-QUERY:"
"""What the service begins with when it tells the query and a Java stack trace."""
_REFUSALS: Final = {
    400: "the query was not understood",
    500: "the query failed, or took longer than a minute",
}
KNOWN: Final = "known"
"""Stands for the items that the directory has, in the option ``items``."""
_UNKNOWN: Final = "/.well-known/genid/"
"""In a value of which Wikidata says only that there is one."""

_QUERY: Final = """\
SELECT ?item ?itemLabel ?itemDescription ?label ?short ?ror ?coord ?website ?inception ?ended
       ?countryCode ?modified WHERE {{
  VALUES ?item {{ {items} }}
  OPTIONAL {{ ?item rdfs:label ?label . FILTER(LANG(?label) IN ({tags})) }}
  OPTIONAL {{ ?item wdt:P1813 ?short }}
  OPTIONAL {{ ?item wdt:P6782 ?ror }}
  OPTIONAL {{ ?item wdt:P625 ?coord }}
  OPTIONAL {{ ?item wdt:P856 ?website }}
  OPTIONAL {{ ?item wdt:P571 ?inception }}
  OPTIONAL {{ ?item wdt:P576 ?ended }}
  OPTIONAL {{ ?item wdt:P17/wdt:P297 ?countryCode }}
  OPTIONAL {{ ?item schema:dateModified ?modified }}
  SERVICE wikibase:label {{ bd:serviceParam wikibase:language "{languages}" }}
}} ORDER BY ?item ?label ?short ?ror ?coord ?website ?inception ?ended ?countryCode
"""


class Term(msgspec.Struct, gc=False):
    """One value of a row."""

    value: str
    type: str = ""
    language: str | None = msgspec.field(name="xml:lang", default=None)

    @property
    def is_known(self) -> bool:
        """Whether it says more than that there is a value."""
        return self.type != "bnode" and _UNKNOWN not in self.value


Row = dict[str, Term]
"""The values of the variables; one without a value is absent."""


class _Head(msgspec.Struct):
    vars: list[str] = []


class _Results(msgspec.Struct):
    bindings: list[msgspec.Raw]


class _Envelope(msgspec.Struct):
    head: _Head
    results: _Results


class Wikidata:
    """The kind ``wikidata``: items by their number, or whatever a query of the reader selects."""

    licence: ClassVar[str] = "CC0-1.0"

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that this kind does not know.
        """
        for option in source.options:
            check_word("option of wikidata", option, _OPTIONS)
        if not (listed(source, "items") or source.options.get("query_file")):
            raise UnknownWord("choice of Wikidata items", "neither items nor query_file", "items")
        if "query_file" in source.options and listed(source, "items"):
            raise UnknownWord("choice of Wikidata items", "both items and query_file", "items")
        for item in () if listed(source, "items") == (KNOWN,) else listed(source, "items"):
            try:
                wikidata_id(item)
            except Unfit as error:
                raise UnknownWord("Wikidata item", clean_line(item, 60)) from error
        for language in listed(source, "languages"):
            if not _LANGUAGE.fullmatch(language):
                raise UnknownWord("language", clean_line(language, 60))
        check_word("kind", str(source.options.get("as", KINDS[0])), KINDS)
        url = str(source.options.get("url", URL))
        if not is_web(url):
            raise UnknownWord("web address", clean_line(url, 100))
        size_of(source, ANSWER)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask block by block, one query after the other.

        Raises:
            SettingUnreadable: The file with the query cannot be used.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        if "query_file" in source.options:
            yield _read(await _ask(source, door, _own_query(source)), source, ())
            return
        named = listed(source, "items")
        if named == (KNOWN,):
            # A kind sees no directory: whoever asks puts the numbers in the place of the word.
            raise SourceUnusable(source.id, URL, "the items of the directory were not handed over")
        items = [*dict.fromkeys(wikidata_id(each) for each in named)]
        for start in range(0, len(items), _BLOCK):
            block = items[start : start + _BLOCK]
            answer = await _ask(source, door, query_for(block, languages(source)))
            page = _read(answer, source, block)
            yield Page(page.claims, (), page.faults, page.dropped, len(items), page.moved)


def languages(source: Source) -> tuple[str, ...]:
    """The languages of names, the most wanted first."""
    return listed(source, "languages") or _LANGUAGES


def query_for(items: Sequence[str], tags: Sequence[str]) -> str:
    """The query for what is known of some items, with their names in some languages."""
    return _QUERY.format(
        items=" ".join(f"wd:{item}" for item in items),
        tags=", ".join(f'"{tag}"' for tag in tags),
        languages=",".join(tags),
    )


def claim_from(
    item: str, rows: Sequence[Row], source: Source, today: str
) -> tuple[Claim, list[str]]:
    """What the rows of an item say, as a claim, and which of their values could not be used.

    Args:
        item: Its Q-number.
        rows: At least one, in the order of the answer; of several values the first counts.
        source: For whom.
        today: ISO date of the query, where the rows do not tell when the item was changed.

    Raises:
        Unfit: It has no name, so that nothing can be said about it.
    """
    faults: list[str] = []
    values: dict[str, Any] = {"id": f"wikidata-{item}"}
    values["kind"] = source.options.get("as", KINDS[0])
    values |= _named(rows, languages(source)) | _placed(rows, faults)
    values["identifiers"] = {"wikidata": item, "ror": _only_ror(rows, faults)}
    values["established"] = _first_year(rows, "inception", faults)
    values["ended"] = _first_year(rows, "ended", faults)
    values["status"] = "ended" if any(_values(rows, "ended")) else None
    websites = _values(rows, "website")
    values["website"] = next(iter(websites), None)
    values["links"] = [{"rel": "website", "url": url} for url in websites[1:]]
    values["summary"] = next(iter(_values(rows, "itemDescription")), None)
    fit, unfit = normalise(values)
    if "name" not in fit:
        raise Unfit(f"it has no name in {', '.join(languages(source))}")
    changed = next(iter(_values(rows, "modified")), "")[:10] or today
    url = f"https://www.wikidata.org/wiki/{item}"
    licence = source.licence or Wikidata.licence
    evidence = Provenance(source.id, "Wikidata", url, changed, licence, tuple(fit))
    return Claim(source.id, item, fit, (evidence,)), [*faults, *unfit]


def complaint(text: str) -> str:
    """The first line of the exception in what the service tells of a failure; or empty."""
    found = _EXCEPTION.search(text)
    return clean_line(found[0], 160) if found else ""


def _own_query(source: Source) -> str:
    """The reader's query, which must select ``?item``."""
    path = Path(str(source.options["query_file"])).expanduser()
    expected = "the name of a file with a SPARQL query that selects ?item"
    try:
        query = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) and error.strerror else "not text"
        raise SettingUnreadable(path, 1, "query_file", expected, found.lower()) from error
    if not _SELECTS.search(query):
        raise SettingUnreadable(path, 1, "query_file", expected, "a text that does not select it")
    return query


async def _ask(source: Source, door: Door, query: str) -> Answer:
    """The answer to a query; a refusal says what the service said of the query.

    The query, which is most of the address, is left out of what is shown.
    """
    url = str(source.options.get("url", URL))
    accept = {"Accept": "application/sparql-results+json"}
    asked = {"query": query}
    try:
        answer = await door.get(
            source,
            url,
            params=asked,
            headers=accept,
            max_bytes=size_of(source, ANSWER),
            spacing=_SPACING,
            silence=_THINKS,
        )
    except SourceFailed as error:
        error.url = error.url.partition("?")[0]
        if isinstance(error, SourceRefused):
            told = complaint(error.reason)
            error.reason = told or _REFUSALS.get(error.status, error.reason)
        raise
    return replace(answer, url=answer.url.partition("?")[0])


def _open(answer: Answer, source: str) -> list[msgspec.Raw]:
    """The rows of an answer, still closed."""
    text = answer.body.decode("utf-8", "replace")
    if answer.body.lstrip().startswith(_TRACE):
        raise SourceUnusable(source, answer.url, f"the query failed: {complaint(text)}")
    body = json_of(answer, source)
    try:
        envelope = _ENVELOPE.decode(body)
    except (ValueError, RecursionError) as error:
        # A query that runs out of time leaves the rows it had, and the exception behind them.
        told, reason = complaint(text), str(error)
        if told or "truncated" in reason:
            reason = f"the answer was cut off in the middle{': ' if told else ''}{told}"
        raise SourceUnusable(source, answer.url, clean_line(reason, 200)) from error
    if "item" not in envelope.head.vars:
        selected = clean_line(", ".join(envelope.head.vars), 120) or "nothing"
        raise SourceUnusable(source, answer.url, f"the query selects {selected}, but no item")
    return envelope.results.bindings


def _read(answer: Answer, source: Source, asked: Sequence[str]) -> Page:
    """The claims of an answer, with what is bad or missing named."""
    today = datetime.now(UTC).date().isoformat()
    claims: list[Claim] = []
    faults: list[str] = []
    dropped: list[str] = []
    found: dict[str, list[Row]] = {}
    for place, raw in enumerate(_open(answer, source.id), 1):
        try:
            row = _ROW.decode(raw)
            found.setdefault(wikidata_id(row["item"].value), []).append(row)
        except KeyError:
            faults.append(f"row {place}: no item")
        except (ValueError, RecursionError) as error:  # among them Unfit
            faults.append(f"row {place}: {clean_line(str(error), 160)}")
    for item, rows in found.items():
        try:
            claim, unfit = claim_from(item, rows, source, today)
        except Unfit as error:
            faults.append(f"{item}: {error}")
            continue
        claims.append(claim)
        dropped += (f"{item}: {each}" for each in unfit)
    faults += (f"{item}: Wikidata says nothing about it" for item in asked if item not in found)
    return Page(tuple(claims), (), tuple(faults), tuple(dropped), None, answer.moved)


def _terms(rows: Sequence[Row], variable: str) -> Iterator[Term]:
    return (row[variable] for row in rows if variable in row and row[variable].is_known)


def _values(rows: Sequence[Row], variable: str) -> list[str]:
    """The different values of a variable, in the order of the rows."""
    return [*dict.fromkeys(each.value for each in _terms(rows, variable))]


def _named(rows: Sequence[Row], tags: Sequence[str]) -> dict[str, Any]:
    """The label, the labels by language, and the short name; a bare Q-number is no label."""
    shown, others = (
        [each for each in _terms(rows, variable) if not _BARE.fullmatch(each.value)]
        for variable in ("itemLabel", "label")
    )
    names: dict[str, str] = {}
    for each in (*shown, *others):
        if each.language:
            names.setdefault(each.language, each.value)
    first = [*shown, *sorted(others, key=lambda each: _rank(each.language, tags))]
    short = sorted(_terms(rows, "short"), key=lambda each: _rank(each.language, tags))
    return {
        "name": first[0].value if first else None,
        "acronym": short[0].value if short else None,
        "names": names,
    }


def _rank(language: str | None, tags: Sequence[str]) -> int:
    return tags.index(language) if language in tags else len(tags)


def _placed(rows: Sequence[Row], faults: list[str]) -> dict[str, Any]:
    """The country, or the countries where it has several and no seat is told; and the point."""
    codes = [code.upper() for code in _values(rows, "countryCode")]
    regions = {region_of(code) for code in codes}
    place: dict[str, Any] = {"region": regions.pop() or None} if len(regions) == 1 else {}
    place |= {"country": codes[0]} if len(codes) == 1 else {"countries": codes}
    points = _values(rows, "coord")
    if points:
        # Longitude comes first; a point on another body than the Earth begins with its item.
        found = _POINT.fullmatch(points[0].strip())
        if found:
            place |= {"lon": found[1], "lat": found[2]}
        else:
            faults.append(f"lat, lon: {clean_line(points[0], 60)} is no point on the Earth")
    return place


def _only_ror(rows: Sequence[Row], faults: list[str]) -> str | None:
    """The ROR id, where there is one: of several none is sure, and it decides what is merged."""
    ids = _values(rows, "ror")
    if len(ids) > 1:
        faults.append(f"identifiers: several ROR ids: {clean_line(', '.join(ids), 100)}")
    return ids[0] if len(ids) == 1 else None


def _first_year(rows: Sequence[Row], variable: str, faults: list[str]) -> int | None:
    """The earliest year of a variable; times before our era are no years of a founding."""
    years: list[int] = []
    for value in _values(rows, variable):
        found = _TIME.match(value)
        if found and not value.startswith("-"):
            years.append(int(found[1]))
        else:
            faults.append(f"{variable}: {clean_line(value, 40)} is no year of ours")
    return min(years, default=None)


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_ROW: Final = msgspec.json.Decoder(Row)
