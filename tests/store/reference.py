"""The query language once more, slow and obvious, to compare the search with.

Written from the contract (`docs/queries.md`), over a list of records and without any index:
what a condition means is one function, and an answer is what every record says to it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from ritui.model.facet import BY_KEY, FACETS, Facet
from ritui.model.query import PHRASE, WORD, Condition, Query
from ritui.model.record import Record, to_json
from ritui.text import fold as slow_fold
from ritui.text import sort_key as slow_sort_key
from ritui.text import words as slow_words

fold, words, sort_key = cache(slow_fold), cache(slow_words), cache(slow_sort_key)


@dataclass(frozen=True)
class Stamps:
    """When the directory first held a record, and when it last became different."""

    added: str
    changed: str


@dataclass
class Read:
    """A record, taken apart once."""

    record: Record
    stamps: Stamps
    names: list[list[str]] = field(init=False)
    hosts: list[list[str]] = field(init=False)
    cities: list[list[str]] = field(init=False)
    texts: list[list[str]] = field(init=False)
    values: dict[str, set[str]] = field(init=False)
    """By facet, folded."""
    stated: set[str] = field(init=False)

    def __post_init__(self) -> None:
        one = self.record
        self.names = [words(each) for each in (one.name, *one.names.values(), one.acronym)]
        self.hosts = [words(one.host)]
        self.cities = [words(one.city)]
        others = [words(each) for each in (one.summary, *one.fields)]
        self.texts = [*self.names, *self.hosts, *self.cities, *others]
        self.values = {facet.key: {fold(v) for v in facet.values(one)} for facet in FACETS}
        self.stated = {*to_json(one), *one.identifiers}


@dataclass
class Expected:
    """What the answer to a query must be."""

    ids: list[str]
    counts: dict[str, list[tuple[str, int]]]


class UnknownValue(Exception):
    """A value that no record has, of a facet whose values are an open list."""


class Reference:
    """A directory that is a list."""

    def __init__(
        self,
        records: Sequence[Record],
        stamps: Mapping[str, Stamps],
        marks: Mapping[str, Collection[str]],
        language: str = "en",
    ) -> None:
        self.marks = marks
        self.language = language
        # Equal names are told apart by id; every other order keeps this one among equals.
        english = sorted(records, key=lambda each: (sort_key(each.called("en")), each.id))
        self.reads = [Read(record, stamps[record.id]) for record in english]
        self.first_load = min(each.stamps.added for each in self.reads)
        self.spellings = {facet.key: _spellings(facet, records) for facet in FACETS}

    def answer(self, query: Query, facets: Sequence[Facet] = FACETS) -> Expected:
        """Ids in order, and for each facet its values with their counts, the commonest first."""
        self._refuse_unknown(query)
        found = self._select(query.conditions)
        counts = {}
        for facet in facets:
            own = {c for c in query.conditions if c.key == facet.key and not c.negated}
            others = [c for c in query.conditions if c not in own]
            base = self._select(others) if own else found
            tally = Counter(value for each in base for value in each.values[facet.key])
            spelt = [(name, tally[value]) for value, name in self.spellings[facet.key].items()]
            counts[facet.key] = sorted(spelt, key=lambda pair: (-pair[1], pair[0]))
        return Expected([each.record.id for each in self._in_order(query, found)], counts)

    def _refuse_unknown(self, query: Query) -> None:
        for condition in query.conditions:
            facet = BY_KEY.get(condition.key)
            if facet is None or facet.vocabulary or facet.key == "country":
                continue
            if any(fold(value) not in self.spellings[facet.key] for value in condition.values):
                raise UnknownValue(str(condition))

    def _select(self, conditions: Collection[Condition]) -> list[Read]:
        return [each for each in self.reads if self._fits(each, conditions)]

    def _fits(self, read: Read, conditions: Collection[Condition]) -> bool:
        return all(self._is(read, each) != each.negated for each in conditions)

    def _is(self, read: Read, condition: Condition) -> bool:
        if condition.key == "near":
            return _is_near(read.record, condition.values)
        return any(self._has(read, condition.key, value) for value in condition.values)

    def _has(self, read: Read, key: str, value: str) -> bool:
        record = read.record
        if key == WORD:
            return all(_begins(word, read.texts) for word in words(value))
        if key == PHRASE:
            return _occurs(words(value), read.texts)
        if key in {"name", "host", "city"}:
            texts = {"name": read.names, "host": read.hosts, "city": read.cities}[key]
            asked = words(value)
            return _begins(asked[0], texts) if len(asked) == 1 else _occurs(asked, texts)
        if key in BY_KEY:
            return fold(value) in read.values[key]
        if key == "id":
            whole = [each.casefold() for each in record.identifiers.values()]
            bare = [each.rsplit("/", 1)[-1] for each in whole]
            return value.casefold() in {record.id, *whole, *bare}
        if key == "has":
            return value in read.stated or (value == "point" and record.lat is not None)
        if key == "established":
            return record.established is not None and _is_between(record.established, value)
        if key == "changed":
            return read.stamps.changed >= _day(value)
        return self._is_flagged(read, value)

    def _is_flagged(self, read: Read, flag: str) -> bool:
        if flag == "verified":
            return read.record.verified is True
        if flag in {"shelved", "noted"}:
            return read.record.id in self.marks.get(flag, ())
        new = self._is_recent(read.stamps.added)
        return new if flag == "new" else self._is_recent(read.stamps.changed) and not new

    def _is_recent(self, stamp: str) -> bool:
        return stamp > self.first_load and stamp >= _day("30d")

    def _in_order(self, query: Query, found: list[Read]) -> list[Read]:
        key, back = query.order.removeprefix("-"), query.order.startswith("-")
        tongue = self.language
        # Whatever the order, equals stand by their names as their reader expects.
        found = sorted(found, key=lambda read: sort_key(read.record.called(tongue), tongue))
        asked = [
            word
            for condition in query.conditions
            if condition.key in {WORD, PHRASE} and not condition.negated
            for word in words(condition.values[0])
        ]
        if key == "relevance" and asked:
            ranked = sorted(found, key=lambda read: _step(read, asked))
            return ranked[::-1] if back else ranked
        if key in {"name", "relevance"}:
            return found[::-1] if back else found
        if key == "changed":
            return sorted(found, key=lambda read: read.stamps.changed, reverse=back)
        if key == "established":
            known = [read for read in found if read.record.established is not None]
            unknown = [read for read in found if read.record.established is None]
            known.sort(key=lambda read: read.record.established or 0, reverse=back)
        else:
            known = [read for read in found if read.record.all_countries]
            unknown = [read for read in found if not read.record.all_countries]
            known.sort(key=lambda read: read.record.all_countries[0], reverse=back)
        return known + unknown


def _spellings(facet: Facet, records: Sequence[Record]) -> dict[str, str]:
    """Folded values to how they are shown: as most records spell them, else the first."""
    spelt = Counter(value for each in records for value in {*facet.values(each)})
    return {
        fold(value): value for value in sorted(spelt, key=lambda v: (-spelt[v], v), reverse=True)
    }


def _step(read: Read, asked: list[str]) -> int:
    """How near a record is to what was typed: 0 is the nearest."""
    typed = " ".join(asked)
    name = " ".join(words(read.record.name))
    if typed == " ".join(words(read.record.acronym)):
        return 0
    if typed == name:
        return 1
    if name.startswith(typed):
        return 2
    if all(_begins(word, read.names) for word in asked):
        return 3
    return 4


def _begins(asked: str, texts: list[list[str]]) -> bool:
    return any(word.startswith(asked) for text in texts for word in text)


def _occurs(asked: list[str], texts: list[list[str]]) -> bool:
    """Whether the words stand side by side in one of the texts."""
    size = len(asked)
    return any(
        text[start : start + size] == asked
        for text in texts
        for start in range(len(text) - size + 1)
    )


def _is_between(year: int, years: str) -> bool:
    if ".." not in years:
        return year == int(years)
    first, last = years.split("..")
    return (not first or int(first) <= year) and (not last or year <= int(last))


def _day(since: str) -> str:
    if since.endswith("d"):
        return (datetime.now(UTC) - timedelta(days=int(since[:-1]))).strftime("%Y-%m-%d")
    return since


def _is_near(record: Record, asked: Sequence[str]) -> bool:
    if record.lat is None or record.lon is None:
        return False
    lat, lon, far = float(asked[0]), float(asked[1]), float(asked[2].removesuffix("km"))
    return kilometres(lat, lon, record.lat, record.lon) <= far


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The way between two points on a sphere of the Earth's mean radius."""
    north, other_north = math.radians(lat), math.radians(other_lat)
    east = math.radians(other_lon - lon)
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(half)))
