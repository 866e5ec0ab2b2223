"""More records like those of a registry: what the benchmarks of large directories stand on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from benchmarks.perturb import HEAPS, made_id, perturbed

from ritui.model.claim import Claim
from ritui.model.normal import normalise, ror_id
from ritui.model.record import Provenance
from ritui.text import words

_SCHEMES = ("ror", "wikidata", "grid", "isni", "fundref")
_SYLLABLES = "ba ce di fo gu hal jem kin lor mus nep ost pra qui ros tan ulm vex win zel".split()


def _name(number: int) -> str:
    """A name of three words, of which the last is nearly always new."""
    first, second, third = number % 20, number // 20 % 20, number * 7 % 20
    own = "".join(_SYLLABLES[part] for part in (first, second, third))
    return f"Institute {_SYLLABLES[third].title()} {own.title()}"


def _claims(number: int) -> list[Claim]:
    """A small registry."""
    claims = []
    for place in range(number):
        ref = f"https://ror.org/0{place:06d}42"
        values = {
            "id": f"ror-{ref[-9:]}", "kind": "infrastructure", "name": _name(place),
            "names": {"es": f"Instituto {_name(place)}"}, "acronym": "IOX",
            "country": ("BR", "ES", "UY")[place % 3], "city": f"Town {place % 30}",
            "lat": 89.99 if place == 0 else 10.0 + place % 7, "lon": -179.99 + place % 30,
            "status": "operational", "established": 1900 + place % 100,
            "website": f"https://www.host{place}.example/about",
            "identifiers": {
                "ror": ref, "wikidata": f"Q{place + 1}", "grid": f"grid.{place}.1",
                "isni": f"0000 0004 0000 {place:04d}", "fundref": str(place),
            },
        }  # fmt: skip
        evidence = (Provenance("ror", "ROR", ref, "", "CC0-1.0", (*values,)),)
        claims.append(Claim("ror", ref, values, evidence))
    return claims


@pytest.fixture(scope="module")
def made() -> list[Claim]:
    """What becomes of three hundred claims with five variants each."""
    return [*perturbed(_claims(300), 5)]


def test_the_same_registry_gives_the_same_variants(made: Sequence[Claim]) -> None:
    assert [*perturbed(_claims(300), 5)] == made


@pytest.mark.parametrize(("variants", "number"), [(0, 300), (0.01, 303), (2.5, 1_050), (5, 1_800)])
def test_there_are_as_many_as_asked_for(variants: float, number: int) -> None:
    assert len([*perturbed(_claims(300), variants)]) == number


def test_the_registry_itself_is_among_them_unchanged(made: Sequence[Claim]) -> None:
    assert made[::6] == _claims(300)


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_no_two_have_an_identifier_in_common(made: Sequence[Claim], scheme: str) -> None:
    assert len({claim.values["identifiers"][scheme] for claim in made}) == len(made)
    assert len({claim.ref for claim in made}) == len({c.values["id"] for c in made}) == len(made)


def test_a_made_id_is_none_that_the_registry_gives() -> None:
    ids = {made_id(number) for number in range(1, 20_000)}
    assert len(ids) == 19_999
    assert all(ror_id(each) == each and each.endswith("00") for each in ids)


def test_the_last_ids_are_as_different_as_the_first() -> None:
    assert len({made_id(number) for number in (0, 1, 32**5, 32**6 - 2, 32**6 - 1)}) == 5


def test_everything_a_variant_says_is_clean_and_normal(made: Sequence[Claim]) -> None:
    for claim in made:
        assert normalise(dict(claim.values)) == (claim.values, [])


def test_country_status_and_year_are_those_of_the_record(made: Sequence[Claim]) -> None:
    for start in range(0, len(made), 6):
        for key in ("country", "status", "established", "kind"):
            assert len({claim.values[key] for claim in made[start : start + 6]}) == 1


def test_a_town_is_one_of_the_country_and_the_point_moves(made: Sequence[Claim]) -> None:
    towns = {(claim.values["country"], claim.values["city"]) for claim in made[::6]}
    assert {(claim.values["country"], claim.values["city"]) for claim in made} == towns
    points = {(claim.values["lat"], claim.values["lon"]) for claim in made}
    assert len(points) > 0.9 * len(made)


def test_the_words_grow_as_heaps_law_says(made: Sequence[Claim]) -> None:
    before = {word for claim in made[::6] for word in words(claim.values["name"])}
    after = {word for claim in made for word in words(claim.values["name"])}
    # Some words are made twice, and short ones never: fewer come than the law has.
    assert 0.5 * 6**HEAPS < len(after) / len(before) < 1.5 * 6**HEAPS


def test_names_are_told_apart(made: Sequence[Claim]) -> None:
    assert len({claim.values["name"] for claim in made}) > 0.9 * len(made)


def test_where_it_is_from_names_the_variant(made: Sequence[Claim]) -> None:
    assert all(claim.evidence[0].url == claim.ref for claim in made)
