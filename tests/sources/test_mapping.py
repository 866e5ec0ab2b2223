"""From values to claims: paths, lists, ids, defaults, and where a body comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ritui.errors import SourceUnusable, UnknownWord
from ritui.model.claim import Claim, merge
from ritui.model.normal import Unfit
from ritui.model.source import Source
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.mapping import Mapper, centre, check_mapping, find, parse_path

Doors = Callable[..., Door]
URL = "https://files.example.org/list.json"


def page(*records: Any, source: Source | None = None, **options: Any) -> Page:
    given = {"url": URL, "map": {"name": "name"}, **options}
    source = source or Source("snrh", "json", options=given)
    return Mapper(source).page([(f"record {place}", each) for place, each in enumerate(records, 1)])


def claim(record: dict[str, Any], mapped: dict[str, str], **options: Any) -> Claim:
    [only] = page(record, map={"name": "name", **mapped}, **options).claims
    return only


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("name", "A"),
        ("place.at[1]", 2),
        ("place.at[7]", None),
        ("place.none.more", None),
        ("tags.label", ["x", "y"]),
        ("tags[1].label", "y"),
        ("tags.absent", None),
        ("dotted.key", "whole"),
        ("name.more", None),
        ("", None),
    ],
)
def test_paths(path: str, found: Any) -> None:
    record = {
        "name": "A",
        "place": {"at": [1, 2]},
        "tags": [{"label": "x"}, {"label": "y"}, 3],
        "dotted.key": "whole",
        "dotted": {"key": "parted"},
        "": None,
    }
    assert find(record, path) == found
    assert parse_path("a.b[0]") == ("a", "b", 0)


def test_everything_a_record_can_say() -> None:
    record = {
        "name": "  Laboratorio\u202e Nacional ",
        "labels": {"pt": "Laboratório Nacional"},
        "es": ["Laboratorio Nacional"],
        "land": "ar",
        "others": "uy; br",
        "topics": "lasers; óptica; ; x-rays",
        "tags": [{"label": "a"}, {"label": "b"}],
        "ids": {"ror": "03xjwb503", "q": None},
        "year": "1998-05-01",
        "notes": "One; and two",
        "page": "https://example.org/a",
        "parent": "cern; embl",
        "mail": "a@example.org",
        "when": date(2025, 3, 1),
        "cost": 12,
    }
    mapped = {
        "names": "labels",
        "names.es": "es",
        "country": "land",
        "countries": "others",
        "fields": "topics",
        "members": "tags.label",
        "identifiers.ror": "ids.ror",
        "identifiers.wikidata": "ids.q",
        "established": "year",
        "details": "notes",
        "links.catalogue": "page",
        "related.part-of": "parent",
        "contacts.email": "mail",
        "grant.budget_eur": "cost",
    }
    said = claim(record, mapped, updated="when", defaults={"licence": "CC-BY-4.0"})
    assert dict(said.values) == {
        "id": "ror-03xjwb503",
        "kind": "infrastructure",
        "name": "Laboratorio Nacional",
        "names": {"pt": "Laboratório Nacional", "es": "Laboratorio Nacional"},
        "country": "AR",
        "countries": ["UY", "BR"],
        "members": ["a", "b"],
        "fields": ["lasers", "óptica", "x-rays"],
        "established": 1998,
        "contacts": [{"email": "a@example.org"}],
        "links": [{"rel": "catalogue", "url": "https://example.org/a"}],
        "identifiers": {"ror": "https://ror.org/03xjwb503"},
        "grant": {"budget_eur": 12},
        "details": ["One; and two"],
        "related": [{"id": "cern", "rel": "part-of"}, {"id": "embl", "rel": "part-of"}],
        "region": "LAC",
    }
    assert said.ref == "https://ror.org/03xjwb503"
    [entry] = said.evidence
    assert (entry.source, entry.title, entry.url) == ("snrh", "files.example.org", URL)
    assert (entry.retrieved, entry.licence) == ("2025-03-01", "CC-BY-4.0")
    assert set(entry.fields) == set(said.values)
    assert merge([said]).id == "ror-03xjwb503"


@pytest.mark.parametrize(
    ("own", "identifiers", "id_", "ref"),
    [
        ("https://ror.org/03xjwb503", {}, "ror-03xjwb503", "https://ror.org/03xjwb503"),
        ("Q42", {}, "wikidata-q42", "Q42"),
        ("CAB-7", {"ror": "03xjwb503"}, "cab-7", "CAB-7"),
        (17, {}, "snrh-17", "17"),
        (None, {"ror": "03xjwb503"}, "ror-03xjwb503", "https://ror.org/03xjwb503"),
        (None, {"wikidata": "Q42", "ror": "none"}, "wikidata-q42", "Q42"),
        (None, {}, "observatorio-el-leoncito-ar-snrh", "observatorio-el-leoncito-ar-snrh"),
    ],
)
def test_ids(own: Any, identifiers: dict[str, str], id_: str, ref: str) -> None:
    record = {"name": "Observatorio El Leoncito", "id": own, "c": "AR", "i": identifiers}
    said = claim(record, {"id": "id", "identifiers": "i", "country": "c"})
    assert (said.values["id"], said.ref) == (id_, ref)


def test_ids_of_long_and_foreign_names_stay_apart() -> None:
    names = ["Instituto " * 12 + "A", "Instituto " * 12 + "B", "Институт А", "Институт Б", "研究所"]
    claims = page(*({"name": name} for name in names)).claims
    ids = [each.values["id"] for each in claims]
    assert len({*ids}) == len(names)
    assert all(0 < len(id_) <= 80 for id_ in ids)
    again = page(*({"name": name} for name in names)).claims
    assert [each.values["id"] for each in again] == ids
    long = ["https://example.org/" + "a" * 90 + end for end in "12"]
    apart = page(*({"name": "N", "id": each} for each in long), map={"name": "name", "id": "id"})
    assert len({each.values["id"] for each in apart.claims}) == 2


def test_faults_are_named_and_the_rest_goes_on() -> None:
    found = page(
        {"name": "Good", "lat": "-27,4", "lon": "-58,9"},
        {"name": " "},
        "text",
        {"name": "Good"},
        {"name": "Odd", "lat": "north", "lon": "1"},
        Unfit("cut"),
        map={"name": "name", "lat": "lat", "lon": "lon"},
        decimal=",",
    )
    assert [each.values["name"] for each in found.claims] == ["Good", "Odd"]
    assert (found.claims[0].values["lat"], found.claims[0].values["lon"]) == (-27.4, -58.9)
    assert found.faults == (
        "record 2: it has no name",
        "record 3: not a table of values",
        "record 4: a second record of good-snrh",
        "record 6: cut",
    )
    assert [each.partition(": ")[0] for each in found.dropped] == ["record 5 (odd-snrh)"] * 2
    mapper = Mapper(Source("a", "json", options={"url": URL, "map": {"name": "n"}}))
    mapper.page([("record 1", {})])
    with pytest.raises(SourceUnusable, match="none of 1 records could be read: record 1: it has"):
        mapper.finish(URL)


def test_defaults_fill_what_is_empty_and_the_licence_of_the_source_wins() -> None:
    defaults = {"kind": "network", "region": "EU", "country": "AR", "licence": "CC0-1.0"}
    options = {"url": "/data/list.json", "map": {"name": "n", "country": "c"}, "defaults": defaults}
    source = Source("a", "json", "Our list", licence="MIT", options=options)
    one, other = page({"n": "A", "c": ""}, {"n": "B", "c": "ES"}, source=source).claims
    assert (one.values["kind"], one.values["region"], one.values["country"]) == (
        "network", "EU", "AR",
    )  # fmt: skip
    assert other.values["country"] == "ES"
    [entry] = one.evidence
    assert (entry.title, entry.url, entry.licence) == ("Our list", "", "MIT")


def test_takes_no_more_than_asked_for() -> None:
    found = page(*({"name": each} for each in "abc"), max_records=2)
    assert [each.values["name"] for each in found.claims] == ["a", "b"]


@pytest.mark.parametrize(
    ("geometry", "point", "told"),
    [
        (None, None, False),
        ({"type": "Point", "coordinates": [-58.98389, -27.46056]}, (-27.46056, -58.98389), False),
        ({"type": "Point", "coordinates": [1, 2, 300]}, (2, 1), False),
        ({"type": "Point", "coordinates": []}, None, False),
        ({"type": "LineString", "coordinates": [[0, 0], [4, 2]]}, (1, 2), True),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]]]},
            (1, 2),
            True,
        ),
        ({"type": "MultiPoint", "coordinates": [[179, 0], [-177, 0]]}, (0, -179), True),
        ({"type": "MultiPoint", "coordinates": [[177, 0], [-179, 0]]}, (0, 179), True),
        (
            {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Point", "coordinates": [10, 50]},
                    {"type": "Point", "coordinates": [12, 54]},
                ],
            },
            (52, 11),
            True,
        ),
    ],
)
def test_centres(geometry: Any, point: tuple[float, float] | None, told: bool) -> None:
    found, caveat = centre(geometry)
    assert (found.get("lat"), found.get("lon")) == (point or (None, None))
    assert bool(caveat) == told


@pytest.mark.parametrize(
    "geometry",
    ["Point", {"coordinates": "1,2"}, {"coordinates": [1]}, {"coordinates": [10**400, 1]}],
)
def test_no_geometry(geometry: Any) -> None:
    with pytest.raises(Unfit):
        centre(geometry)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"mapp": 1}, "map"),
        ({"map": {"acronym": "a"}}, None),
        ({"map": {"name": "n", "citty": "c"}}, "city"),
        ({"map": {"name": "n", "city.es": "c"}}, "city"),
        ({"map": {"name": "n", "related.partof": "c"}}, "part-of"),
        ({"defaults": {"contry": "AR"}}, "country"),
        ({"defaults": {"country": "Argentina"}}, None),
        ({"defaults": "AR"}, None),
        ({"decimal": ";"}, None),
        ({"url": "ftp://example.org/a.csv"}, None),
        ({"url": "a.csv"}, None),
        ({"url": ""}, None),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], word: str | None) -> None:
    given = {"url": URL, "map": {"name": "n"}, **options}
    with pytest.raises(UnknownWord) as caught:
        check_mapping(Source("a", "json", options=given))
    if word is not None:
        assert caught.value.nearest == word
