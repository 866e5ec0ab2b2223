"""Landscape: what a query finds by country, area, decade and more, Europe beside Latin America.

The view and ``ritui stats`` count the same because both ask here. Every number is what narrowing
by its value gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ritui.i18n import Messages
from ritui.model.facet import BY_KEY
from ritui.model.query import Condition, Query
from ritui.model.source import BUNDLED
from ritui.model.vocab import CELAC_MEMBERS, EU_MEMBERS, region_of
from ritui.store.catalog import Catalog
from ritui.store.tally import DECADE, EARLIEST, UNSTATED, Tallies, Tally, tallies
from ritui.text import sort_key

KEYS: Final = ("area", "domain", "kind", "type", "status", DECADE, "country", "source")
"""By what records are counted, in the order in which it is shown."""
SEVERAL: Final = frozenset({"area", "domain", "country", "source"})
"""Those of which a record can have several values, and then counts for each."""
GAPS: Final = ("country", "area", "domain")
"""Of what a gap is named: its values are closed lists, and each region should have them all."""
SIDES: Final[Mapping[str, frozenset[str]]] = {"EU": EU_MEMBERS, "LAC": CELAC_MEMBERS}
"""The regions that are compared, and the states of each that are looked for."""
COLUMNS: Final = ("by", "value", "label", "EU", "LAC", "other", "total")
"""A count in a table, in this order."""

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_HELD: Final[Mapping[str, Sequence[str]]] = {
    "area": ("areas",), "domain": ("domains",), "type": ("type",), "status": ("status",),
    DECADE: ("established",), "country": ("country", "countries"),
}  # fmt: skip
"""Keys of a record that are all empty where nothing is stated."""


class Gap(NamedTuple):
    """What is missing on one side."""

    key: str
    """One of `GAPS`."""
    side: str
    """One of `SIDES`."""
    values: Sequence[str]
    """States in whose name there is no record, or areas and domains in which the region has
    none; perhaps nothing."""
    of: int
    """How many were looked for."""
    area: str = ""
    """Of states: the area in which there is no record of them; empty for none at all."""


@dataclass(frozen=True, slots=True)
class Landscape:
    """What a query finds, counted."""

    query: Query
    whole: Tally
    """All that was found."""
    directory: int
    """Records in the directory."""
    by: Mapping[str, Sequence[Tally]]
    """Some of `KEYS` to their values. A closed list is whole and in its own order, decades are in
    that of time, elsewhere common values come first; what is not stated comes last."""
    gaps: Sequence[Gap]


def landscape(
    catalog: Catalog, query: Query, say: Messages, keys: Iterable[str] = KEYS
) -> Landscape:
    """Count what a query finds.

    Args:
        catalog: Where to look.
        query: What is asked.
        say: The words, by which equals are ordered.
        keys: By what to count, some of `KEYS`.

    Raises:
        UnknownWord: A value of an open facet that no record has.
    """
    keys = tuple(keys)
    states = frozenset[str]().union(*SIDES.values())
    found = tallies(catalog, query, dict.fromkeys((*keys, *GAPS)), states)
    by = {key: _ordered(key, found.by[key], say) for key in keys}
    gaps = tuple(_gaps(query, found, say))
    return Landscape(query, found.whole, catalog.total, by, gaps)


def value_label(key: str, value: str, say: Messages) -> str:
    """How a value is called."""
    if value == UNSTATED:
        return say("landscape.not-stated")
    if key == DECADE:
        first, _, last = value.partition("..")
        return f"{first}–{last}" if first else say("landscape.before", year=EARLIEST)
    if key == "source" and value == BUNDLED:
        return say("origin.bundled")
    return say.label(key, value)


def key_label(key: str, say: Messages) -> str:
    """How it is called what records are counted by."""
    return say("landscape.decade" if key == DECADE else f"facet.{key}")


def gap_label(gap: Gap, say: Messages) -> str:
    """How much is missing of what: ``energy · EU member states 12 of 27``."""
    text = say(f"landscape.gap-{gap.key}.{gap.side}", missing=len(gap.values), all=gap.of)
    return f"{say.label('area', gap.area)} · {text}" if gap.area else text


def narrowed(query: Query, key: str, value: str) -> Query:
    """The query of exactly those records of an answer that have a value.

    Args:
        query: What gave the answer.
        key: One of `KEYS`.
        value: One of its values, or `UNSTATED`.
    """
    if value == UNSTATED:
        wanted = [Condition("has", (each,), negated=True) for each in _HELD.get(key, ())]
    else:
        wanted = [Condition("established" if key == DECADE else key, (value,))]
    held = [c for c in query.conditions if not _gives_way(c, key, value)]
    return replace(query, conditions=tuple(dict.fromkeys((*held, *wanted))))


def bar(number: int, most: int, cells: int, sign: str = "") -> str:
    """A bar, as long as a number is large; what is not nothing is seen.

    Args:
        number: What it stands for.
        most: The number for which it would fill all cells.
        cells: How many there are.
        sign: A character to draw it with; without one it is drawn in eighths of a cell.

    Returns:
        At most so many characters of one cell each.
    """
    if number <= 0 or most <= 0 or cells <= 0:
        return ""
    if sign:
        return sign * max(1, round(number * cells / most))
    whole, rest = divmod(max(1, round(number * cells * 8 / most)), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _gives_way(condition: Condition, key: str, value: str) -> bool:
    """Whether a condition says no more than that a value is wanted."""
    return condition.key == key and not condition.negated and value in condition.values


def _ordered(key: str, found: Sequence[Tally], say: Messages) -> Sequence[Tally]:
    """Counts in the order in which they are shown."""
    stated = [each for each in found if each.value != UNSTATED]
    vocabulary = BY_KEY[key].vocabulary if key in BY_KEY else ()
    if vocabulary:
        held = {each.value: each for each in stated}
        stated = [held.get(value) or Tally(value, 0, 0, 0) for value in vocabulary]
    elif key == DECADE:
        # What has no beginning is the earliest.
        stated.sort(key=lambda each: each.value.partition("..")[0])
    else:
        stated.sort(key=_by_size(key, say))
    return [*stated, *(each for each in found if each.value == UNSTATED)]


def _by_size(key: str, say: Messages) -> Callable[[Tally], tuple[int, str]]:
    return lambda each: (-each.total, sort_key(value_label(key, each.value, say), say.language))


def _gaps(query: Query, found: Tallies, say: Messages) -> Iterator[Gap]:
    """What is missing of what was looked for: where a query names values, of those alone."""
    sides = _sides(query)
    states = {side: _states(side, say) for side in sides}
    for side in sides:
        held: Collection[str] = {each.value for each in found.by["country"]}
        yield from _gap(query, Gap("country", side, states[side], 0), held)
    for key in GAPS[1:]:
        for side in sides:
            held = {each.value for each in found.by[key] if (each.eu if side == "EU" else each.lac)}
            yield from _gap(query, Gap(key, side, BY_KEY[key].vocabulary, 0), held)
    # Within one area, that would be said twice.
    areas = () if len(query.values("area")) == 1 else BY_KEY["area"].vocabulary
    for area in _looked_for(query, "area", areas):
        for side in sides:
            held = found.countries.get(area, ())
            yield from _gap(query, Gap("country", side, states[side], 0, area), held)


def _gap(query: Query, listed: Gap, held: Collection[str]) -> Iterator[Gap]:
    """What is not there of a closed list; nothing where the query looks for none of it."""
    if wanted := _looked_for(query, listed.key, listed.values):
        values = [value for value in wanted if value not in held]
        yield listed._replace(values=values, of=len(wanted))


def _looked_for(query: Query, key: str, listed: Sequence[str]) -> list[str]:
    asked, refused = query.values(key), query.values(key, negated=True)
    return [value for value in listed if (not asked or value in asked) and value not in refused]


def _states(side: str, say: Messages) -> list[str]:
    """The states of a region in the order of their names."""
    return sorted(SIDES[side], key=lambda code: sort_key(say.country(code), say.language))


def _sides(query: Query) -> list[str]:
    """The regions of which a query can find something that is their own."""
    regions, refused = query.values("region"), query.values("region", negated=True)
    of_states = {region_of(code) for code in query.values("country")}
    return [
        side
        for side in SIDES
        if (not regions or side in regions)
        and (not of_states or side in of_states)
        and side not in refused
    ]
