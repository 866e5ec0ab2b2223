"""The search index: which terms a record has, in which scope.

For every *scope* (words of any text, words of names, values of one facet, years, ...) the index
maps a term to the set of records that have it. A record stands in a set by its *place*: a number
that grows in the order of names, with gaps so that others fit in between. Words and facets then
combine as sets, a count is the size of an intersection, and the first rows of an answer are the
lowest members of a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ritui.i18n import LANGUAGES
from ritui.model.facet import FACETS
from ritui.text import fold, sort_key, words

if TYPE_CHECKING:
    from ritui.model.record import Record

WORDS: Final = "word"
"""Scope of the words that a plain word of a query is looked for in."""
TEXT_SCOPES: Final = ("name", "host", "city", "rest")
"""Order of the parts of a record's text; phrases are looked for there."""
PREFIXED: Final = (WORDS, "name", "host", "city", "title")
"""Scopes whose terms are looked for by their beginnings."""
PART, VALUE = "\x1e", "\x1f"
"""What separates those parts, and the values within one."""
EVERY: Final = ("every", "")
"""Scope and term of the set of all records."""
SPELLED: Final = tuple(facet.key for facet in FACETS if facet.spelled)
"""Facets whose values people spell as they like; see `Inverted` for how they are kept."""
LOCAL: Final = LANGUAGES[1:]
"""Languages with an order of names of their own; the places are the order of the first."""


class Entry(NamedTuple):
    """A record with what the index needs to know beside it."""

    record: Record
    added: str
    """ISO time, UTC, at which ritui first held it."""
    changed: str
    """ISO time, UTC, at which it last became different."""
    text: str
    """Its texts as `phrase_text` has them: folded once, for the words and for the phrases."""


def name_key(record: Record, language: str = "en") -> str:
    """What a record's place in the order of names of a language depends on."""
    return sort_key(record.called(language), language)


def phrase_text(record: Record) -> str:
    """The folded words of a record's texts, every word between spaces."""
    names = dict.fromkeys((record.name, *record.names.values(), record.acronym))
    parts = (names, (record.host,), (record.city,), (record.summary, *record.fields))
    return PART.join(
        [VALUE.join([f" {' '.join(words(value))} " for value in part if value]) for part in parts]
    )


def terms(entry: Entry) -> Iterator[tuple[str, Iterable[str]]]:
    """Scopes and the terms in them that are a record's own; some may be doubled."""
    record = entry.record
    parts = entry.text.split(PART)
    name, host, city, rest = [part.replace(VALUE, " ").split() for part in parts]
    yield "name", name
    if host:
        yield "host", host
    if city:
        yield "city", city
    yield WORDS, (*name, *host, *city, *rest)
    # The name it goes by is the first of its names.
    yield "title", (parts[0].partition(VALUE)[0].strip(),)
    if record.acronym:
        yield "acronym", (" ".join(words(record.acronym)),)
    if record.identifiers:
        yield "identifier", map(identifier_term, record.identifiers.values())
    for facet in FACETS:
        if facet.spelled and (values := facet.values(record)):
            yield f"spelling.{facet.key}", [f"{fold(value)}{VALUE}{value}" for value in values]
    if site := site_of(record):
        yield "site", (site,)


def traits(entry: Entry) -> Iterator[tuple[str, str]]:
    """Scope and term of everything that a record has in common with many others."""
    record = entry.record
    yield EVERY
    for scope, values in _TRAITS:
        for value in values(record):
            yield scope, value
    for key in _optional():
        if getattr(record, key) not in ("", None, (), {}):
            yield "has", key
    for scheme in record.identifiers:
        yield "has", scheme
    if record.lat is not None:
        yield "has", "point"
    for code in record.all_countries[:1]:
        yield "seat", code
    if record.established is not None:
        yield "established", str(record.established)
    if record.verified:
        yield "is", "verified"
    yield "changed", entry.changed
    yield "added", entry.added


@cache
def _optional() -> tuple[str, ...]:
    """Keys that a record may be without."""
    # Who only searches meets no record.
    from ritui.model.record import KEYS

    return tuple(key for key in KEYS if key not in ALWAYS)


def identifier_term(identifier: str) -> str:
    """An identifier as people copy it: the last part of its address."""
    return identifier.rstrip("/").rpartition("/")[2].casefold()


def site_of(record: Record) -> str:
    """The host of a record's website, without ``www.``; empty when it has none."""
    if not record.website:
        return ""
    authority = record.website.split("/", 3)[2]
    return authority.partition(":")[0].casefold().removeprefix("www.")


ALWAYS: Final = frozenset({"id", "kind", "name", "provenance"})
"""Keys that no record is without, so that they are no terms."""
_TRAITS: Final = tuple(
    (f"facet.{facet.key}", facet.values) for facet in FACETS if not facet.spelled
)
