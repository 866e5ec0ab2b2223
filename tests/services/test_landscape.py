"""What is counted, compared with a slow count over the records themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ritui.i18n import Messages
from ritui.model.facet import BY_KEY
from ritui.model.query import Query, parse
from ritui.model.record import Record, from_json
from ritui.model.vocab import AREAS, CELAC_MEMBERS, DOMAINS, EU_MEMBERS
from ritui.paths import find_paths
from ritui.services.landscape import (
    KEYS,
    Gap,
    bar,
    gap_label,
    landscape,
    narrowed,
    value_label,
)
from ritui.services.library import open_library
from ritui.store.catalog import Catalog
from ritui.store.tally import DECADE, UNSTATED, Tally
from ritui.text import sort_key

QUERIES = (
    "", "area:energy", "solar", "country:AR,ES -status:ended", "region:LAC kind:infrastructure",
    "established:1950..2010 -area:health", "region:global", "-region:EU domain:environment",
    "-has:areas", "zzzz",
)  # fmt: skip
SAY = Messages()


@pytest.fixture(scope="module")
def catalog(warm: Path) -> Iterator[Catalog]:
    library, _ = open_library(find_paths(str(warm)))
    yield library.catalog
    library.close()


def found(catalog: Catalog, query: Query) -> list[Record]:
    return [from_json(values) for values in catalog.values(catalog.search(query))]


def values(record: Record, key: str) -> Sequence[str]:
    """What a record says, with no stated value as one of them."""
    if key == DECADE:
        year = record.established
        if year is None:
            return (UNSTATED,)
        return ("..1899",) if year < 1900 else (f"{year // 10}0..{year // 10}9",)
    return BY_KEY[key].values(record) or (UNSTATED,)


def counted(records: Sequence[Record], value: str) -> Tally:
    eu, lac = (sum(each.region == side for each in records) for side in ("EU", "LAC"))
    return Tally(value, eu, lac, len(records))


@pytest.mark.parametrize("text", QUERIES)
def test_every_number_is_that_of_the_records(catalog: Catalog, text: str) -> None:
    query = parse(text)
    records = found(catalog, query)
    counts = landscape(catalog, query, SAY)
    assert counts.whole == counted(records, UNSTATED)
    assert counts.directory == catalog.total
    assert tuple(counts.by) == KEYS
    for key, tallies in counts.by.items():
        known = {value for record in records for value in values(record, key)}
        vocabulary = BY_KEY[key].vocabulary if key in BY_KEY else ()
        assert {each.value for each in tallies} == known | {*vocabulary}
        for each in tallies:
            its = [record for record in records if each.value in values(record, key)]
            assert each == counted(its, each.value), (key, each)
            assert each.eu + each.lac + each.other == each.total


@pytest.mark.parametrize("text", QUERIES)
def test_narrowing_gives_exactly_what_was_counted(catalog: Catalog, text: str) -> None:
    query = parse(text)
    for key, tallies in landscape(catalog, query, SAY).by.items():
        for each in (*tallies[:12], *tallies[-2:]):
            narrower = narrowed(query, key, each.value)
            if key == "source" and each.value == UNSTATED:
                continue
            assert len(catalog.search(narrower)) == each.total, (key, each, str(narrower))
            assert narrowed(narrower, key, each.value) == narrower
            assert parse(str(narrower)) == narrower


def test_a_value_of_several_that_are_asked_takes_their_place() -> None:
    query = parse("solar country:AR,ES,FR -country:UY sort:name")
    assert str(narrowed(query, "country", "ES")) == "solar -country:UY country:ES sort:name"
    assert str(narrowed(query, "country", "PT")) == (
        "solar country:AR,ES,FR -country:UY country:PT sort:name"
    )
    assert str(narrowed(Query(), "country", UNSTATED)) == "-has:country -has:countries"


def test_the_order_of_what_is_shown(catalog: Catalog) -> None:
    by = landscape(catalog, Query(), SAY).by
    assert [each.value for each in by["area"]] == [*AREAS, UNSTATED]
    decades = [each.value for each in by[DECADE]]
    assert decades[0] == "..1899"
    assert decades[1:-1] == sorted(decades[1:-1])
    assert decades[-1] == UNSTATED
    countries = [each for each in by["country"] if each.value != UNSTATED]
    assert countries == sorted(
        countries, key=lambda each: (-each.total, sort_key(SAY.country(each.value)))
    )


def slow_gaps(records: Sequence[Record]) -> dict[tuple[str, str, str], set[str]]:
    """The gaps of a query that names neither region, country, area nor domain."""
    gaps: dict[tuple[str, str, str], set[str]] = {}
    for side, states in (("EU", EU_MEMBERS), ("LAC", CELAC_MEMBERS)):
        own = [record for record in records if record.region == side]
        gaps["country", side, ""] = {*states} - {c for r in records for c in r.all_countries}
        gaps["area", side, ""] = {*AREAS} - {area for record in own for area in record.areas}
        gaps["domain", side, ""] = {*DOMAINS} - {each for r in own for each in r.domains}
        for area in AREAS:
            there = {c for r in records if area in r.areas for c in r.all_countries}
            gaps["country", side, area] = {*states} - there
    return gaps


@pytest.mark.parametrize("text", ["", "solar", "type:virtual", "status:planned", "zzzz"])
def test_gaps_are_exactly_the_values_without_records(catalog: Catalog, text: str) -> None:
    query = parse(text)
    gaps = landscape(catalog, query, SAY).gaps
    told = {(gap.key, gap.side, gap.area): {*gap.values} for gap in gaps}
    assert told == slow_gaps(found(catalog, query))
    assert len(told) == len(gaps) == 16
    assert {gap.of for gap in gaps} == {27, 33, 5, 6}
    if text == "solar":
        assert any(told.values())


def test_what_nobody_looks_for_is_no_gap(catalog: Catalog) -> None:
    def gaps(text: str) -> list[Gap]:
        return list(landscape(catalog, parse(text), SAY).gaps)

    assert {gap.side for gap in gaps("region:LAC")} == {"LAC"}
    assert {gap.side for gap in gaps("-region:LAC")} == {"EU"}
    assert {gap.side for gap in gaps("country:AR")} == {"LAC"}
    assert not gaps("region:global")
    states = next(gap for gap in gaps("country:AR,UY,BB area:energy") if gap.key == "country")
    assert (states.values, states.of) == (["BB"], 3)
    # Of one area that is asked for, its states are not told twice.
    assert not [gap for gap in gaps("area:energy") if gap.area]
    assert {gap.area for gap in gaps("area:energy,health") if gap.area} == {"energy", "health"}
    assert {gap.area for gap in gaps("-area:energy") if gap.area} == {*AREAS} - {"energy"}


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_everything_has_a_name(catalog: Catalog, language: str) -> None:
    say = Messages(language)
    counts = landscape(catalog, Query(), say)
    labels = [value_label(key, each.value, say) for key, its in counts.by.items() for each in its]
    assert all(labels)
    assert not any(".." in label for label in labels)
    named = [gap_label(gap, say) for gap in counts.gaps]
    assert len({*named}) == len(named)


@pytest.mark.parametrize(
    ("number", "drawn"),
    [(0, ""), (1, "▏"), (50, "█████"), (55, "█████▌"), (99, "█████████▉"), (100, "█" * 10)],
)
def test_bars(number: int, drawn: str) -> None:
    assert bar(number, 100, 10) == drawn


def test_a_bar_grows_with_its_number_and_what_is_there_is_seen() -> None:
    assert bar(1, 100_000, 10) == "▏"
    assert bar(1, 100_000, 10, "=") == "="
    assert bar(7, 7, 10, "#") == "##########"
    assert (bar(3, 0, 10), bar(3, 7, 0), bar(0, 7, 10, "=")) == ("", "", "")
    for sign in ("", "="):
        lengths = [len(bar(number, 40, 10, sign)) for number in range(41)]
        assert lengths == sorted(lengths)
        assert lengths[-1] == 10
