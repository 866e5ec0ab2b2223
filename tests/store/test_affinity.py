"""Affinity: the records of the other side that have most of what is rare, the same every time."""

from __future__ import annotations

import json

import pytest

from ritui.model.source import Event
from ritui.store.affinity import Clue, Kindred, rarity
from tests.store.conftest import Cache, say

EU, LAC = ("EU",), ("LAC",)


def word(*ways: str, **rest: object) -> Clue:
    """A clue of words; a way of several is one where all are."""
    return Clue("word", tuple(tuple(way.split()) for way in ways), **rest)  # type: ignore[arg-type]  # by name


def ids(kin: Kindred) -> list[str]:
    return [json.loads(each.body)["id"] for each in kin.found]


@pytest.fixture
def filled(cache: Cache) -> Cache:
    """Three rings and many telescopes, on both sides."""
    some = [
        say("a", "ring-eu", name="Synchrotron One", region="EU"),
        say("a", "ring-lac", name="Sincrotrón Dos", region="LAC"),
        say("a", "gone-eu", name="Synchrotron Zero", region="EU", status="ended"),
        say("a", "both-eu", name="Synchrotron and Telescope", region="EU"),
        say("a", "oslo-eu", name="Nothing Else", region="EU", city="Oslo"),
    ]
    many = [say("a", f"tele-{n}", name=f"Telescope {n}", region="EU") for n in range(9)]
    cache.replace("a", [*some, *many])
    return cache


def test_what_is_rare_comes_first_and_equals_stay_in_their_order(filled: Cache) -> None:
    clues = [word("telescope"), word("synchrotron", "sincrotron")]
    kin = filled.catalog.kindred(clues, EU)
    assert kin.total == 14
    assert kin.counts == [10, 4]
    assert ids(kin)[:2] == ["both-eu", "ring-eu"]
    assert ids(kin)[2:] == [f"tele-{n}" for n in range(9)]
    assert ids(filled.catalog.kindred(clues[::-1], EU)) == ids(kin)


def test_only_of_the_regions_asked_for_and_nothing_that_has_ended(filled: Cache) -> None:
    clues = [word("synchrotron", "sincrotron")]
    assert ids(filled.catalog.kindred(clues, LAC)) == ["ring-lac"]
    assert set(ids(filled.catalog.kindred(clues, (*EU, *LAC)))) == {
        "both-eu", "ring-eu", "ring-lac"
    }  # fmt: skip
    assert ids(filled.catalog.kindred(clues, ())) == []


def test_a_way_of_several_words_wants_all_of_them(filled: Cache) -> None:
    kin = filled.catalog.kindred([word("synchrotron telescope")], EU)
    assert (kin.counts, ids(kin)) == ([1], ["both-eu"])


def test_what_is_known_to_belong_is_among_them_in_any_case(filled: Cache) -> None:
    clues = [word("synchrotron")]
    assert ids(filled.catalog.kindred(clues, EU, sure=["oslo-eu", "ring-lac", "nobody"])) == [
        "both-eu", "ring-eu", "oslo-eu"
    ]  # fmt: skip


def test_a_name_that_is_a_city_counts_nothing(filled: Cache) -> None:
    clues = [word("oslo", unless="city"), word("telescope", unless="city")]
    assert filled.catalog.counted(clues) == (14, [0, 10])
    assert "oslo-eu" not in ids(filled.catalog.kindred(clues, EU))


def test_what_ties_the_regions(cache: Cache) -> None:
    cache.replace(
        "a",
        [say("a", "bridge", region="bi-regional"), say("a", "here", region="EU"),
         say("a", "world", region="global")],
        [Event("2020", "Visit", related=("here",)), Event("2021", "Talk")],
    )  # fmt: skip
    found = cache.catalog.shared()
    assert {json.loads(body)["id"] for body in found.between} == {"bridge", "world"}
    assert [json.loads(body)["title"] for body in found.events] == ["Visit"]


def test_rarity_is_one_for_one_and_nothing_for_all() -> None:
    for total in (2, 506, 110_000):
        assert rarity(1, total) == 1
        assert rarity(total, total) == pytest.approx(0)
        values = [rarity(count, total) for count in range(1, min(total, 300))]
        assert values == sorted(values, reverse=True)
    assert rarity(0, 506) == rarity(1, 1) == 0
