"""``ritui facets``: every count is the number of records that choosing its value gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ritui.model.facet import BY_KEY
from ritui.model.query import Condition, Query, parse
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.store.catalog import Catalog
from tests.conftest import Program


@pytest.fixture
def catalog(warm: Path) -> Iterator[Catalog]:
    library, _ = open_library(find_paths(str(warm)))
    yield library.catalog
    library.close()


def choosing(query: Query, key: str, value: str) -> Query:
    """The query with its condition on a facet replaced by this value."""
    rest = tuple(c for c in query.conditions if c.key != key or c.negated)
    return replace(query, conditions=(*rest, Condition(key, (value,))))


@pytest.mark.parametrize(
    "text", ["", "area:energy", "area:energy country:AR,ES -status:ended", "solar", "-kind:pilot"]
)
def test_every_count_of_every_facet(catalog: Catalog, text: str) -> None:
    query = parse(text)
    answer = catalog.search(query, None)
    assert set(answer.counts) == set(BY_KEY)
    for key, counts in answer.counts.items():
        assert counts, key
        for each in counts:
            expected = len(catalog.search(choosing(query, key, each.value)))
            assert each.count == expected, f"{text} {key}:{each.value}"


def test_facets_and_list_agree(ritui: Program) -> None:
    found = json.loads(ritui("facets", "area:energy", "--json").stdout)
    assert found["total"] == json.loads(ritui("list", "area:energy", "--json").stdout)["total"]
    assert list(found["facets"]) == list(BY_KEY)
    for key in ("country", "status", "kind"):
        for each in found["facets"][key][:2]:
            done = ritui("list", "area:energy", f"{key}:{each['value']}", "--format", "ids")
            assert len(done.stdout.split()) == each["count"]
    # The facet's own narrowing does not count against its other values.
    health = next(each for each in found["facets"]["area"] if each["value"] == "health")
    assert len(ritui("list", "area:health", "--format", "ids").stdout.split()) == health["count"]


def test_values_have_labels_and_stand_in_order(ritui: Program) -> None:
    found = json.loads(ritui("facets", "--facet", "country", "--json").stdout)
    assert list(found["facets"]) == ["country"]
    countries = found["facets"]["country"]
    assert {"value", "label", "count"} == set(countries[0])
    assert next(each["label"] for each in countries if each["value"] == "AR") == "Argentina"
    counts = [each["count"] for each in countries]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) > 0


def test_several_facets_and_a_query_after_them(ritui: Program) -> None:
    separate = ritui("facets", "--facet", "area", "--facet", "type", "solar", "--json").stdout
    assert list(json.loads(separate)["facets"]) == ["area", "type"]
    assert ritui("facets", "solar", "--facet", "area,type", "--json").stdout == separate
    assert ritui("facets", "--json", "--facet", "area", "type", "solar").stdout == separate
    assert ritui("facets", "--json", "--facet", "area", "type", "--", "solar").stdout == separate


def test_the_forms_say_the_same(ritui: Program) -> None:
    facets = json.loads(ritui("facets", "solar", "--json").stdout)["facets"]
    flat = [[key, *map(str, each.values())] for key, values in facets.items() for each in values]
    table = [line.split("\t") for line in ritui("facets", "solar").stdout.splitlines()]
    assert table == flat
    lines = ritui("facets", "solar", "--format", "jsonl").stdout.splitlines()
    assert [[str(v) for v in json.loads(line).values()] for line in lines] == flat


def test_nothing_found(ritui: Program) -> None:
    done = ritui("facets", "zzzz", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["total"] == 0
    assert "zzzz" in done.stderr
