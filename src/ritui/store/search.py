"""Find: from a query to the places that answer it, by combining sets of the index."""

from __future__ import annotations

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from ritui.errors import UnknownWord
from ritui.model.facet import BY_KEY
from ritui.model.query import PHRASE, TEXT_KEYS, WORD, Condition, Query
from ritui.store import ordering, points
from ritui.store.index import ALWAYS, EVERY, PART, TEXT_SCOPES, VALUE, WORDS, identifier_term
from ritui.store.places import Everything, Named, Places
from ritui.text import fold, nearest, words

if TYPE_CHECKING:
    from pyroaring import BitMap

_END = "\U0010ffff"
_KEPT: Final = 512
"""Sets of the index kept in memory between keystrokes."""
_NEW_DAYS: Final = 30
_ORDERS: Final = {"country": "seat", "established": "established", "changed": "changed"}
"""Orders that are not by name: the scope whose terms, in their order, make each."""


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
        self._orders: dict[str, list[array[int]]] = {}
        self._order_sets: dict[str, list[BitMap]] = {}
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
        order = self._order_of(language)
        parts: Sequence[BitMap] = ()
        if scope := _ORDERS.get(key):
            # What is unknown comes last and equals by name both ways, so nothing is reversed.
            parts, reverse = self._by_term(scope, matching, reverse=reverse), False
        elif matching is not None:
            parts = (key == "relevance" and self._ranked(query, matching)) or (matching,)
        elif order:
            return Places(tuple(order), reverse)
        else:
            return Places((Everything(self._total, self.first, self.every),), reverse)
        if order:
            sets = self._block_sets(language)
            return Places(tuple(Named(part, order, sets) for part in parts), reverse)
        return Places(tuple(parts), reverse)

    def _by_term(self, scope: str, matching: BitMap | None, *, reverse: bool) -> tuple[BitMap, ...]:
        """Places by the terms of a scope in their order, then those that have none."""
        left = self.every() if matching is None else matching
        parts = []
        for _, places in sorted(self._sets_of(scope), key=itemgetter(0), reverse=reverse):
            if found := places & left:
                parts.append(found)
                left = left - found
        return (*parts, left) if left else tuple(parts)

    def _order_of(self, language: str) -> list[array[int]]:
        """The order of names of a language in blocks, read once; empty for that of the places."""
        if language not in self._orders:
            self._orders[language] = ordering.read(self._connection, language)
        return self._orders[language]

    def _block_sets(self, language: str) -> list[BitMap]:
        """Those blocks as sets, made once."""
        if language not in self._order_sets:
            from pyroaring import BitMap

            self._order_sets[language] = [BitMap(block) for block in self._order_of(language)]
        return self._order_sets[language]

    def first(self, number: int) -> list[int]:
        """The first places there are."""
        # The index by name has the places in the same order, and nothing else.
        rows = self._connection.execute(
            "SELECT place FROM record INDEXED BY record_by_name ORDER BY name, id LIMIT ?",
            (number,),
        )
        return [place for (place,) in rows]

    def facet_sets(self, key: str) -> list[tuple[str, BitMap]]:
        """Every value of a facet and the places that have it."""
        return self._sets_of(f"facet.{key}")

    def named(self, word: str) -> BitMap:
        """The places whose id, outside identifier or else acronym is exactly this word."""
        return self._identified(word) or self.exactly("acronym", " ".join(words(word)))

    def every(self) -> BitMap:
        """The places of all records."""
        return self.exactly(*EVERY)

    def added_after(self, time: str) -> BitMap:
        """The places of what came into the directory after an ISO time."""
        return self._range("added", time + "\0", _END)

    def _identified(self, word: str) -> BitMap:
        """The places whose id or outside identifier is exactly this word."""
        from pyroaring import BitMap

        rows = self._connection.execute(
            "SELECT place FROM record WHERE id IN (?, ?)", (word, word.casefold())
        )
        return self.exactly("identifier", identifier_term(word)) | BitMap(
            [place for (place,) in rows]
        )

    def _sets_of(self, scope: str) -> list[tuple[str, BitMap]]:
        """Every term of a scope in their order, and its places."""
        from ritui.store.inverted import set_of

        rows = self._connection.execute(
            "SELECT term, places FROM term WHERE scope = ? ORDER BY term", (scope,)
        )
        return [(term, set_of(places)) for term, places in rows]

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
        found = reduce(BitMap.intersection, wanted) if wanted else self.every()
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
            return self._identified(value)
        if key == "has":
            return self.every() if value in ALWAYS else self.exactly("has", value)
        if key == "established":
            first, dots, last = value.partition("..")
            return self._between("established", first, last if dots else first)
        if key == "changed":
            return self._between("changed", _since(value), "")
        return self._flagged(value)

    def _flagged(self, flag: str) -> BitMap:
        from pyroaring import BitMap

        if flag == "verified":
            return self.exactly("is", flag)
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
        return BitMap.union(BitMap(), *(self._identified(id_) for id_ in marked))

    def _facet(self, key: str, value: str) -> BitMap:
        scope = f"facet.{key}"
        facet = BY_KEY[key]
        if facet.vocabulary or key == "country":
            return self.exactly(scope, value)
        if facet.spelled:
            folded = fold(value) + VALUE
            found = self._range(f"spelling.{key}", folded, folded + _END)
        else:
            found = self.exactly(scope, value)
        if found:
            return found
        rows = self._connection.execute("SELECT term FROM term WHERE scope = ?", (scope,))
        terms = [term for (term,) in rows]
        same = [term for term in terms if fold(term) == fold(value)]
        if not same:
            raise UnknownWord(key, value, nearest(value, terms))
        return self._union(scope, same)

    def _words(self, scope: str, text: str, *, whole: bool) -> BitMap:
        """Places where every word of a text occurs in a scope, whole or as a prefix."""
        look = self.exactly if whole else self._prefix
        return reduce(lambda a, b: a & b, (look(scope, word) for word in words(text)))

    def exactly(self, scope: str, term: str) -> BitMap:
        """The places that have a term of a scope."""
        key = (scope, f"={term}")
        found = self._sets.get(key)
        if found is None:
            found = self._stored(scope, term)
            if found is None:
                from pyroaring import BitMap

                found = BitMap()
            self._keep(key, found)
        return found

    def _prefix(self, scope: str, prefix: str) -> BitMap:
        key = (scope, prefix)
        found = self._sets.get(key)
        if found is None:
            found = self._stored(f"{scope}*", prefix)
            if found is None:
                found = self._range(scope, prefix, prefix + _END)
            self._keep(key, found)
        return found

    def _stored(self, scope: str, term: str) -> BitMap | None:
        from ritui.store.inverted import set_of

        row = self._connection.execute(
            "SELECT places FROM term WHERE scope = ? AND term = ?", (scope, term)
        ).fetchone()
        return set_of(row[0]) if row else None

    def _between(self, scope: str, first: str, last: str) -> BitMap:
        return self._range(scope, first, (last or _END) + "\0")

    def _range(self, scope: str, first: str, end: str) -> BitMap:
        from pyroaring import BitMap

        rows = self._connection.execute(
            "SELECT places FROM term WHERE scope = ? AND term >= ? AND term < ?",
            (scope, first, end),
        )
        single: list[int] = []
        sets: list[bytes] = []
        for (places,) in rows:
            (single if type(places) is int else sets).append(places)
        from ritui.store.inverted import set_of

        return BitMap.union(BitMap(single), *map(set_of, sets))

    def _union(self, scope: str, terms: Sequence[str]) -> BitMap:
        from pyroaring import BitMap

        return BitMap.union(BitMap(), *(self.exactly(scope, term) for term in terms))

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
        return BitMap(points.around(self._connection, lat, lon, radius))

    def _columns(self, columns: str, place: int) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._connection.execute(
            f"SELECT {columns} FROM record WHERE place = ?", (place,)
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
            self.exactly("acronym", whole),
            self.exactly("title", whole),
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
