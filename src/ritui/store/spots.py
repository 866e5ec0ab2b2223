"""Spots: where all the records of an answer are, at once. Nothing is read of the records."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ritui.model.vocab import AREAS, KINDS

if TYPE_CHECKING:
    from pyroaring import BitMap

    from ritui.store.search import Finder

SORTS: Final[Mapping[str, Sequence[str]]] = {"kind": KINDS, "area": AREAS}
"""By what records are told apart on a map: facets of few values."""
UNSORTED: Final = 255
"""Number of a record that has no value."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Where the records of an answer are: by their points, or else by their countries alone."""

    generation: int
    """The state of the directory this is of."""
    places: array[int]
    """Places of the records that have a point."""
    lats: array[float]
    lons: array[float]
    """Their points, in degrees."""
    vague: Mapping[str, Sequence[int]]
    """Country to the places of the records of which no more is known than that."""
    countries: Mapping[str, Sequence[int]]
    """Country to the places of all records that have their seat there."""
    nowhere: Sequence[int]
    """Places of the records that have neither a point nor a country."""
    sorts: Mapping[str, Mapping[int, int]]
    """By what records are told apart: place to the number of the first value it has, as `SORTS`
    counts them."""

    def __len__(self) -> int:
        """All records of the answer."""
        return len(self.places) + sum(map(len, self.vague.values())) + len(self.nowhere)


def spots(
    connection: sqlite3.Connection, finder: Finder, matching: BitMap, generation: int
) -> Spots:
    """Find out where some records are.

    Args:
        connection: Read from only.
        finder: Answers from the same state of the directory.
        matching: Their places.
        generation: That state.
    """
    # Who only lists records has no need of these.
    from pyroaring import BitMap

    from ritui.store.inverted import set_of

    flat = array("d")
    for (points,) in connection.execute("SELECT points FROM point ORDER BY square"):
        flat.frombytes(points)
    places, lats, lons = array("I", map(int, flat[::3])), flat[1::3], flat[2::3]
    pointed = BitMap(places)
    if not pointed.issubset(matching):
        chosen = [n for n, place in enumerate(places) if place in matching]
        places = array("I", [places[n] for n in chosen])
        lats, lons = (array("d", [axis[n] for n in chosen]) for axis in (lats, lons))
    rest = matching - pointed
    countries: dict[str, Sequence[int]] = {}
    vague: dict[str, Sequence[int]] = {}
    seats = connection.execute("SELECT term, places FROM term WHERE scope = 'seat' ORDER BY term")
    for code, its in seats:
        its = set_of(its)
        if here := its & matching:
            countries[code] = array("I", here)
        if only := its & rest:
            vague[code] = array("I", only)
            rest = rest - only
    sorts = {key: _numbers(finder, matching, key) for key in SORTS}
    return Spots(generation, places, lats, lons, vague, countries, array("I", rest), sorts)


def _numbers(finder: Finder, matching: BitMap, facet: str) -> dict[int, int]:
    """For each place the number of the first value of a facet it has."""
    values = SORTS[facet]
    known = [(values.index(v), its) for v, its in finder.facet_sets(facet) if v in values]
    found: dict[int, int] = {}
    # The first one comes last, and takes the place of the others.
    for number, its in sorted(known, key=lambda pair: -pair[0]):
        found.update(dict.fromkeys(its & matching, number))
    return found
