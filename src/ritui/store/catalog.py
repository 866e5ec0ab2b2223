"""Read the directory: search, counts, rows, one record. Never writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from ritui.errors import AmbiguousRecord, NoSuchRecord
from ritui.model.facet import FACETS
from ritui.model.query import Condition, Query
from ritui.store.answer import Answer, Count, Row, StaleAnswer
from ritui.store.ledger import Ledger
from ritui.store.search import Finder
from ritui.text import nearest

if TYPE_CHECKING:
    from pyroaring import BitMap

    from ritui.model.claim import Claim
    from ritui.model.record import Record
    from ritui.store.affinity import Clue, Held, Kindred, Shared
    from ritui.store.spots import Spots
    from ritui.store.suggest import Speller


class Catalog(Ledger):
    """The directory as it is in the cache. Safe to ask from any thread.

    A list needs rows alone, so what a whole record, an event or a source is made of is loaded
    by the first method that gives one.
    """

    def __init__(self, connection: sqlite3.Connection, language: str = "en") -> None:
        """Read through a connection.

        Args:
            connection: Used by one thread at a time.
            language: The language whose order of names holds.
        """
        self.language = language
        self.marks: Mapping[str, Collection[str]] = {}
        """``shelved`` and ``noted`` to the ids the reader marked so."""
        super().__init__(connection)
        self._speller: Speller | None = None
        self._generation = -1
        self._total = 0
        self._finder: Finder | None = None
        self._facets: dict[str, list[tuple[Count, BitMap]]] = {}

    @property
    def total(self) -> int:
        """Records in the directory."""
        with self._reading():
            return self._total

    def search(self, query: Query, facets: Iterable[str] | None = ()) -> Answer:
        """Find the records that answer a query.

        Args:
            query: What is asked.
            facets: Facets to count values of; None for all. A facet's own narrowing is left
                out of its counts, so that they say what choosing another value would give.

        Raises:
            UnknownWord: A value of an open facet that no record has.
        """
        keys = [facet.key for facet in FACETS] if facets is None else list(facets)
        with self._reading() as finder:
            if not query.conditions:
                places = finder.ordered(query, None, self.language)
                counts = {key: self._stored_counts(key) for key in keys}
                return Answer(query, self._total, self._generation, places, counts)
            matching = finder.matching(query)
            others = finder.without_facets(query)
            counts = {key: self._counts(key, others.get(key, matching)) for key in keys}
            places = finder.ordered(query, matching, self.language)
            return Answer(query, self._total, self._generation, places, counts)

    def rows(self, answer: Answer, start: int, stop: int) -> list[Row]:
        """Rows of an answer, ``start`` to ``stop`` (exclusive).

        Raises:
            StaleAnswer: The directory changed since.
        """
        return [Row(*self._decoded(text)) for text in self._read("row", answer, start, stop)]

    def spots(self, query: Query) -> Spots:
        """Where the records are that answer a query.

        Raises:
            UnknownWord: A value of an open facet that no record has.
        """
        from ritui.store.spots import spots

        with self._reading() as finder:
            return spots(self._connection, finder, finder.matching(query), self._generation)

    def rows_at(self, spots: Spots, places: Iterable[int]) -> list[Row]:
        """Rows of some records by their places.

        Raises:
            StaleAnswer: The directory changed since it was asked where they are.
        """
        with self._reading():
            if self._generation != spots.generation:
                raise StaleAnswer
            return [Row(*self._decoded(self._at(place, "row"))) for place in places]

    def bodies(self, answer: Answer, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """Records of an answer as JSON text, one by one, without holding them all.

        Raises:
            StaleAnswer: The directory changed since.
        """
        stop = len(answer) if stop is None else min(stop, len(answer))
        for first in range(start, stop, 256):
            yield from self._read("body", answer, first, min(first + 256, stop))

    def values(
        self, answer: Answer, start: int = 0, stop: int | None = None
    ) -> Iterator[dict[str, Any]]:
        """Records of an answer as JSON values, one by one, without holding them all.

        Raises:
            StaleAnswer: The directory changed since.
        """
        for body in self.bodies(answer, start, stop):
            yield self._decoded(body)

    def row_of(self, answer: Answer, id_: str) -> int | None:
        """The row of an answer in which a record is, or None.

        Raises:
            StaleAnswer: The directory changed since.
        """
        with self._reading():
            if self._generation != answer.generation:
                raise StaleAnswer
            found = self._connection.execute(
                "SELECT place FROM record WHERE id = ?", (id_,)
            ).fetchone()
            return answer.places.row_of(found[0]) if found else None

    def next_flagged(self, answer: Answer, flags: tuple[str, ...], row: int, by: int) -> int | None:
        """The nearest row of an answer, after or before one, whose record has one of some flags.

        Args:
            answer: Where to look.
            flags: Values of ``is:``.
            row: Where to begin; it is not looked at itself.
            by: 1 to look at the rows after it, -1 at those before.

        Raises:
            StaleAnswer: The directory changed since.
        """
        with self._reading() as finder:
            if self._generation != answer.generation:
                raise StaleAnswer
            wanted = finder.matching(Query((Condition("is", flags),)))
            if not wanted:
                return None
            place = row + by
            while 0 <= place < len(answer):
                first = place if by > 0 else max(0, place - _STRETCH + 1)
                last = min(first + _STRETCH, len(answer)) if by > 0 else place + 1
                found = [*enumerate(answer.places.slice(first, last), first)][::by]
                for number, each in found:
                    if each in wanted:
                        return number
                place = last if by > 0 else first - 1
            return None

    def arrived(self, query: Query, since: str) -> int:
        """How many records answer a query that were not in the directory at a time.

        Args:
            query: What is asked.
            since: ISO time, UTC.

        Raises:
            UnknownWord: A value of an open facet that no record has.
        """
        with self._reading() as finder:
            return finder.matching(query).intersection_cardinality(finder.added_after(since))

    def body(self, id_: str) -> str:
        """One record as JSON text.

        Raises:
            NoSuchRecord: There is none with this id.
        """
        with self._reading():
            found = self._connection.execute(
                "SELECT body FROM record WHERE id = ?", (id_,)
            ).fetchone()
        if found is None:
            raise NoSuchRecord(id_)
        return str(found[0])

    def record(self, id_: str) -> Record:
        """One record.

        Raises:
            NoSuchRecord: There is none with this id.
        """
        from ritui.model.record import from_json

        return from_json(self._decoded(self.body(id_)))

    def claims(self, id_: str) -> list[Claim]:
        """What each source says about a record, the most trusted first.

        Raises:
            NoSuchRecord: There is none with this id.
        """
        from ritui.store.kin import claims_of

        with self._reading():
            return claims_of(self._connection, id_)

    def similar(self, id_: str) -> list[Row]:
        """Other records that may be the same thing: nobody has said that they are.

        They share the name and the country, or the host of the website, but no identifier.

        Raises:
            NoSuchRecord: There is none with this id.
        """
        from ritui.store.kin import alike

        with self._reading() as finder:
            return [Row(*json.loads(row)) for row in alike(self._connection, finder, id_)]

    def kindred(
        self, clues: Sequence[Clue], regions: Iterable[str], sure: Collection[str] = ()
    ) -> Kindred:
        """The records of some regions that fit some clues best; see `ritui.store.affinity`."""
        from ritui.store.affinity import kindred

        with self._reading() as finder:
            return kindred(self._connection, finder, self._total, clues, regions, sure)

    def counted(self, clues: Iterable[Clue]) -> tuple[int, list[int]]:
        """How many records there are, and how many of them have each of some clues."""
        from ritui.store.affinity import counted

        with self._reading() as finder:
            return self._total, counted(finder, clues)

    def held_of(self, ids: Iterable[str]) -> list[Held]:
        """Some records with their folded texts, those that there are."""
        from ritui.store.affinity import held_of

        with self._reading():
            return held_of(self._connection, ids)

    def shared(self) -> Shared:
        """What may tie records of the two regions to one another."""
        from ritui.store.affinity import shared

        with self._reading() as finder:
            return shared(self._connection, finder)

    def names(self, ids: Iterable[str]) -> dict[str, Row]:
        """The rows of some records by id, those that there are."""
        with self._reading():
            found = (
                self._connection.execute("SELECT row FROM record WHERE id = ?", (id_,)).fetchone()
                for id_ in ids
            )
            rows = [Row(*json.loads(row[0])) for row in found if row]
        return {row.id: row for row in rows}

    def resolve(self, word: str) -> str:
        """The id that a reader means: an id, a ROR or Wikidata id, or one record's acronym.

        Raises:
            NoSuchRecord: Nothing is called so.
            AmbiguousRecord: Several are.
        """
        from ritui.model.normal import Unfit, ror_id

        try:
            identifier = ror_id(word)
        except Unfit:
            identifier = word.rstrip("/").rsplit("/", 1)[-1] if "wikidata.org" in word else word
        with self._reading() as finder:
            found = list(finder.named(identifier))
            rows = [self._at(place, "id") for place in found]
            if not rows:
                raise NoSuchRecord(word, nearest(word, self._called()))
        if len(rows) > 1:
            raise AmbiguousRecord(word, ", ".join(rows))
        return str(rows[0])

    def drops(self, query: Query) -> list[tuple[Condition, int]]:
        """For a query without results: what leaving out one condition would give, best first."""
        with self._reading() as finder:
            counts = [
                (condition, len(finder.matching(query.without(condition))))
                for condition in query.conditions
            ]
        return sorted(((c, n) for c, n in counts if n), key=lambda pair: -pair[1])

    def suggest(self, query: Query) -> Query | None:
        """The query with mistyped words replaced, when that finds more; see `Speller`."""
        from ritui.store.suggest import Speller

        self._speller = self._speller or Speller(self._connection)
        return self._speller.suggest(query, self._reading)

    def _read(self, column: str, answer: Answer, start: int, stop: int) -> list[str]:
        with self._reading():
            if self._generation != answer.generation:
                raise StaleAnswer
            return [self._at(place, column) for place in answer.places.slice(start, stop)]

    def _at(self, place: int, column: str) -> str:
        row = self._connection.execute(
            f"SELECT {column} FROM record WHERE place = ?", (place,)
        ).fetchone()
        if row is None:
            raise ValueError(f"record {place} is missing")
        return str(row[0])

    def _called(self) -> Iterator[str]:
        for asked in (
            "SELECT term FROM term WHERE scope = 'acronym' LIMIT 20000",
            "SELECT id FROM record LIMIT 20000",
        ):
            for (word,) in self._connection.execute(asked):
                yield word

    def _stored_counts(self, key: str) -> tuple[Count, ...]:
        rows = self._connection.execute(
            "SELECT term, count FROM term WHERE scope = ? ORDER BY count DESC, term",
            (f"facet.{key}",),
        )
        return tuple(Count(*row) for row in rows)

    def _counts(self, key: str, matching: BitMap) -> tuple[Count, ...]:
        if key not in self._facets:
            assert self._finder is not None
            sets = self._finder.facet_sets(key)
            self._facets[key] = [(Count(value, 0), places) for value, places in sets]
        found: list[Count] = []
        nothing: list[Count] = []
        for none, places in self._facets[key]:
            # Most values have nothing to do with most answers, so theirs are made once.
            if count := places.intersection_cardinality(matching):
                found.append(Count(none.value, count))
            else:
                nothing.append(none)
        # Equals stay in the order of their values.
        found.sort(key=_how_many, reverse=True)
        return (*found, *nothing)

    @contextmanager
    def _reading(self) -> Iterator[Finder]:
        """One moment of the directory, for one thread; with what can be asked of it."""
        with super()._reading():
            yield self._current()

    def _current(self) -> Finder:
        facts = dict(
            self._connection.execute(
                "SELECT key, value FROM meta WHERE key IN ('generation', 'total')"
            )
        )
        generation = int(facts.get("generation", 0))
        if self._finder is None or generation != self._generation:
            self._generation, self._total = generation, int(facts.get("total", 0))
            self._finder = Finder(self._connection, self._total, self.marks)
            self._facets = {}
        self._finder.marks = self.marks
        return self._finder


_STRETCH: Final = 256
"""Rows looked through at a time."""
_how_many = itemgetter(1)
