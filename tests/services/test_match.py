"""Match: open to the last point, the same from either side, and right on cases that are known."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ritui.errors import NoSuchRecord
from ritui.i18n import LANGUAGES, Messages
from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.query import Query
from ritui.model.record import Provenance
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.across import gap_text, names_in, reason_text, told
from ritui.services.concepts import ITSELF, concepts
from ritui.services.library import Library, open_library
from ritui.services.likeness import ENOUGH, WEIGHTS, gaps_of
from ritui.services.match import Candidate, counterparts, matrix
from ritui.store.catalog import Catalog
from ritui.text import words

MOST = {weight.key: weight.most for weight in WEIGHTS}
OTHER = {"EU": {"LAC"}, "LAC": {"EU"}, "bi-regional": {"EU", "LAC"}, "global": {"EU", "LAC"}}

TOP: dict[str, set[str]] = {
    "sirius": {"alba", "soleil", "esrf-ebs", "diamond", "max-iv", "elettra"},
    "lnls": {"alba", "max-iv", "esrf-ebs", "elettra", "hzb-bessy"},
    "esrf-ebs": {"sirius", "lnls"},
    "alma": {"llama-telescope", "gtm", "iram"},
    "ctao-eric": {"lago", "iteda"},
    "elt": {"casleo", "oan-spm", "ckoirama"},
    "pierre-auger": {"iteda", "lago", "ctao-eric"},
    "skao": {"lofar-eric", "jive-eric"},
    "bsc-cns": {"clementina-xxi", "clusteruy", "hpc-observatory", "scalac"},
    "scalac": {"prace", "eurohpc-ju", "res"},
    "conabio": {"lifewatch-eric", "dissco"},
    "gbif": {"conabio", "instituto-humboldt", "lifewatch-eric"},
    "instruct-eric": {"cebem", "institut-pasteur-montevideo", "mpl-rosario"},
    "cebem": {"instruct-eric", "embl"},
    "e-rihs-eric": {"lancic"},
    "lancic": {"e-rihs-eric"},
    "metrofood-ri": {"latu", "incap", "cidca"},
    "fiocruz": {"bbmri-eric", "eatris-eric"},
    "embrapa": {"ipk-gatersleben"},
    "lahn": {"ill", "isis", "mlz", "european-spallation-source", "lens"},
}
"""Of each, some that anybody of its field would name; one must be among the first five."""


@pytest.fixture(scope="module")
def library(warm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The bundled directory."""
    home = Path(shutil.copytree(warm, tmp_path_factory.mktemp("match") / "home"))
    found, _ = open_library(find_paths(str(home)))
    with closing(found):
        yield found


@pytest.fixture(scope="module")
def catalog(library: Library) -> Catalog:
    return library.catalog


def every_tenth(catalog: Catalog) -> list[str]:
    answer = catalog.search(Query())
    return [row.id for row in catalog.rows(answer, 0, len(answer))][::10]


def claim(**values: object) -> Claim:
    fit, faults = normalise(values)
    assert not faults
    evidence = Provenance("test", "Test", "https://test.example/", "", "", tuple(fit))
    return Claim("test", str(values["id"]), fit, (evidence,))


def test_the_weights_are_a_hundred_and_each_is_told() -> None:
    assert sum(MOST.values()) == 100
    assert len(MOST) == len(WEIGHTS)
    for language in LANGUAGES:
        say = Messages(language)
        assert {f"across.reason.{key}" for key in MOST} <= say.keys()


def test_what_holds_of_every_candidate(catalog: Catalog) -> None:
    seen = 0
    for id_ in every_tenth(catalog):
        record = catalog.record(id_)
        found = counterparts(catalog, id_)
        assert [each.score for each in found] == sorted((c.score for c in found), reverse=True)
        assert found == counterparts(catalog, id_)
        for each in found:
            seen += 1
            assert each.region in OTHER[record.region]
            assert each.score == sum(reason.points for reason in each.reasons) >= ENOUGH
            for reason in each.reasons:
                assert 0 < reason.points <= MOST[reason.key]
                assert reason.values
            assert each.id not in {other.id for other in record.related if other.rel == "host"}
            assert each.gaps == gaps_of(record, catalog.record(each.id))
    assert seen > 200


def test_two_records_are_as_alike_from_either_side(catalog: Catalog) -> None:
    compared = 0
    for id_ in every_tenth(catalog)[::2]:
        for each in counterparts(catalog, id_, 3):
            back = {other.id: other for other in counterparts(catalog, each.id, 500)}
            if id_ in back:  # what is of both regions is nobody's counterpart
                compared += 1
                assert back[id_].score == each.score
                assert set(back[id_].reasons) == set(each.reasons)
    assert compared > 20


@pytest.mark.parametrize("id_", TOP)
def test_what_anybody_of_the_field_would_name(catalog: Catalog, id_: str) -> None:
    found = [each.id for each in counterparts(catalog, id_, 5)]
    assert TOP[id_] & {*found}, found


def test_only_synchrotrons_lead_for_a_synchrotron(catalog: Catalog) -> None:
    for each in counterparts(catalog, "sirius", 4):
        assert any("synchrotron" in reason.values for reason in each.reasons)


def test_known_cooperation_and_common_ties_count(catalog: Catalog) -> None:
    reasons = {r.key: r for r in find(catalog, "geant", "redclara").reasons}
    assert reasons["relation"].values == ("cooperates-with",)
    assert reasons["named"].values == ("redclara",)
    assert "bella" in reasons["ties"].values
    heritage = {r.key: r for r in find(catalog, "e-rihs-eric", "lancic").reasons}
    assert heritage["pilot"].values == ("resinfra-pilot-heritage",)


