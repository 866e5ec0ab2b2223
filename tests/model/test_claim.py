"""Claims: which speak of the same thing, what they say together, and who said it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritui.model.claim import Claim, group, merge
from ritui.model.record import KEYS, Provenance, Record, to_json

ROR = "https://ror.org/0000000"


def claim(
    source: str,
    /,
    *fields: tuple[str, ...],
    **values: Any,
) -> Claim:
    """A claim with one entry of evidence for each tuple of fields."""
    cautions = values.pop("cautions", {})
    evidence = tuple(
        Provenance("ignored", f"{source} {n}", fields=each) for n, each in enumerate(fields)
    )
    return Claim(source, values.get("id", source), values, evidence, cautions)


def curated(*fields: tuple[str, ...], **values: Any) -> Claim:
    held = {"id": "alma", "kind": "infrastructure", "name": "ALMA", **values}
    return claim("bundled", *fields, **held)


def said(record: Record) -> dict[str, tuple[str, ...]]:
    """Title of each entry of provenance to its fields."""
    return {entry.title or entry.source: entry.fields for entry in record.provenance}


# --- grouping ---


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ([], []),
        # the record's own id, or one shared identifier
        ([{"id": "a"}, {"id": "a"}], [[0, 1]]),
        ([{"id": "a"}, {"id": "b"}], [[0], [1]]),
        ([{"ror": "r"}, {"ror": "r"}], [[0, 1]]),
        ([{"wikidata": "Q1", "ror": "r"}, {"wikidata": "Q1"}], [[0, 1]]),
        ([{"re3data": "x"}, {"re3data": "x"}], [[0, 1]]),
        # the same text under another scheme is another identifier, and other schemes join nothing
        ([{"ror": "x"}, {"re3data": "x"}], [[0], [1]]),
        ([{"isni": "x"}, {"isni": "x"}], [[0], [1]]),
        ([{}, {}], [[0], [1]]),
        # what is joined brings its identifiers along
        ([{"ror": "r"}, {"ror": "r", "wikidata": "Q1"}, {"wikidata": "Q1"}], [[0, 1, 2]]),
        # one that shares something with two makes them one
        ([{"wikidata": "Q1"}, {"ror": "r"}, {"ror": "r", "wikidata": "Q1"}], [[0, 1, 2]]),
    ],
)
def test_claims_with_a_shared_identifier_are_one_thing(
    claims: list[dict[str, str]], groups: list[list[int]]
) -> None:
    made = []
    for n, each in enumerate(claims):
        identifiers = {key: value for key, value in each.items() if key != "id"}
        own = {"id": each["id"]} if "id" in each else {}
        made.append(claim(f"source-{n}", **own, identifiers=identifiers))
    assert [[made.index(each) for each in found] for found in group(made)] == groups


def test_the_same_name_makes_no_one_thing() -> None:
    same = {"name": "Museo", "country": "UY", "website": "https://museo.example"}
    assert len(group([claim("a", **same), claim("b", **same)])) == 2


def test_two_that_one_source_tells_apart_are_not_tied_by_a_third() -> None:
    first = claim("ror", id="ror-1", identifiers={"ror": "r"})
    second = claim("ror", id="ror-2", identifiers={"wikidata": "Q1"})
    both = claim("other", identifiers={"ror": "r", "wikidata": "Q1"})
    assert group([first, second, both]) == [[first, both], [second]]
    assert group([both, first, second]) == [[both, first], [second]]


def test_two_claims_of_one_source_are_two_things() -> None:
    shared = {"wikidata": "Q1"}
    first = claim("ror", id="ror-1", identifiers=shared)
    second = claim("ror", id="ror-2", identifiers=shared)
    other = claim("wikidata", identifiers=shared)
    assert group([first, second, other]) == [[first, other], [second]]
    assert group([other, first, second]) == [[other, first], [second]]


CLAIMS = st.lists(
    st.builds(
        claim,
        st.sampled_from("abc"),
        id=st.sampled_from("xyz"),
        identifiers=st.dictionaries(
            st.sampled_from(["ror", "wikidata"]), st.sampled_from("123"), max_size=2
        ),
    ),
    max_size=8,
)


@given(CLAIMS)
def test_every_claim_is_in_one_group_and_in_order(claims: list[Claim]) -> None:
    groups = group(claims)
    assert sorted(map(id, claims)) == sorted(id(each) for found in groups for each in found)
    places = {id(each): place for place, each in enumerate(claims)}
    for found in groups:
        assert [places[id(each)] for each in found] == sorted(places[id(each)] for each in found)
        assert len({each.source for each in found}) == len(found)
        tied, left = keys_of(found[:1]), found[1:]
        while near := [each for each in left if tied & keys_of([each])]:
            tied |= keys_of(near)
            left = [each for each in left if not tied & keys_of([each])]
        assert not left
    # Who shares an identifier and is apart all the same is told apart by a source of the others,
    # or by one of those that have it already.
    for one, other in combinations(groups, 2):
        for key in keys_of(one) & keys_of(other):
            holders = [found for found in groups if key in keys_of(found)]
            assert any(
                said_by(one) & said_by(each) and said_by(other) & said_by(each) for each in holders
            )


def keys_of(claims: list[Claim]) -> set[str]:
    return {key for each in claims for key in [*each.keys()]}


def said_by(claims: list[Claim]) -> set[str]:
    return {each.source for each in claims}


# --- merging ---


def test_a_field_comes_from_the_first_that_states_it() -> None:
    record = merge(
        [
            curated(("name", "city"), city="San Pedro"),
            claim("ror", (), city="Santiago", country="CL", name="Atacama Array"),
        ]
    )
    assert (record.name, record.city, record.country) == ("ALMA", "San Pedro", "CL")
    assert said(record) == {"bundled 0": ("id", "kind", "name", "city"), "ror 0": ("country",)}
    assert [entry.source for entry in record.provenance] == ["bundled", "ror"]


def test_a_curated_point_beats_the_town() -> None:
    town = {"lat": -33.45, "lon": -70.66, "city": "Santiago"}
    told = {"lat": "the point is the town's", "lon": "the point is the town's"}
    record = merge([curated(lat=-23.02, lon=-67.75), claim("ror", (), cautions=told, **town)])
    assert (record.lat, record.lon, record.city) == (-23.02, -67.75, "Santiago")
    assert record.caveats == ()
    record = merge([curated(caveats=["old"]), claim("ror", (), cautions=told, **town)])
    assert (record.lat, record.lon) == (-33.45, -70.66)
    assert record.caveats == ("old", "the point is the town's")


@pytest.mark.parametrize("first", ["lat", "lon"])
def test_a_point_is_never_put_together(first: str) -> None:
    record = merge([curated(**{first: 1.0}), claim("ror", (), lat=5.0, lon=6.0)])
    assert {record.lat, record.lon} == {1.0, None}


def test_names_and_identifiers_are_gathered_from_all() -> None:
    record = merge(
        [
            curated(("name", "names", "identifiers"), names={"en": "A"}, identifiers={"ror": ROR}),
            claim("ror", (), names={"en": "B", "es": "C"}, identifiers={"ror": ROR, "isni": "1"}),
            claim("wikidata", (), names={"es": "D", "pt": "E"}, identifiers={"wikidata": "Q1"}),
        ]
    )
    assert record.names == {"en": "A", "es": "C", "pt": "E"}
    assert record.identifiers == {"ror": ROR, "isni": "1", "wikidata": "Q1"}
    assert said(record) == {
        "bundled 0": ("id", "kind", "name", "names", "identifiers"),
        "ror 0": ("names.es", "identifiers.isni"),
        "wikidata 0": ("names.pt", "identifiers.wikidata"),
    }


def test_merging_leaves_the_claims_as_they_were() -> None:
    names = {"en": "A"}
    merge([curated(names=names), claim("ror", (), names={"es": "B"})])
    assert names == {"en": "A"}


def test_evidence_that_gave_nothing_is_kept_as_consulted() -> None:
    record = merge([curated(("name",), ()), claim("ror", ("city",), name="Other")])
    assert said(record) == {"bundled 0": ("id", "kind", "name"), "bundled 1": (), "ror 0": ()}


def test_what_no_entry_names_was_said_by_the_first() -> None:
    record = merge([curated((), ("city",), city="A", host="B")])
    assert said(record) == {"bundled 0": ("id", "kind", "name", "host"), "bundled 1": ("city",)}


def test_a_field_that_two_entries_name_counts_for_the_first() -> None:
    record = merge([curated(("city",), ("name", "city"), city="A")])
    assert said(record) == {"bundled 0": ("id", "kind", "city"), "bundled 1": ("name",)}


def test_a_claim_without_evidence_is_named_itself() -> None:
    record = merge([curated(("name",)), claim("plain", city="A"), claim("mute", name="B")])
    assert said(record) == {"bundled 0": ("id", "kind", "name"), "plain": ("city",)}


def test_an_entry_keeps_its_facts() -> None:
    entry = Provenance("?", "ROR v2", "https://ror.org", "2026-01-31", "CC0-1.0", ("city",))
    values = {"id": "a", "kind": "infrastructure", "name": "A", "city": "B"}
    (found,) = merge([Claim("ror", "a", values, (entry,))]).provenance
    assert found == Provenance(
        "ror", "ROR v2", "https://ror.org", "2026-01-31", "CC0-1.0", ("id", "kind", "name", "city")
    )


def test_a_caution_comes_from_the_claim_whose_field_is_used() -> None:
    told = {"host": "used", "city": "used", "status": "used"}
    record = merge(
        [
            curated(("name",), cautions={"ended": "unused"}, city="A"),
            claim("first", (), cautions={"city": "unused", "host": "unused"}, city="B"),
            claim("second", (), cautions=told, host="C", status="ended"),
        ]
    )
    assert record.caveats == ("used",)
    assert said(record)["second 0"] == ("host", "status", "caveats")


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "city": st.sampled_from("ABC"),
    "host": st.sampled_from("ABC"),
    "caveats": st.lists(st.sampled_from("ABC"), min_size=1, max_size=2, unique=True),
    "names": st.dictionaries(st.sampled_from(["en", "es"]), st.just("N"), min_size=1),
    "identifiers": st.dictionaries(st.sampled_from(["ror", "isni"]), st.just("1"), min_size=1),
    "verified": st.booleans(),
}
SAID = st.builds(
    lambda values, point, fields, cautions: (
        {**values, **({"lat": 1.0, "lon": 2.0} if point else {})},
        tuple(Provenance("?", fields=tuple(each)) for each in fields),
        cautions,
    ),
    st.fixed_dictionaries({}, optional=FIELDS),
    st.booleans(),
    st.lists(st.lists(st.sampled_from([*FIELDS, "lat", "name"]), unique=True), max_size=3),
    st.dictionaries(st.sampled_from(["lat", "city"]), st.sampled_from("XY"), max_size=2),
)


@given(st.lists(SAID, min_size=1, max_size=4))
def test_every_field_is_named_by_exactly_one_entry(claims: list[Any]) -> None:
    base = {"id": "a", "kind": "infrastructure", "name": "A"}
    made = [
        Claim(f"source-{n}", "a", {**base, **values}, evidence, cautions)
        for n, (values, evidence, cautions) in enumerate(claims)
    ]
    record = merge(made)
    named = Counter(key for entry in record.provenance for key in entry.fields)
    assert set(named.values()) == {1}
    whole = {key for key in named if "." not in key}
    assert whole == to_json(record).keys() - {"provenance"}
    for key in named.keys() - whole:
        of, _, name = key.partition(".")
        assert name in getattr(record, of)
    for entry in record.provenance:
        order = [KEYS.index(key.split(".")[0]) for key in entry.fields]
        assert order == sorted(order)
    assert set(record.caveats) <= {
        *(text for values, _, _ in claims for text in values.get("caveats", ())), "X", "Y",
    }  # fmt: skip
    assert len(set(record.caveats)) == len(record.caveats)
