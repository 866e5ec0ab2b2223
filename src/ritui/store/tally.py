"""Tally: the records of an answer counted by their values, those of both regions beside them.

Unlike the counts of a facet, which say what choosing another value would give, these are of the
answer itself: nothing that is asked is left out. Sets are intersected and no record is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ritui.store.catalog import Catalog

if TYPE_CHECKING:
    from pyroaring import BitMap

    from ritui.model.query import Query

DECADE: Final = "decade"
"""What records are counted by besides their facets: when they were founded."""
UNSTATED: Final = ""
"""The value of records of which no source states one."""
EARLIEST: Final = 1900
"""Of what was founded before this year, all is counted together."""


class Tally(NamedTuple):
    """How many records have a value."""

    value: str
    """Of a facet; for decades as ``established:`` takes it, ``1990..1999``; or `UNSTATED`."""
    eu: int
    lac: int
    total: int

    @property
    def other(self) -> int:
        """Those of both regions together, of the whole world, and of no stated region."""
        return self.total - self.eu - self.lac


class Tallies(NamedTuple):
    """An answer, counted."""

    whole: Tally
    by: Mapping[str, Sequence[Tally]]
    """Facet, or `DECADE`, to its values that some record of the answer has, in no order that
    means anything; what is not stated is one of them."""
    countries: Mapping[str, Collection[str]]
    """Area to the countries, of those that were looked for, that have a record in it."""


def tallies(
    catalog: Catalog, query: Query, keys: Iterable[str], countries: Iterable[str] = ()
) -> Tallies:
    """Count the records that answer a query.

    Args:
        catalog: Where to look.
        query: What is asked.
        keys: Facets, or `DECADE`.
        countries: Those to look for in each area.

    Raises:
        UnknownWord: A value of an open facet that no record has.
    """
    # Within the store: the catalog's way to have one moment of the directory for one thread.
    with catalog._reading() as finder:
        matching = finder.matching(query)
        sides = [matching & finder.exactly("facet.region", side) for side in ("EU", "LAC")]

        def tally(value: str, its: BitMap) -> Tally:
            eu, lac = (side.intersection_cardinality(its) for side in sides)
            return Tally(value, eu, lac, matching.intersection_cardinality(its))

        by: dict[str, Sequence[Tally]] = {}
        for key in keys:
            sets = _decades(catalog._connection) if key == DECADE else finder.facet_sets(key)
            rest = matching
            for _, its in sets:
                rest = rest - its
            counted = [tally(value, its) for value, its in (*sets, (UNSTATED, rest))]
            by[key] = [each for each in counted if each.total]
        areas = {area: its & matching for area, its in finder.facet_sets("area")}
        sets = [(code, finder.exactly("facet.country", code)) for code in countries]
        there = {
            area: {code for code, its in sets if its.intersect(within)}
            for area, within in areas.items()
        }
        return Tallies(tally(UNSTATED, matching), by, there)


def decade_of(year: int) -> str:
    """The years in which a year is, as ``established:`` takes them."""
    if year < EARLIEST:
        return f"..{EARLIEST - 1}"
    first = year // 10 * 10
    return f"{first}..{first + 9}"


def _decades(connection: Any) -> list[tuple[str, BitMap]]:
    """Decades and the places of what was founded in them."""
    from pyroaring import BitMap

    from ritui.store.inverted import set_of

    found: defaultdict[str, BitMap] = defaultdict(BitMap)
    rows = connection.execute("SELECT term, places FROM term WHERE scope = 'established'")
    for year, places in rows:
        found[decade_of(int(year))] |= set_of(places)
    return list(found.items())
