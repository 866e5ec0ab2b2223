"""The inverted index on disk: sets of places by term, changed where records change."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from pyroaring import BitMap

from ritui.store.index import PREFIXED, SPELLED, VALUE, Entry, terms, traits

_HEAVY_TERMS: Final = 64
_HEAVY_SHARE: Final = 64
_FEW_TERMS: Final = 8
_LONGEST_HEAVY: Final = 10
_AT_ONCE: Final = 256
"""Sets kept apart before they are made one."""
_Scopes: TypeAlias = defaultdict[str, defaultdict[str, list[int]]]
_PUT: Final = "INSERT OR REPLACE INTO term VALUES (?, ?, ?, ?)"


class Postings:
    """Places to put under terms, or to take from them: collected, then written at once."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._by_scope: _Scopes = defaultdict(lambda: defaultdict(list))
        # Many records have all their traits in common, so these are noted together.
        self._by_traits: defaultdict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
        self.size = 0
        """How much is collected, in places."""

    def add(self, place: int, entry: Entry) -> None:
        """Note all terms of a record; one that comes twice counts once."""
        by_scope = self._by_scope
        for scope, found in terms(entry):
            scoped = by_scope[scope]
            own = {*found}
            for term in own:
                scoped[term].append(place)
            self.size += len(own)
        self._by_traits[tuple(traits(entry))].append(place)

    def by_scope(self) -> _Scopes:
        """Scope to term to the places noted, in any order."""
        for shared, places in self._by_traits.items():
            for scope, term in dict.fromkeys(shared):
                self._by_scope[scope][term] += places
        self._by_traits.clear()
        return self._by_scope


class Inverted:
    """The index of one cache, for the one who writes it.

    Three kinds of rows follow from the others. A term of a scope ``spelling.<facet>`` is a
    folded value and a spelling of it; the facet's own terms are the commonest spelling of each.
    And a prefix of a scope ``<scope>*`` is the union of the terms that begin so, kept ready
    where making it would take long at a keystroke.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Write through a connection, within its transaction."""
        self._connection = connection

    def clear(self) -> None:
        """Take everything away."""
        self._connection.execute("DELETE FROM term")

    def fill(self, postings: Postings) -> None:
        """Put places under terms, when only more will follow and then `finish`."""
        for scope, scoped in sorted(postings.by_scope().items()):
            held = self._held(scope, scoped)
            self._connection.executemany(
                _PUT,
                (_row(scope, term, scoped[term], held.get(term)) for term in sorted(scoped)),
            )

    def finish(self, total: int) -> None:
        """Make the rows that follow from others, after everything was filled in."""
        for key in SPELLED:
            scope = f"spelling.{key}"
            rows = self._connection.execute(
                "SELECT term, places FROM term WHERE scope = ? ORDER BY term", (scope,)
            )
            spellings: defaultdict[str, dict[str, BitMap]] = defaultdict(dict)
            for term, places in rows:
                folded, _, value = term.partition(VALUE)
                spellings[folded][value] = set_of(places)
            self._put_all(_commonest(key, each) for each in spellings.values())
        self._connection.execute("DROP TABLE IF EXISTS temp.heavy")
        self._connection.execute("CREATE TEMP TABLE heavy (scope, term, count, places)")
        for scope in PREFIXED:
            rows = self._connection.execute(
                "SELECT term, places FROM term WHERE scope = ? ORDER BY term", (scope,)
            )
            # Beside it first: the rows come from the table that they go into.
            self._connection.executemany(
                "INSERT INTO heavy VALUES (?, ?, ?, ?)",
                (
                    (f"{scope}*", prefix, len(union), _kept(union))
                    for prefix, union in _heavy(rows, total)
                ),
            )
        self._connection.execute("INSERT INTO term SELECT * FROM heavy ORDER BY scope, term")
        self._connection.execute("DROP TABLE temp.heavy")

    def change(self, gone: Postings, come: Postings) -> None:
        """Take places from terms and put others under terms, in a filled index."""
        old, new = gone.by_scope(), come.by_scope()
        for scope in sorted({*old, *new}):
            nothing: dict[str, list[int]] = {}
            less, more = old.get(scope, nothing), new.get(scope, nothing)
            both = sorted(
                term for term in {*less, *more} if less.get(term, ()) != more.get(term, ())
            )
            if scope.startswith("spelling."):
                self._respell(scope, both, less, more)
            else:
                self._change(scope, both, less, more)
            if scope in PREFIXED:
                self._change_heavy(scope, less, more)

    def _change(
        self,
        scope: str,
        terms: Iterable[str],
        less: Mapping[str, Iterable[int]],
        more: Mapping[str, Iterable[int]],
    ) -> None:
        for term in terms:
            held = self._connection.execute(
                "SELECT places FROM term WHERE scope = ? AND term = ?", (scope, term)
            ).fetchone()
            places = set_of(held[0]) if held else BitMap()
            places.difference_update(BitMap(less.get(term, ())))
            places.update(more.get(term, ()))
            self._put(scope, term, places)

    def _respell(
        self,
        scope: str,
        terms: Iterable[str],
        less: Mapping[str, list[int]],
        more: Mapping[str, list[int]],
    ) -> None:
        """Change spellings, and the facet's own terms with them."""
        key = scope.partition(".")[2]
        terms = list(terms)
        folds = sorted({term.partition(VALUE)[0] for term in terms})
        for folded in folds:
            if spellings := self._spellings(scope, folded):
                facet, term, _ = _commonest(key, spellings)
                self._connection.execute(
                    "DELETE FROM term WHERE scope = ? AND term = ?", (facet, term)
                )
        self._change(scope, terms, less, more)
        for folded in folds:
            if spellings := self._spellings(scope, folded):
                self._put(*_commonest(key, spellings))

    def _spellings(self, scope: str, folded: str) -> dict[str, BitMap]:
        rows = self._connection.execute(
            "SELECT term, places FROM term WHERE scope = ? AND term >= ? AND term < ?",
            (scope, folded + VALUE, folded + chr(ord(VALUE) + 1)),
        )
        return {term.partition(VALUE)[2]: set_of(places) for term, places in rows}

    def _change_heavy(
        self, scope: str, less: Mapping[str, list[int]], more: Mapping[str, list[int]]
    ) -> None:
        """Keep the prefixes that are ready-made true; no others become so here."""
        heavy = {
            prefix
            for (prefix,) in self._connection.execute(
                "SELECT term FROM term WHERE scope = ?", (f"{scope}*",)
            )
        }
        gone, come = _by_prefix(less, heavy), _by_prefix(more, heavy)
        for prefix in sorted({*gone, *come}):
            if gone.get(prefix) != come.get(prefix):
                # What a record loses by one word it may still have by another, which has come.
                self._change(f"{scope}*", (prefix,), gone, come)

    def _held(self, scope: str, terms: Iterable[str]) -> dict[str, Any]:
        """What is held of some terms of a scope; empty without looking when it has none."""
        one = self._connection.execute(
            "SELECT 1 FROM term WHERE scope = ? LIMIT 1", (scope,)
        ).fetchone()
        if one is None:
            return {}
        held = {}
        for term in terms:
            row = self._connection.execute(
                "SELECT places FROM term WHERE scope = ? AND term = ?", (scope, term)
            ).fetchone()
            if row is not None:
                held[term] = row[0]
        return held

    def _put(self, scope: str, term: str, places: BitMap) -> None:
        if places:
            self._put_all([(scope, term, places)])
        else:
            self._connection.execute("DELETE FROM term WHERE scope = ? AND term = ?", (scope, term))

    def _put_all(self, rows: Iterable[tuple[str, str, BitMap]]) -> None:
        self._connection.executemany(
            _PUT, ((scope, term, len(places), _kept(places)) for scope, term, places in rows)
        )


