"""Find: from a query to the places that answer it, by combining sets of the index."""

from __future__ import annotations

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from ritui.errors import UnknownWord
from ritui.model.facet import BY_KEY
from ritui.model.query import PHRASE, TEXT_KEYS, WORD, Condition, Query
from ritui.store.globe import distance, squares
from ritui.store.index import PART, TEXT_SCOPES, VALUE, WORDS
from ritui.text import fold, nearest, words

if TYPE_CHECKING:
    from pyroaring import BitMap

_END = "\U0010ffff"
_KEPT: Final = 512
"""Sets of the index kept in memory between keystrokes."""
_NEW_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Places:
    """Where the records of an answer are, in the order asked for, without listing them."""

    parts: tuple[range | BitMap | array[int], ...]
    """Places in order within each part; the parts one after the other."""
    reverse: bool = False
    sizes: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(len(part) for part in self.parts))

    def __len__(self) -> int:
        return sum(self.sizes)

    def slice(self, start: int, stop: int) -> list[int]:
        """The places of rows ``start`` to ``stop`` (exclusive)."""
        start, stop = max(0, start), min(stop, len(self))
        if start >= stop:
            return []
        if self.reverse:
            start, stop = len(self) - stop, len(self) - start
        found: list[int] = []
        offset = 0
        for part, size in zip(self.parts, self.sizes, strict=True):
            first, last = max(start - offset, 0), min(stop - offset, size)
            if first < last:
                found.extend(part[first:last])
            offset += size
        return found[::-1] if self.reverse else found

    def row_of(self, place: int) -> int | None:
        """The row in which a place is shown, or None when it is not in the answer."""
        offset = 0
        for part, size in zip(self.parts, self.sizes, strict=True):
            row = _index(part, place)
            if row is not None:
                return len(self) - 1 - offset - row if self.reverse else offset + row
            offset += size
        return None


