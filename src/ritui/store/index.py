"""The search index: from records in the order of names to terms and the places that have them.

A record is numbered by its place in the order of names. For every *scope* (words of any text,
words of names, values of one facet, years, ...) the index maps a term to the set of places
that have it, as a roaring bitmap. Words and facets then combine as sets, a count is the size
of an intersection, and the first rows of an answer are the lowest members of a set.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ritui.i18n import LANGUAGES
from ritui.model.facet import FACETS
from ritui.model.record import KEYS, Record
from ritui.store.globe import cell
from ritui.text import fold, sort_key, words

WORDS: Final = "word"
"""Scope of the words that a plain word of a query is looked for in."""
TEXT_SCOPES: Final = ("name", "host", "city", "rest")
"""Order of the parts of a record's text; phrases are looked for there."""
PART, VALUE = "\x1e", "\x1f"
"""What separates those parts, and the values within one."""

_HEAVY_TERMS: Final = 64
_HEAVY_SHARE: Final = 64
_LONGEST_HEAVY: Final = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with what the index needs to know beside it."""

    record: Record
    added: str
    """ISO time, UTC, at which ritui first held it."""
    changed: str
    """ISO time, UTC, at which it last became different."""
    text: str
    """Its texts as `phrase_text` has them: folded once, for the words and for the phrases."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One row of the index."""

    scope: str
    term: str
    count: int
    places: bytes
    """A serialised roaring bitmap."""


def display_order(record: Record) -> tuple[str, str]:
    """Where a record stands in the order of names."""
    return sort_key(record.called("en")), record.id


def phrase_text(record: Record) -> str:
    """The folded words of a record's texts, every word between spaces."""
    parts = _texts(record)
    return PART.join(
        VALUE.join(f" {' '.join(words(value))} " for value in parts[scope]) for scope in TEXT_SCOPES
    )


def postings(entries: Sequence[Entry]) -> Iterator[Posting]:
    """The whole index of records, given in the order of names."""
    from pyroaring import BitMap

    index: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, entry in enumerate(entries):
        for scope, terms in _terms(entry):
            scoped = index[scope]
            for term in set(terms):
                scoped[term].append(place)
    for facet in FACETS:
        if not facet.vocabulary:
            _merge_spellings(index[f"facet.{facet.key}"])
    for scope, scoped in index.items():
        for term, places in scoped.items():
            yield Posting(scope, term, len(places), BitMap(places).serialize())
        if scope in {WORDS, *TEXT_SCOPES}:
            yield from _heavy_prefixes(scope, scoped, len(entries))


def points(entries: Sequence[Entry]) -> bytes:
    """Latitude and longitude of every place, as pairs of floats; NaN where there is no point."""
    pairs = ((entry.record.lat, entry.record.lon) for entry in entries)
    flat = (math.nan if value is None else value for pair in pairs for value in pair)
    return array("d", flat).tobytes()


def orderings(entries: Sequence[Entry]) -> Iterator[tuple[str, bytes]]:
    """Every order but the one by name: its key, and the places as unsigned 32-bit integers."""
    places = range(len(entries))
    countries = [next(iter(entry.record.all_countries), "") for entry in entries]
    years = [entry.record.established for entry in entries]
    with_country = [place for place in places if countries[place]]
    with_year = [place for place in places if years[place] is not None]
    no_country = [place for place in places if not countries[place]]
    no_year = [place for place in places if years[place] is None]
    for sign in ("", "-"):
        # What is unknown comes last both ways.
        back = bool(sign)
        by_country = sorted(with_country, key=countries.__getitem__, reverse=back)
        by_year = sorted(with_year, key=lambda place: years[place] or 0, reverse=back)
        yield f"{sign}country", array("I", by_country + no_country).tobytes()
        by_change = sorted(places, key=lambda place: entries[place].changed, reverse=back)
        yield f"{sign}established", array("I", by_year + no_year).tobytes()
        yield f"{sign}changed", array("I", by_change).tobytes()
    for language in LANGUAGES[1:]:
        keys = [sort_key(entry.record.called(language), language) for entry in entries]
        ordered = sorted(places, key=keys.__getitem__)
        yield f"name.{language}", array("I", ordered).tobytes()


def _texts(record: Record) -> dict[str, tuple[str, ...]]:
    names = dict.fromkeys((record.name, *record.names.values(), record.acronym))
    return {
        "name": tuple(name for name in names if name),
        "host": (record.host,) if record.host else (),
        "city": (record.city,) if record.city else (),
        "rest": tuple(text for text in (record.summary, *record.fields) if text),
    }


def _terms(entry: Entry) -> Iterator[tuple[str, Iterable[str]]]:
    record = entry.record
    parts = entry.text.split(PART)
    texts = dict(
        zip(TEXT_SCOPES, (part.replace(VALUE, " ").split() for part in parts), strict=True)
    )
    for scope in ("name", "host", "city"):
        yield scope, texts[scope]
    yield WORDS, [word for found in texts.values() for word in found]
    # The name it goes by is the first of its names.
    yield "title", (parts[0].partition(VALUE)[0].strip(),)
    if record.acronym:
        yield "acronym", (" ".join(words(record.acronym)),)
    # An identifier in full, and as people copy it: the last part of its address.
    identifiers = [each.casefold() for each in record.identifiers.values()]
    yield (
        "identifier",
        (record.id, *identifiers, *(each.rsplit("/", 1)[-1] for each in identifiers)),
    )
    for facet in FACETS:
        yield f"facet.{facet.key}", facet.values(record)
    yield "has", _possessions(record)
    if record.established is not None:
        yield "established", (str(record.established),)
    yield "changed", (entry.changed,)
    yield "added", (entry.added,)
    if record.verified:
        yield "is", ("verified",)
    if record.lat is not None and record.lon is not None:
        yield "cell", (cell(record.lat, record.lon),)


def _merge_spellings(terms: dict[str, list[int]]) -> None:
    """Put values that a query does not tell apart together, under the commonest spelling."""
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for term in terms:
        spellings[fold(term)].append(term)
    for same in spellings.values():
        if len(same) > 1:
            places = {place for term in same for place in terms[term]}
            kept = min(same, key=lambda term: (-len(terms[term]), term))
            for term in same:
                del terms[term]
            terms[kept] = sorted(places)


def _possessions(record: Record) -> Iterator[str]:
    for key in KEYS:
        if getattr(record, key) not in ("", None, (), {}):
            yield key
    yield from record.identifiers
    if record.lat is not None:
        yield "point"


def _heavy_prefixes(scope: str, terms: dict[str, list[int]], records: int) -> Iterator[Posting]:
    """Prefixes whose union would take long to make at a keystroke, ready-made."""
    from pyroaring import BitMap

    groups: defaultdict[str, list[str]] = defaultdict(list)
    for term in terms:
        for length in range(1, min(len(term), _LONGEST_HEAVY) + 1):
            groups[term[:length]].append(term)
    for prefix, members in groups.items():
        if len(members) > _HEAVY_TERMS or (
            len(members) > 8 and sum(len(terms[m]) for m in members) > records / _HEAVY_SHARE
        ):
            union = BitMap(place for member in members for place in terms[member])
            yield Posting(f"{scope}*", prefix, len(union), union.serialize())
