"""Spots: where all the records of an answer are, and what is known of no more than a country."""

from __future__ import annotations

import pytest

from ritui.model.query import parse
from ritui.model.vocab import AREAS, KINDS
from ritui.sources.bundled import Directory
from ritui.store.answer import StaleAnswer
from ritui.store.spots import Spots
from tests.store.conftest import Cache, say

CLAIMS = (
    say("one", "lima", country="PE", lat=-12.05, lon=-77.05, areas=("health", "energy")),
    say("one", "callao", country="PE", lat=-12.06, lon=-77.1, kind="network"),
    say("one", "somewhere-in-peru", country="PE", kind="pilot"),
    say("one", "of-two", countries=("UY", "ES")),
    say("one", "at-sea", lat=-40.0, lon=-20.0, areas=("biodiversity-climate",)),
    say("one", "nowhere"),
)


def ids(cache: Cache, spots: Spots, places: object) -> list[str]:
    """The ids of some places."""
    return [row.id for row in cache.catalog.rows_at(spots, list(places))]  # type: ignore[call-overload]  # any places


def test_what_is_known_of_where_records_are(cache: Cache) -> None:
    cache.replace("one", CLAIMS)
    spots = cache.catalog.spots(parse(""))
    assert len(spots) == cache.catalog.total == 6
    points = zip(ids(cache, spots, spots.places), spots.lats, spots.lons, strict=True)
    assert {*points} == {("lima", -12.05, -77.05), ("callao", -12.06, -77.1), ("at-sea", -40, -20)}
    assert {code: ids(cache, spots, its) for code, its in spots.vague.items()} == {
        "PE": ["somewhere-in-peru"],
        # Of several countries, the seat or else the first.
        "UY": ["of-two"],
    }
    assert {*ids(cache, spots, spots.countries["PE"])} == {"lima", "callao", "somewhere-in-peru"}
    assert ids(cache, spots, spots.nowhere) == ["nowhere"]


def test_what_records_are_told_apart_by(cache: Cache) -> None:
    cache.replace("one", CLAIMS)
    spots = cache.catalog.spots(parse(""))
    kinds = {ids(cache, spots, [place])[0]: KINDS[n] for place, n in spots.sorts["kind"].items()}
    assert kinds["callao"] == "network"
    assert kinds["somewhere-in-peru"] == "pilot"
    assert kinds["nowhere"] == "infrastructure"
    areas = {ids(cache, spots, [place])[0]: AREAS[n] for place, n in spots.sorts["area"].items()}
    # Of several areas, the first of the vocabulary.
    assert areas == {"lima": "energy", "at-sea": "biodiversity-climate"}


def test_of_an_answer_only(cache: Cache) -> None:
    cache.replace("one", CLAIMS)
    spots = cache.catalog.spots(parse("country:PE -kind:network"))
    assert ids(cache, spots, spots.places) == ["lima"]
    assert list(spots.vague) == list(spots.countries) == ["PE"]
    assert not spots.nowhere
    assert len(cache.catalog.spots(parse("zzz"))) == 0


def test_a_changed_directory_is_told(cache: Cache) -> None:
    cache.replace("one", CLAIMS)
    spots = cache.catalog.spots(parse(""))
    cache.replace("one", CLAIMS[:2])
    with pytest.raises(StaleAnswer):
        cache.catalog.rows_at(spots, spots.nowhere)
    assert len(cache.catalog.spots(parse(""))) == 2


@pytest.mark.parametrize("query", ["", "region:LAC", "solar", "-has:point", "kind:platform"])
def test_every_record_of_the_directory_is_somewhere(
    cache: Cache, directory: Directory, query: str
) -> None:
    cache.replace("bundled", directory.claims)
    asked = parse(query)
    spots = cache.catalog.spots(asked)
    found = {record["id"]: record for record in cache.catalog.values(cache.catalog.search(asked))}
    assert len(spots) == len(found)
    for id_, lat in zip(ids(cache, spots, spots.places), spots.lats, strict=True):
        assert found.pop(id_)["lat"] == lat
    for code, its in spots.vague.items():
        for id_ in ids(cache, spots, its):
            record = found.pop(id_)
            assert record.get("country", record.get("countries", [""])[0]) == code
            assert "lat" not in record
    for id_ in ids(cache, spots, spots.nowhere):
        assert not {"lat", "country"} & found.pop(id_).keys()
    assert not found