def find(catalog: Catalog, id_: str, other: str) -> Candidate:
    return next(each for each in counterparts(catalog, id_, 100) if each.id == other)


def test_the_reader_is_told_in_words(catalog: Catalog) -> None:
    found = counterparts(catalog, "geant", 10)
    names = names_in(catalog, found)
    for language in LANGUAGES:
        say = Messages(language)
        for each in found:
            for text in [reason_text(reason, say, names) for reason in each.reasons] + [
                gap_text(gap, say, {"geant": "GÉANT"}) for gap in each.gaps
            ]:
                assert text
                assert "{" not in text
        assert [item.record for item in told(found, catalog, say)] == [each.id for each in found]


def test_no_such_record_and_none_of_a_region(catalog: Catalog) -> None:
    with pytest.raises(NoSuchRecord):
        counterparts(catalog, "nobody")
    assert counterparts(catalog, "sirius", 0) == []
    assert matrix(catalog, ["nobody"]) == []


# --- several records ---


def test_the_pairs_among_some_are_those_of_each(catalog: Catalog) -> None:
    ids = ["sirius", "lnls", "alba", "esrf-ebs", "lancic", "e-rihs-eric"]
    pairs = matrix(catalog, ids, 5)
    assert [pair.score for pair in pairs] == sorted((p.score for p in pairs), reverse=True)
    assert pairs == matrix(catalog, ids[::-1], 5)
    for pair in pairs:
        assert {pair.one.id, pair.other.id} <= {*ids}
        assert (pair.one.region, pair.other.region) == ("LAC", "EU")
        each = find(catalog, pair.one.id, pair.other.id)
        assert (each.score, {*each.reasons}) == (pair.score, {*pair.reasons})
    assert {("lancic", "e-rihs-eric"), ("sirius", "alba")} <= {
        (pair.one.id, pair.other.id) for pair in pairs
    }


def test_where_all_are_of_one_side_each_has_its_best(catalog: Catalog) -> None:
    pairs = matrix(catalog, ["sirius", "lancic"], 2)
    expected = {(id_, c.id) for id_ in ("sirius", "lancic") for c in counterparts(catalog, id_, 2)}
    assert {(pair.one.id, pair.other.id) for pair in pairs} == expected


# --- others' records ---


def test_hostile_names_are_text_and_equals_go_by_id(warm: Path, tmp_path: Path) -> None:
    library, _ = open_library(find_paths(str(shutil.copytree(warm, tmp_path / "home"))))
    with closing(library):
        same = {"kind": "infrastructure", "region": "EU", "summary": "A xylotherm [/] of [b]rank."}
        claims = [
            claim(id=id_, name="[@click=quit]Xylotherm[/] Facility", **same) for id_ in "cab"
        ] + [
            claim(id="here", kind="infrastructure", region="LAC", name="Xylotherm of the [South]"),
            claim(id="nowhere", kind="infrastructure", name="Xylotherm Elsewhere"),
        ]
        library.replace("test", claims, [], Health("test", "ok"))
        found = counterparts(library.catalog, "here")
        assert [each.id for each in found] == []  # one rare word is not enough to meet
        more = claim(id="here", kind="infrastructure", region="LAC", name="Xylotherm Synchrotron",
                     acronym="XYSY")  # fmt: skip
        others = [
            claim(id=id_, kind="infrastructure", region="EU", name="[b]Xylotherm Synchrotron[/]",
                  summary="With XYSY \x1b[31mred.")
            for id_ in "cab"
        ]  # fmt: skip
        library.replace("test", [more, *others, claims[-1]], [], Health("test", "ok"))
        found = counterparts(library.catalog, "here", 3)
        assert [each.id for each in found] == ["a", "b", "c"]
        assert {each.name for each in found} == {"[b]Xylotherm Synchrotron[/]"}
        assert "named" in {reason.key for reason in found[0].reasons}
        assert counterparts(library.catalog, "nowhere") == []


# --- concepts ---


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        (("Synchrotron light source", "Luz de sincrotrón", "luz SÍNCROTRON"), "synchrotron"),
        (("structural biology", "Biología Estructural", "biologia estrutural"),
         "structural-biology"),
        (("gene banks", "bancos de germoplasma", "banco de germoplasma"), "gene-bank"),
        (("HPC", "Supercómputo", "computação de alto desempenho"), "hpc"),
        (("cultural heritage", "patrimonio cultural", "Patrimônio"), "heritage"),
    ],
)  # fmt: skip
def test_one_thing_in_three_languages(texts: tuple[str, ...], key: str) -> None:
    for text in texts:
        assert ITSELF in concepts().found(words(text))[key], text


def test_a_longer_one_hides_what_it_holds_and_tells_what_it_is_a_kind_of() -> None:
    found = concepts().found(words("radio astronomy of dark matter"))
    assert found["astronomy"] == {"radio-astronomy"}
    assert found["radio-astronomy"] == {ITSELF}
    assert "materials" not in found
    assert concepts().others(words("radio astronomy by the Effelsberg dishes")) == {
        "effelsberg", "dishe"
    }  # fmt: skip


def test_the_table_is_whole() -> None:
    table = concepts()
    for key, names in table.labels.items():
        assert len(names) == len(LANGUAGES)
        assert all(names), key
        assert key in table.ways
        for way in table.ways[key]:
            assert way, key
            assert len(way) > 1 or way[0] not in table.ignored, way
    for key, wider in table.broader.items():
        assert key not in wider
        assert {key, *wider} <= table.labels.keys()
