"""What belongs to a record: its claims, and records that may be the same thing."""

from __future__ import annotations

import pytest

from ritui.errors import NoSuchRecord
from ritui.model.source import BUNDLED
from tests.store.conftest import Cache, say

ALMA = "https://ror.org/01w4kvm24"
OTHER = "https://ror.org/00000aa00"


def similar(cache: Cache, id_: str) -> list[str]:
    return [row.id for row in cache.catalog.similar(id_)]


def test_the_same_name_in_the_same_country(cache: Cache) -> None:
    cache.replace("a", [say("a", "one", name="Observatório Nacional", country="BR")])
    cache.replace("b", [
        say("b", "two", name="OBSERVATORIO  nacional", country="BR"),
        say("b", "abroad", name="Observatorio Nacional", country="ES"),
        say("b", "longer", name="Observatório Nacional do Sul", country="BR"),
    ])  # fmt: skip
    assert similar(cache, "one") == ["two"]
    assert similar(cache, "two") == ["one"]
    assert similar(cache, "abroad") == []


def test_a_name_in_another_language_and_a_country_that_takes_part(cache: Cache) -> None:
    cache.replace("a", [say("a", "one", name="National Lab", country="PT",
                            names={"pt": "Laboratório Nacional"})])  # fmt: skip
    cache.replace("b", [say("b", "two", name="Laboratório Nacional", countries=["ES", "PT"])])
    assert similar(cache, "one") == ["two"]


def test_the_same_host_of_a_website_unless_it_is_a_portal(cache: Cache) -> None:
    cache.replace("a", [say("a", "one", website="https://www.lab.example/en/")])
    cache.replace("b", [say("b", "two", website="http://lab.example:8080/")])
    assert similar(cache, "one") == ["two"]
    many = [say("b", f"portal-{n}", website=f"https://lab.example/{n}") for n in range(9)]
    cache.replace("b", many)
    assert similar(cache, "one") == []


@pytest.mark.parametrize(
    "other",
    [
        {"identifiers": {"ror": OTHER}},
        {"related": [{"id": "one", "rel": "part-of"}]},
    ],
    ids=["another identifier", "a stated relation"],
)
def test_what_is_known_to_be_two_is_no_hint(cache: Cache, other: dict[str, object]) -> None:
    cache.replace("a", [say("a", "one", name="Lab", country="BR", identifiers={"ror": ALMA})])
    cache.replace("b", [say("b", "two", name="Lab", country="BR", **other)])
    assert similar(cache, "one") == similar(cache, "two") == []


def test_what_carries_the_same_identifier_is_one_and_not_alike(cache: Cache) -> None:
    cache.replace(BUNDLED, [say(BUNDLED, "one", name="Lab", country="BR",
                                identifiers={"ror": ALMA})])  # fmt: skip
    cache.replace("b", [say("b", "two", name="Lab", country="BR", city="Lima",
                            identifiers={"ror": ALMA})])  # fmt: skip
    assert similar(cache, "one") == []
    claims = cache.catalog.claims("one")
    assert [(each.source, each.ref) for each in claims] == [(BUNDLED, "one"), ("b", "two")]
    assert claims[1].values["city"] == "Lima"
    assert claims[1].evidence[0].url == "https://b.example/"
    with pytest.raises(NoSuchRecord):
        cache.catalog.claims("two")
    with pytest.raises(NoSuchRecord):
        cache.catalog.similar("two")


def test_whose_word_counts_is_for_the_reader_to_say(cache: Cache) -> None:
    same = {"identifiers": {"ror": ALMA}}
    cache.replace(BUNDLED, [say(BUNDLED, "one", name="Curated", **same)])
    cache.replace("mine", [say("mine", "one", name="Mine", **same)], precedence=(BUNDLED, "mine"))
    assert cache.catalog.record("one").name == "Curated"
    # Said anew, it holds for what is there already, though no source says anything new.
    cache.replace("mine", [say("mine", "one", name="Mine", **same)], precedence=("mine", BUNDLED))
    assert cache.catalog.record("one").name == "Mine"
    cache.replace("mine", [say("mine", "one", name="Mine", **same)])
    assert cache.catalog.record("one").name == "Mine"