def set_of(places: Any) -> BitMap:
    """The set that a row of the index holds; ValueError for what is none."""
    if isinstance(places, int):
        return BitMap((places,))
    if not isinstance(places, bytes):
        raise ValueError("no set of places")
    return BitMap.deserialize(places)


def _row(scope: str, term: str, places: list[int], held: Any) -> tuple[str, str, int, Any]:
    if held is None and len(places) == 1:
        return scope, term, 1, places[0]
    found = BitMap(places)
    if held is not None:
        found |= set_of(held)
    return scope, term, len(found), _kept(found)


def _kept(places: BitMap) -> Any:
    """A set as a row of the index holds it."""
    return places[0] if len(places) == 1 else places.serialize()


def _commonest(key: str, spellings: Mapping[str, BitMap]) -> tuple[str, str, BitMap]:
    """The row of a facet for a value: its commonest spelling, the places of all."""
    chosen = min(spellings, key=lambda value: (-len(spellings[value]), value))
    return f"facet.{key}", chosen, BitMap.union(*spellings.values())


def _by_prefix(terms: Mapping[str, list[int]], prefixes: Collection[str]) -> dict[str, BitMap]:
    found: defaultdict[str, BitMap] = defaultdict(BitMap)
    for term, places in terms.items():
        for length in range(1, min(len(term), _LONGEST_HEAVY) + 1):
            if (prefix := term[:length]) in prefixes:
                found[prefix].update(places)
    return found


def _heavy(rows: Iterable[tuple[str, Any]], total: int) -> Iterator[tuple[str, BitMap]]:
    """Prefixes whose union would take long to make at a keystroke, ready-made.

    Args:
        rows: Terms in their order, each with what the index holds.
        total: Records there are.
    """
    # The terms of a prefix come one after the other: one open prefix of every length, each
    # handed on to the next shorter one when it is over.
    texts = [""] * (_LONGEST_HEAVY + 1)
    unions: list[list[BitMap]] = [[] for _ in texts]
    counts, sums = [0] * len(texts), [0] * len(texts)

    def close(length: int) -> Iterator[tuple[str, BitMap]]:
        if not counts[length]:
            return
        union = unions[length][0] if len(unions[length]) == 1 else BitMap.union(*unions[length])
        heavy = counts[length] > _HEAVY_TERMS or (
            counts[length] > _FEW_TERMS and sums[length] > total / _HEAVY_SHARE
        )
        if heavy:
            yield texts[length], union
        if length > 1:
            shorter = unions[length - 1]
            if len(shorter) > _AT_ONCE:
                shorter[:] = [BitMap.union(*shorter)]
            shorter.append(union)
            counts[length - 1] += counts[length]
            sums[length - 1] += sums[length]
        unions[length], counts[length], sums[length] = [], 0, 0

    for term, places in rows:
        own = min(len(term), _LONGEST_HEAVY)
        for length in range(_LONGEST_HEAVY, 0, -1):
            if texts[length] != term[:length] or length > own:
                yield from close(length)
                texts[length] = term[:length]
        found = set_of(places)
        if len(unions[own]) > _AT_ONCE:
            unions[own][:] = [BitMap.union(*unions[own])]
        unions[own].append(found)
        counts[own] += 1
        sums[own] += len(found)
    for length in range(_LONGEST_HEAVY, 0, -1):
        yield from close(length)
