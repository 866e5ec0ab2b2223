"""``jsonld``: read by a library for linked data, which fetches nothing for it."""

from __future__ import annotations

import json

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from tests.services.selections import (
    ENEMY,
    QUIET,
    hostile_selection,
    selection,
    texts,
    written,
)

# Its own reader of JSON-LD uses what it warns of.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

SCHEMA = Namespace("https://schema.org/")
OWN = Namespace("urn:ritui:term:")
SOL = URIRef("urn:ritui:sol")


def graph(text: str) -> Graph:
    """What a file says."""
    return Graph().parse(data=text, format="json-ld")


def test_a_record_in_the_words_of_schema_org() -> None:
    found = graph(written("jsonld", selection(QUIET, notes={"sol": "See it"})))
    assert (SOL, RDF.type, SCHEMA.ResearchOrganization) in found
    assert {*found.objects(SOL, SCHEMA.name)} == {
        Literal("Plataforma Solar", lang="es"),
        Literal("Solar Platform", lang="en"),
        Literal("Nobody's"),
    }
    assert found.value(SOL, SCHEMA.alternateName) == Literal("PS")
    assert found.value(SOL, SCHEMA.url) == URIRef("https://example.org/sol?a=1&b=2#c_d")
    assert {str(each) for each in found.objects(SOL, SCHEMA.sameAs)} == {
        "https://ror.org/05xx77y52",
        "https://www.wikidata.org/wiki/Q42",
        "https://www.re3data.org/repository/r3d100000001",
    }
    assert found.value(SOL, SCHEMA.foundingDate) == Literal("1981", datatype=SCHEMA.Date)
    point = found.value(found.value(SOL, SCHEMA.location), SCHEMA.geo)
    assert found.value(point, SCHEMA.latitude) == Literal(37.09)
    contact = found.value(SOL, SCHEMA.contactPoint)
    assert found.value(contact, SCHEMA.email) == Literal("ana@example.org")
    member = found.value(SOL, SCHEMA.member)
    assert found.value(member, SCHEMA.name) == Literal("Energía 2000")
    address = found.value(SOL, SCHEMA.address)
    assert found.value(address, SCHEMA.addressCountry) == Literal("ES")
    works = [*found.objects(SOL, SCHEMA.subjectOf)]
    assert Literal("See it") in {found.value(work, SCHEMA.text) for work in works}


def test_nothing_is_said_that_the_record_does_not_say() -> None:
    found = graph(written("jsonld", selection(QUIET)))
    # Part of it says that; to have a host is something else.
    assert [*found.objects(SOL, SCHEMA.parentOrganization)] == [URIRef("urn:ritui:net")]
    assert found.value(SOL, OWN.host) == Literal("CIEMAT")
    assert found.value(SOL, OWN["related-host"]) == URIRef("urn:ritui:uni")
    assert found.value(SOL, SCHEMA.dissolutionDate) is None
    assert found.value(SOL, SCHEMA.funder) is None
    bare = graph(written("jsonld", selection({"id": "x", "name": "X"})))
    assert (URIRef("urn:ritui:x"), RDF.type, SCHEMA.Organization) in bare


def test_the_data_set_names_licences_and_sources() -> None:
    found = graph(written("jsonld", selection(QUIET, title="Mine")))
    [dataset] = found.subjects(RDF.type, SCHEMA.Dataset)
    assert found.value(dataset, SCHEMA.name) == Literal("Mine")
    licences = {*found.objects(dataset, SCHEMA.license)}
    assert URIRef("https://spdx.org/licenses/CC0-1.0") in licences
    assert URIRef("https://spdx.org/licenses/CC-BY-4.0") in licences
    assert "public domain" in {str(found.value(each, SCHEMA.name)) for each in licences}
    sources = [*found.objects(dataset, SCHEMA.isBasedOn)]
    assert {str(found.value(each, SCHEMA.name)) for each in sources} == {
        "ritui directory",
        "ROR",
        "a leaflet",
    }
    assert (SOL, SCHEMA.subjectOf, dataset) in found


def test_hostile_text_stays_text() -> None:
    text = written("jsonld", hostile_selection())
    assert "<" not in text
    assert {*ENEMY} <= {*texts(json.loads(text))}
    found = graph(text)
    projects = [*found.subjects(RDF.type, SCHEMA.ResearchProject)]
    assert len(projects) == len(ENEMY)
    addresses = {str(each) for each in found.all_nodes() if isinstance(each, URIRef)}
    assert not any(each.startswith("javascript:") for each in addresses)
