"""Affinity: the records of the other side that have most in common with one, by the index.

Rare things weigh most, so they are looked up first, and what nearly everybody has is left out
where much has been looked at already. Only the few hundred that come out best are read.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from heapq import nsmallest
from typing import TYPE_CHECKING, Final, NamedTuple

from ritui.store.search import Finder

if TYPE_CHECKING:
    from pyroaring import BitMap

_LOOKED_AT: Final = 40_000
"""Places counted up before commoner things are left out."""
_BETWEEN: Final = ("bi-regional", "global")
_MOST_BETWEEN: Final = 1_000
"""Records of both regions that are read for the ties they make."""


class Clue(NamedTuple):
    """Something that records may have in common, as the index knows it."""

    scope: str
    ways: tuple[tuple[str, ...], ...]
    """Terms that a record has all of; any one such way is enough."""
    weight: float = 1.0
    """How much it counts beside others that are as rare."""
    unless: str = ""
    """A scope; a clue whose term is one of it too, as a name that is a city's, counts nothing."""


class Held(NamedTuple):
    """A record as the cache holds it."""

    body: str
    """As JSON."""
    text: str
    """Its folded texts, as `ritui.store.index.phrase_text` has them."""


class Kindred(NamedTuple):
    """What has something in common with a record."""

    total: int
    """Records in the directory."""
    counts: Sequence[int]
    """Of every clue, in the order given: how many records have it; 0 where it counts nothing."""
    found: Sequence[Held]
    """The best, in order."""


class Shared(NamedTuple):
    """What may tie a record of one region to one of the other."""

    between: Sequence[str]
    """Records of both regions, as JSON."""
    events: Sequence[str]
    """Events that concern some record, as JSON."""


def kindred(
    connection: sqlite3.Connection,
    finder: Finder,
    total: int,
    clues: Sequence[Clue],
    regions: Iterable[str],
    sure: Collection[str] = (),
    most: int = 200,
) -> Kindred:
    """The records of some regions that fit some clues best.

    Args:
        connection: The cache.
        finder: The index of the same moment.
        total: Records there are.
        clues: What they may have in common.
        regions: Where they are. What has ended is left out.
        sure: Ids of records that are among them in any case, if they are of these regions.
        most: How many besides.
    """
    from pyroaring import BitMap

    sets = [_places(finder, clue) for clue in clues]
    counts = [len(places) for places in sets]
    among = BitMap.union(BitMap(), *(finder.exactly("facet.region", each) for each in regions))
    among = among - finder.exactly("facet.status", "ended")
    weights: dict[int, float] = {}
    left = _LOOKED_AT
    for number in sorted(range(len(clues)), key=counts.__getitem__):
        if not counts[number]:
            continue
        here = sets[number] & among
        left -= len(here)
        if left < 0:
            break
        weight = rarity(counts[number], total) * clues[number].weight
        for place in here:
            weights[place] = weights.get(place, 0.0) + weight
    best = nsmallest(most, weights, key=lambda place: (-weights[place], place))
    known = {place for id_ in sure for place in finder.named(id_) & among}
    found = held(connection, [*best, *sorted(known - {*best})])
    return Kindred(total, counts, found)


def counted(finder: Finder, clues: Iterable[Clue]) -> list[int]:
    """Of every clue, how many records have it; 0 where it counts nothing."""
    return [len(_places(finder, clue)) for clue in clues]


def rarity(count: int, total: int) -> float:
    """How rare something is that so many of all records have: 1 for one's own, 0 for everyone's.

    It is the usual logarithm of the share, in proportion to the largest there can be, so that
    it means the same in a directory of hundreds and of a hundred thousand.
    """
    if count <= 0 or total < 2:
        return 0.0
    return max(0.0, 1.0 - math.log(count) / math.log(total))


def held(connection: sqlite3.Connection, places: Iterable[int]) -> list[Held]:
    """Records by their places."""
    rows = (
        connection.execute("SELECT body, text FROM record WHERE place = ?", (place,)).fetchone()
        for place in places
    )
    return [Held(*row) for row in rows if row]


def held_of(connection: sqlite3.Connection, ids: Iterable[str]) -> list[Held]:
    """Records by their ids, those that there are."""
    rows = (
        connection.execute("SELECT body, text FROM record WHERE id = ?", (id_,)).fetchone()
        for id_ in ids
    )
    return [Held(*row) for row in rows if row]


def shared(connection: sqlite3.Connection, finder: Finder) -> Shared:
    """What may tie records of the two regions to one another."""
    from pyroaring import BitMap

    places = BitMap.union(*(finder.exactly("facet.region", each) for each in _BETWEEN))
    between = [each.body for each in held(connection, places[:_MOST_BETWEEN])]
    rows = connection.execute(
        "SELECT body FROM event WHERE body LIKE '%\"related\"%' ORDER BY date, rowid"
    )
    return Shared(between, [body for (body,) in rows if json.loads(body).get("related")])


def _places(finder: Finder, clue: Clue) -> BitMap:
    from pyroaring import BitMap

    if clue.unless and any(finder.exactly(clue.unless, term) for term in _single(clue.ways)):
        return BitMap()
    ways = [
        reduce(BitMap.intersection, [finder.exactly(clue.scope, term) for term in way])
        for way in clue.ways
    ]
    return BitMap.union(BitMap(), *ways)


def _single(ways: Iterable[Sequence[str]]) -> Iterator[str]:
    return (way[0] for way in ways if len(way) == 1)