class Finder:
    """Answers queries from the index of one generation of the cache."""

    def __init__(
        self, connection: sqlite3.Connection, total: int, marks: Mapping[str, Collection[str]]
    ) -> None:
        """Ask through a connection.

        Args:
            connection: Only used while a method runs.
            total: Records there are.
            marks: ``shelved`` and ``noted`` to the ids the reader marked so.
        """
        self._connection = connection
        self._total = total
        self.marks = marks
        self._points: array[float] = array("d")
        self._sets: OrderedDict[tuple[str, str], BitMap] = OrderedDict()

    def matching(self, query: Query) -> BitMap:
        """The set of places that fulfil every condition.

        Raises:
            UnknownWord: A value of an open facet that no record has.
        """
        return self._all_of(query.conditions)

    def without_facets(self, query: Query) -> dict[str, BitMap]:
        """For every facet asked for, the places that fulfil all other conditions."""
        asked = {c.key for c in query.conditions if c.key in BY_KEY and not c.negated}
        return {
            key: self._all_of(c for c in query.conditions if c.key != key or c.negated)
            for key in asked
        }

    def ordered(self, query: Query, matching: BitMap | None, language: str) -> Places:
        """The places of an answer in the order asked for.

        Args:
            query: What was asked.
            matching: What `matching` gave; None stands for every record.
            language: The language whose order of names holds.
        """
        key = query.order.removeprefix("-")
        reverse = query.order.startswith("-")
        if query.order in {"-country", "-established", "-changed"}:
            # Stored as well, so that what is unknown comes last and equals by name both ways.
            key, reverse = query.order, False
        if key == "relevance":
            parts = self._ranked(query, matching) if matching is not None else ()
            if parts:
                return Places(tuple(parts), reverse)
            key = "name"
        if key == "name":
            key = f"name.{language}"
        stored = self._connection.execute(
            "SELECT places FROM ordering WHERE key = ?", (key,)
        ).fetchone()
        if stored is None:
            every = range(self._total) if matching is None else matching
            return Places((every,), reverse)
        order = array("I")
        order.frombytes(stored[0])
        if matching is not None:
            order = array("I", (place for place in order if place in matching))
        return Places((order,), reverse)

    def facet_sets(self, key: str) -> list[tuple[str, BitMap]]:
        """Every value of a facet and the places that have it."""
        scope = f"facet.{key}"
        terms = self._connection.execute(
            "SELECT term FROM term WHERE scope = ? ORDER BY term", (scope,)
        ).fetchall()
        return [(term, self._exactly(scope, term)) for (term,) in terms]

    def named(self, word: str) -> BitMap:
        """The places whose id, outside identifier or else acronym is exactly this word."""
        found = self._exactly("identifier", word.casefold())
        return found or self._exactly("acronym", " ".join(words(word)))

    def _all_of(self, conditions: Iterable[Condition]) -> BitMap:
        from pyroaring import BitMap

        wanted: list[BitMap] = []
        unwanted: list[BitMap] = []
        texts: list[Condition] = []
        for condition in conditions:
            if not condition.negated and _needs_text(condition):
                texts.append(condition)
            (unwanted if condition.negated else wanted).append(self._set(condition))
        # The smallest set first, so that every step has less to do.
        wanted.sort(key=len)
        found = reduce(BitMap.intersection, wanted) if wanted else self._everything()
        for each in unwanted:
            found = found - each
        # A phrase's words are in the index, their order only in the text.
        for condition in texts:
            found = self._with_phrase(condition, found)
        return found

    def _set(self, condition: Condition) -> BitMap:
        from pyroaring import BitMap

        key, values = condition.key, condition.values
        if key == "near":
            return self._near(*values)
        if _needs_text(condition) and condition.negated:
            candidates = BitMap.union(*(self._one(key, value) for value in values))
            return self._with_phrase(condition, candidates)
        return BitMap.union(*(self._one(key, value) for value in values))

    def _one(self, key: str, value: str) -> BitMap:
        if key in {WORD, PHRASE, *TEXT_KEYS}:
            whole = key == PHRASE or (key != WORD and len(words(value)) > 1)
            return self._words(_scope(key), value, whole=whole)
        if key in BY_KEY:
            return self._facet(key, value)
        if key == "id":
            return self._exactly("identifier", value.casefold())
        if key == "has":
            return self._exactly("has", value)
        if key == "established":
            first, dots, last = value.partition("..")
            return self._between("established", first, last if dots else first)
        if key == "changed":
            return self._between("changed", _since(value), "")
        return self._flagged(value)

    def _flagged(self, flag: str) -> BitMap:
        from pyroaring import BitMap

        if flag == "verified":
            return self._exactly("is", flag)
        if flag in {"new", "changed"}:
            scope = "added" if flag == "new" else "changed"
            first = self._connection.execute(
                "SELECT min(term) FROM term WHERE scope = 'added'"
            ).fetchone()[0]
            # What came with the first load is not news, and what is new has not changed.
            since = max(_since(f"{_NEW_DAYS}d"), (first or "") + " ")
            found = self._between(scope, since, "")
            return found if flag == "new" else found - self._between("added", since, "")
        marked = self.marks.get(flag, ())
        return BitMap.union(BitMap(), *(self._exactly("identifier", id_) for id_ in marked))

    def _facet(self, key: str, value: str) -> BitMap:
        scope = f"facet.{key}"
        if BY_KEY[key].vocabulary or key == "country":
            return self._exactly(scope, value)
        terms = [
            term
            for (term,) in self._connection.execute(
                "SELECT term FROM term WHERE scope = ?", (scope,)
            )
        ]
        same = [term for term in terms if fold(term) == fold(value)]
        if not same:
            raise UnknownWord(key, value, nearest(value, terms))
        return self._union(scope, same)

    def _words(self, scope: str, text: str, *, whole: bool) -> BitMap:
        """Places where every word of a text occurs in a scope, whole or as a prefix."""
        look = self._exactly if whole else self._prefix
        return reduce(lambda a, b: a & b, (look(scope, word) for word in words(text)))

    def _everything(self) -> BitMap:
        from pyroaring import BitMap

        return BitMap(range(self._total))

    def _exactly(self, scope: str, term: str) -> BitMap:
        from pyroaring import BitMap

        key = (scope, f"={term}")
        found = self._sets.get(key)
        if found is None:
            row = self._connection.execute(
                "SELECT places FROM term WHERE scope = ? AND term = ?", (scope, term)
            ).fetchone()
            found = BitMap.deserialize(row[0]) if row else BitMap()
            self._keep(key, found)
        return found

    def _prefix(self, scope: str, prefix: str) -> BitMap:
        from pyroaring import BitMap

        key = (scope, prefix)
        found = self._sets.get(key)
        if found is None:
            row = self._connection.execute(
                "SELECT places FROM term WHERE scope = ? AND term = ?", (f"{scope}*", prefix)
            ).fetchone()
            found = BitMap.deserialize(row[0]) if row else self._range(scope, prefix, prefix + _END)
            self._keep(key, found)
        return found

    def _between(self, scope: str, first: str, last: str) -> BitMap:
        return self._range(scope, first, (last or _END) + "\0")

    def _range(self, scope: str, first: str, end: str) -> BitMap:
        from pyroaring import BitMap

        rows = self._connection.execute(
            "SELECT places FROM term WHERE scope = ? AND term >= ? AND term < ?",
            (scope, first, end),
        )
        return BitMap.union(BitMap(), *(BitMap.deserialize(row[0]) for row in rows))

    def _union(self, scope: str, terms: Sequence[str]) -> BitMap:
        from pyroaring import BitMap

        return BitMap.union(BitMap(), *(self._exactly(scope, term) for term in terms))

    def _keep(self, key: tuple[str, str], found: BitMap) -> None:
        self._sets[key] = found
        if len(self._sets) > _KEPT:
            self._sets.popitem(last=False)

    def _with_phrase(self, condition: Condition, candidates: BitMap) -> BitMap:
        """Those candidates whose text has a phrase of the condition, words in order."""
        from pyroaring import BitMap

        asked = [words(value) for value in condition.values]
        found = BitMap()
        for place in candidates:
            (text,) = self._columns("text", place)
            if condition.key != PHRASE:
                text = text.split(PART)[TEXT_SCOPES.index(condition.key)]
            if any(_occurs(each, text) for each in asked):
                found.add(place)
        return found

    def _near(self, lat_text: str, lon_text: str, radius_text: str) -> BitMap:
        from pyroaring import BitMap

        lat, lon = float(lat_text), float(lon_text)
        radius = float(radius_text.removesuffix("km"))
        cells = self._connection.execute("SELECT term FROM term WHERE scope = 'cell'")
        held = (term for (term,) in cells)
        candidates = self._union("cell", squares(held, lat, lon, radius))
        points = self._all_points()
        return BitMap(
            place
            for place in candidates
            if distance(lat, lon, points[2 * place], points[2 * place + 1]) <= radius
        )

    def _all_points(self) -> array[float]:
        """Latitude and longitude of every place, read once a generation."""
        if not self._points:
            for (packed,) in self._connection.execute(
                "SELECT places FROM ordering WHERE key = 'points'"
            ):
                self._points.frombytes(packed)
        return self._points

    def _columns(self, columns: str, place: int) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._connection.execute(
            f"SELECT {columns} FROM record WHERE position = ?", (place,)
        ).fetchone()
        if row is None:
            raise ValueError(f"record {place} is missing")
        return row

    def _ranked(self, query: Query, matching: BitMap) -> list[BitMap]:
        """The matches in steps: acronym, name, start of name, words of names, the rest."""
        asked = [w for c in query.conditions if c.key in {WORD, PHRASE} and not c.negated
                 for w in words(c.values[0])]  # fmt: skip
        if not asked:
            return []
        whole = " ".join(asked)
        steps = [
            self._exactly("acronym", whole),
            self._exactly("title", whole),
            self._prefix("title", whole),
            reduce(lambda a, b: a & b, (self._prefix("name", word) for word in asked)),
        ]
        ranked: list[BitMap] = []
        left = matching
        for step in steps:
            ranked.append(left & step)
            left = left - step
        return [part for part in (*ranked, left) if part]


def _scope(key: str) -> str:
    return key if key in TEXT_KEYS else WORDS


def _needs_text(condition: Condition) -> bool:
    """Whether only a record's text can tell, since order matters."""
    if condition.key == PHRASE:
        return len(words(condition.values[0])) > 1
    return condition.key in TEXT_KEYS and any(len(words(v)) > 1 for v in condition.values)


def _occurs(asked: Sequence[str], text: str) -> bool:
    if len(asked) > 1:
        return f" {' '.join(asked)} " in text
    return f" {asked[0]}" in text.replace(VALUE, " ")


def _since(value: str) -> str:
    """The ISO date of ``30d`` ago, or the date itself."""
    if value.endswith("d"):
        return (datetime.now(UTC).date() - timedelta(days=int(value[:-1]))).isoformat()
    return value


def _index(part: range | BitMap | array[int], place: int) -> int | None:
    if isinstance(part, array):
        try:
            return part.index(place)
        except ValueError:
            return None
    if place not in part:
        return None
    return part.index(place) if isinstance(part, range) else part.rank(place) - 1
