"""A description: all that is known of a record, in a fixed order, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from ritui.i18n import Messages
from ritui.model.claim import merge
from ritui.model.record import (
    KEYS,
    Contact,
    Link,
    Provenance,
    Record,
    Related,
    to_json,
)
from ritui.resources import asset
from ritui.services.describe import Item, Section, describe, facts_line, names_line
from ritui.sources.bundled import read_directory

SECTIONS = ["where", "who", "reach", "what", "ties", "facts", "identifiers", "caveats", "from"]
FULL = Record(
    id="sea-lab",
    kind="infrastructure",
    name="Sea Lab",
    acronym="SL",
    names={"en": "Sea Lab", "es": "Laboratorio del Mar", "pt": "Laboratório do Mar"},
    region="bi-regional",
    country="PT",
    countries=("PT", "UY", "ES"),
    city="Faro",
    lat=37.016667,
    lon=-7.93,
    host="University of the Sea",
    coordinator="Coast Agency",
    partners=("First Partner", "Second Partner"),
    members=("A Member",),
    areas=("energy", "biodiversity-climate"),
    domains=("environment",),
    fields=("oceans", "identifiers"),
    type="distributed",
    status="construction",
    legal="ERIC",
    esfri="landmark",
    established=1990,
    ended=2030,
    access="By proposal, twice a year.",
    contacts=(
        Contact("Ana", "office", "ana@sea.example", "+351 1", "https://sea.example/ana"),
        Contact(url="https://sea.example/contact"),
        Contact(phone="+598 2"),
    ),
    website="https://sea.example/",
    links=(Link("news", "https://sea.example/news"),),
    identifiers={"ror": "https://ror.org/0abcdef12", "wikidata": "Q42", "isni": "0000 0001"},
    pilot="sea-pilot",
    grant={
        "programme": "H2020", "number": "871140", "start": "2019-12", "end": "2024-05",
        "budget_eur": 1_234_567, "ec_contribution_eur": 999,
    },
    summary="A laboratory by the sea.",
    details=("opened in 1990", "99 berths"),
    caveats=("the point is the town",),
    verified=True,
    related=(Related("ocean-net", "member"), Related("lost", "host")),
    provenance=(
        Provenance("bundled", "Sea pages", "https://sea.example/", "2026-01-02", "CC0-1.0",
                   ("name", "city")),
        Provenance("ror", "ROR", "https://ror.org/0abcdef12", fields=("names.es", "lat",
                   "identifiers.isni")),
        Provenance("mine"),
    ),
)  # fmt: skip
BARE = Record(id="bare", kind="network", name="Bare")
NAMES = {"sea-pilot": "The sea pilot", "ocean-net": "Ocean Network"}


@pytest.fixture(scope="module")
def say() -> Messages:
    return Messages()


def section(sections: list[Section], key: str) -> list[tuple[str, str]]:
    """Labels and texts of a section."""
    [found] = [each for each in sections if each.key == key]
    return [(item.label, item.text) for item in found.items]


def items(sections: list[Section]) -> list[Item]:
    return [item for each in sections for item in each.items]


def test_everything_has_its_section_in_order(say: Messages) -> None:
    sections = describe(FULL, say, NAMES)
    assert [each.key for each in sections] == SECTIONS
    assert all(say(f"section.{each.key}") for each in sections)
    assert section(sections, "where") == [
        ("", "Faro, Portugal"),
        ("Point", "37.01667, -7.93000"),
        ("Countries", "Uruguay, Spain"),
        ("Region", "both regions"),
    ]
    assert section(sections, "who") == [
        ("Host", "University of the Sea"),
        ("Coordinator", "Coast Agency"),
        ("Partners", "First Partner, Second Partner"),
        ("Members", "A Member"),
        ("Legal form", "ERIC"),
    ]
    assert section(sections, "reach") == [
        ("Website", "https://sea.example/"),
        ("Access", "By proposal, twice a year."),
        ("Contact", "Ana · office · ana@sea.example · +351 1"),
        ("Contact", "https://sea.example/ana"),
        ("Contact", "https://sea.example/contact"),
        ("Contact", "+598 2"),
        ("news", "https://sea.example/news"),
    ]
    assert section(sections, "what") == [
        ("Areas", "energy, biodiversity & climate"),
        ("Domains", "environment"),
        ("Fields", "oceans, identifiers"),
        ("ESFRI", "ESFRI landmark"),
    ]
    assert section(sections, "ties") == [
        ("Pilot", "The sea pilot"),
        ("Grant", "H2020 · 871140 · 2019-12 – 2024-05 · budget 1\u2009234\u2009567 € · "
         "EU contribution 999 €"),
        ("member of", "Ocean Network"),
        ("host", "lost"),
    ]  # fmt: skip
    assert section(sections, "facts") == [("", "opened in 1990"), ("", "99 berths")]
    assert section(sections, "identifiers") == [
        ("ROR", "https://ror.org/0abcdef12"),
        ("Wikidata", "Q42"),
        ("isni", "0000 0001"),
        ("ritui", "sea-lab"),
    ]
    assert section(sections, "caveats") == [("", "the point is the town")]
    assert section(sections, "from") == [
        ("", "Compared with its sources."),
        ("", "Sea pages 2026-01-02 · CC0-1.0: name, city"),
        ("", "ROR · ror: names (es), latitude, identifiers (isni)"),
        ("", "mine: consulted as well"),
    ]


def test_what_stands_for_something_else_leads_there(say: Messages) -> None:
    found = items(describe(FULL, say, NAMES))
    assert {item.text: item.url for item in found if item.url} == {
        "https://sea.example/": "https://sea.example/",
        "Ana · office · ana@sea.example · +351 1": "mailto:ana@sea.example",
        "https://sea.example/ana": "https://sea.example/ana",
        "https://sea.example/contact": "https://sea.example/contact",
        "https://sea.example/news": "https://sea.example/news",
        "https://ror.org/0abcdef12": "https://ror.org/0abcdef12",
        "Q42": "https://www.wikidata.org/wiki/Q42",
        "Sea pages 2026-01-02 · CC0-1.0: name, city": "https://sea.example/",
        "ROR · ror: names (es), latitude, identifiers (isni)": "https://ror.org/0abcdef12",
    }
    assert {item.text: item.record for item in found if item.record} == {
        "The sea pilot": "sea-pilot",
        "Ocean Network": "ocean-net",
        "lost": "lost",
    }


def test_nothing_is_invented_for_what_is_not_stated(say: Messages) -> None:
    sections = describe(BARE, say, {})
    assert [each.key for each in sections] == ["where", "reach", "identifiers"]
    assert section(sections, "where") == [("", "not stated by the sources")]
    assert section(sections, "reach") == [("Website", "not stated by the sources")]
    assert section(sections, "identifiers") == [("ritui", "bare")]
    assert facts_line(BARE, say) == "network · status not stated"
    assert names_line(BARE, say) == ""
    assert not any(item.url or item.record for item in items(sections))


def test_every_field_is_said_somewhere(say: Messages) -> None:
    """Taking a field away takes something out of the description."""

    def whole(record: Record) -> tuple[object, ...]:
        lines = (record.name, record.summary, names_line(record, say), facts_line(record, say))
        return *lines, *items(describe(record, say, NAMES))

    values = to_json(FULL)
    assert {*values} == {*KEYS}
    empty = {field: getattr(BARE, field) for field in KEYS}
    for key in KEYS:
        given = {field: getattr(FULL, field) for field in KEYS}
        given[key] = empty[key]
        if key in {"lat", "lon"}:
            given["lat"] = given["lon"] = None
        less = Record(**given)
        assert whole(less) != whole(FULL), key


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "network · status not stated"),
        ({"status": "operational"}, "network · operational"),
        (
            {"type": "virtual", "established": 1981},
            "network · virtual · status not stated · established 1981",
        ),
        (
            {"status": "ended", "established": 1981, "ended": 2001},
            "network · ended · established 1981 · ended 2001",
        ),
        ({"status": "ended", "ended": 2001}, "network · ended · ended 2001"),
    ],
)
def test_the_line_of_facts(say: Messages, values: dict[str, Any], line: str) -> None:
    assert facts_line(Record(id="x", kind="network", name="X", **values), say) == line


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, ""),
        ({"acronym": "X"}, "X"),
        ({"names": {"es": "Equis"}}, "Equis (es)"),
        ({"acronym": "XN", "names": {"en": "Ex", "es": "Equis"}}, "XN · X · Equis (es)"),
        ({"names": {"und": "X", "pt": "X"}}, ""),
    ],
)
def test_the_line_of_names(say: Messages, values: dict[str, Any], line: str) -> None:
    assert names_line(Record(id="x", kind="network", name="X", **values), say) == line


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"city": "Faro"}, "Faro"),
        ({"country": "PT"}, "Portugal"),
        ({"country": "PT", "city": "Faro"}, "Faro, Portugal"),
        ({"region": "EU"}, "not stated by the sources"),
    ],
)
def test_the_place(say: Messages, values: dict[str, Any], place: str) -> None:
    sections = describe(Record(id="x", kind="network", name="X", **values), say, {})
    assert section(sections, "where")[0] == ("", place)


@pytest.mark.parametrize(
    ("verified", "said"),
    [
        (True, ["Compared with its sources."]),
        (False, ["Not verified: no source was seen for the record as a whole."]),
        (None, []),
    ],
)
def test_how_far_it_can_be_trusted(say: Messages, verified: bool | None, said: list[str]) -> None:
    record = Record(id="x", kind="network", name="X", verified=verified)
    texts = [item.text for each in describe(record, say, {}) if each.key == "from"
             for item in each.items]  # fmt: skip
    assert texts == said


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({"number": "1"}, "1"),
        ({"start": "2020"}, "2020 – …"),
        ({"end": "2024-01-01", "programme": "CYTED"}, "CYTED · … – 2024-01-01"),
        ({"budget_eur": 4_500}, "budget 4\u2009500 €"),
    ],
)
def test_the_grant(say: Messages, grant: dict[str, str | int], said: str) -> None:
    record = Record(id="x", kind="project", name="X", grant=grant)
    assert section(describe(record, say, {}), "ties") == [("Grant", said)]


def test_every_record_of_the_directory_is_described_in_full(say: Messages) -> None:
    directory = read_directory(asset("directory"))
    names = {claim.ref: claim.values["name"] for claim in directory.claims}
    for claim in directory.claims:
        record = merge([claim])
        sections = describe(record, say, names)
        assert [each.key for each in sections] == [
            key for key in SECTIONS if key in {each.key for each in sections}
        ]
        told = items(sections)
        texts = " \n".join(item.text for item in told)
        assert "None" not in re.findall(r"\w+", texts), record.id
        for value in _leaves(record):
            assert value in texts, (record.id, value)
        assert {item.record for item in told if item.record} == {
            *filter(None, (record.pilot, *(each.id for each in record.related)))
        }
        assert all(names[item.record] == item.text for item in told if item.record)
        assert {link.url for link in record.links} <= {item.url for item in told}
        for each in record.provenance:
            assert each.title in texts


def _leaves(record: Record) -> Iterator[str]:
    """What must stand in the description as it is."""
    single = (
        record.city,
        record.host,
        record.coordinator,
        record.website,
        record.access,
        record.id,
    )
    yield from filter(None, single)
    for many in (record.partners, record.members, record.fields, record.details, record.caveats):
        yield from many
    yield from record.identifiers.values()
