"""What pages in schema.org's words are about, and what becomes of their values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ritui.model.claim import Claim
from ritui.model.source import Event, Source
from ritui.sources.answer import Answer
from ritui.sources.linked import read_linked
from ritui.sources.schemaorg import KEPT, MOST, Around, Reading, read_things
from ritui.sources.schemavalues import country_of

PAGE = "https://x.example/infra/one/"


def read(*things: Any, types: tuple[str, ...] = KEPT, changed: str = "", **options: Any) -> Reading:
    """What a page says that has these things in one graph."""
    body = json.dumps({"@context": "https://schema.org", "@graph": list(things)}).encode()
    answer = Answer(200, PAGE, {"content-type": "application/ld+json"}, body)
    source = Source("portal", "jsonld", title="Portal", licence="CC0-1.0", options=options)
    return read_things(read_linked(answer), Around(source, PAGE, changed), types)


def org(name: str = "Lab", **more: Any) -> dict[str, Any]:
    return {"@type": "Organization", "name": name, **more}


def one(**more: Any) -> Claim:
    [claim] = read(org(**more)).claims
    return claim


def named(reading: Reading) -> list[str]:
    return [claim.values["name"] for claim in reading.claims]


def test_an_organisation_in_full() -> None:
    reading = read(
        {
            "@type": ["ResearchOrganization", "LocalBusiness"],
            "@id": "/infra/one/#org",
            "name": [
                {"@value": "Laboratório Um", "@language": "pt-BR"},
                {"@value": "Laboratory &amp; One", "@language": "en"},
            ],
            "alternateName": ["LAB1", "Lab one"],
            "url": "https://lab.example/",
            "sameAs": ["https://ror.org/04wxnsj81#x", "http://www.wikidata.org/entity/q42", "https://x.com/lab"],
            "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.5555/ABC"},
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "São Paulo",
                "addressCountry": {"@type": "Country", "name": "Brasil"},
            },
            "location": {"@type": "Place", "geo": {"latitude": "-23,55", "longitude": -46.63}},
            "foundingDate": "1987-03-01",
            "dissolutionDate": "2019",
            "parentOrganization": [{"@type": "Organization", "legalName": "Universidade"}],
            "member": [org("A"), {"@type": "Person", "name": "Maria"}, org("B"), "C"],
            "knowsAbout": ["Lasers", {"@type": "DefinedTerm", "name": "Optics"}, "https://y.example/z"],
            "keywords": "light, Lasers",
            "description": "<p>One</p><p>Two</p>",
            "telephone": "tel:+55 11 1",
            "contactPoint": {"email": "mailto:a@lab.example", "contactType": "office"},
            "dateModified": "2026-01-02T03:04:05Z",
        },
        changed="2020-01-01",
    )  # fmt: skip
    assert reading.faults == reading.dropped == []
    [claim] = reading.claims
    assert claim.ref == "https://x.example/infra/one/#org"
    values = dict(claim.values)
    assert values.pop("id").startswith("portal-org-")
    assert values == {
        "kind": "infrastructure",
        "name": "Laboratory & One",
        "acronym": "LAB1",
        "names": {"en": "Laboratory & One", "pt": "Laboratório Um", "und": "Lab one"},
        "region": "LAC",
        "country": "BR",
        "city": "São Paulo",
        "lat": -23.55,
        "lon": -46.63,
        "host": "Universidade",
        "members": ["A", "B", "C"],
        "fields": ["Lasers", "Optics", "light"],
        "status": "ended",
        "established": 1987,
        "ended": 2019,
        "contacts": [
            {"phone": "+55 11 1"},
            {"role": "office", "email": "a@lab.example"},
        ],
        "website": "https://lab.example/",
        "identifiers": {
            "ror": "https://ror.org/04wxnsj81",
            "wikidata": "Q42",
            "doi": "10.5555/abc",
        },
        "summary": "One\n\nTwo",
    }
    [evidence] = claim.evidence
    assert (evidence.source, evidence.title, evidence.url) == ("portal", "Portal", PAGE)
    assert (evidence.retrieved, evidence.licence) == ("2026-01-02", "CC0-1.0")
    assert evidence.fields == tuple(claim.values)


@pytest.mark.parametrize(
    ("more", "ref"),
    [
        ({"@id": "#a", "identifier": "i", "url": "/u"}, PAGE + "#a"),
        ({"@id": "_:b0", "identifier": ["i", "j"], "url": "/u"}, "i"),
        ({"identifier": {"@type": "PropertyValue", "value": "v"}, "url": "/u"}, "v"),
        ({"url": "/u"}, "https://x.example/u"),
        ({"url": {"@id": "/u"}, "name": "The Lab"}, PAGE + "#the-lab"),
        ({"name": "The Lab"}, PAGE + "#the-lab"),
    ],
)
def test_keys(more: dict[str, Any], ref: str) -> None:
    claim = one(**more)
    assert claim.ref == ref
    assert claim.values["id"] == one(**more, description="else").values["id"]


@pytest.mark.parametrize(
    ("kinds", "said", "kind"),
    [
        ("Organization", "", "infrastructure"),
        ("NGO", "network", "network"),
        (["Thing", "http://schema.org/GovernmentOrganization"], "", "infrastructure"),
        ("ResearchProject", "network", "project"),
        (["Service", "Project", "WebSite"], "", "project"),
    ],
)
def test_kinds_by_type(kinds: Any, said: str, kind: str) -> None:
    [claim] = read(
        {"@type": kinds, "name": "A"}, types=KEPT, **({"as": said} if said else {})
    ).claims
    assert claim.values["kind"] == kind


@pytest.mark.parametrize(
    "kind", ["WebSite", "WebPage", "Person", "Dataset", "Place", "Book", "", 7]
)
def test_types_that_are_not_taken(kind: Any) -> None:
    reading = read({"@type": kind, "name": "A", "datePublished": "2026"}, {"name": "B"}, "text", 3)
    assert (reading.claims, reading.events, reading.faults) == ([], {}, [])


def test_types_of_the_settings() -> None:
    data = {
        "@type": "Dataset",
        "name": "Data",
        "spatialCoverage": {"geo": {"latitude": 1, "longitude": 2}},
    }
    reading = read(data, org(), types=("Dataset",))
    assert named(reading) == ["Data"]
    [claim] = reading.claims
    assert (claim.values["lat"], claim.values["lon"]) == (1.0, 2.0)
    assert list(claim.cautions) == ["lat"]


def test_who_publishes_a_page_is_no_record_of_it() -> None:
    site = {"@type": "WebSite", "publisher": {"@id": "#org"}, "author": [org("Embedded")]}
    lab = org("Lab", provider={"@id": "#lab"}, **{"@id": "#lab"})
    assert named(read(site, org("Portal", **{"@id": "#org"}), lab)) == ["Lab"]
    # On its own page it is.
    for url in (PAGE, "http://www.x.example/infra/one#top"):
        assert named(read(site, org("Portal", url=url, **{"@id": "#org"}))) == ["Portal"]


def test_what_a_page_is_mainly_about() -> None:
    page = {"@type": "ItemPage", "mainEntity": {"@id": "#lab"}}
    assert named(read(page, org("Other"), org("Lab", **{"@id": "#lab"}))) == ["Lab"]
    assert named(read(org("Other"), {"@type": "WebPage", "about": org("Lab")})) == ["Lab"]
    assert named(read(org("Other"), org("Lab", mainEntityOfPage=PAGE))) == ["Lab"]
    # What an article is about is another thing.
    post = {
        "@type": "BlogPosting",
        "headline": "N",
        "datePublished": "2026-01-01",
        "about": org("X"),
    }
    assert named(read(org("Lab"), post)) == ["Lab"]
    book = {"@type": "WebPage", "mainEntity": {"@type": "Book", "name": "B"}}
    assert named(read(book, org("Lab"))) == ["Lab"]


def test_lists_of_things() -> None:
    items = [{"@type": "ListItem", "item": org(f"Lab {n}")} for n in range(300)]
    page = {
        "@type": "CollectionPage",
        "mainEntity": {"@type": "ItemList", "itemListElement": items},
    }
    assert named(read(page, org("Portal"))) == [f"Lab {n}" for n in range(300)]


def test_more_things_than_a_page_may_have() -> None:
    reading = read(*(org(f"Lab {n}", url=f"/{n}") for n in range(MOST + 1)))
    assert len(reading.claims) == MOST
    assert reading.faults == ["1,001 records in one page; the first 1,000 are read"]


def test_data_sets_are_links_of_who_publishes_them() -> None:
    data = {"@type": "Dataset", "name": "D", "url": "/data", "publisher": {"@id": "#lab"}}
    lab = org(mainEntityOfPage=PAGE, **{"@id": "#lab"})
    [claim] = read(lab, data, {**data, "url": "javascript:x"}).claims
    assert claim.values["links"] == [{"rel": "data", "url": "https://x.example/data"}]


def test_events() -> None:
    meeting = {
        "@type": "EducationEvent",
        "name": "School",
        "startDate": "2026-05-07T09:00:00-03:00",
        "endDate": "2026-05-09",
        "location": {
            "@type": "Place",
            "name": "Hall",
            "address": {"addressLocality": "Montevideo", "addressCountry": "URY"},
        },
        "url": "/school",
        "description": "<b>Learn</b> &amp; see",
    }
    reading = read(meeting, {**meeting, "url": "/b", "location": "Online", "endDate": "2025-01-01"})
    assert list(reading.events.values()) == [
        Event("2026-05-07", "School", end="2026-05-09", place="Hall, Montevideo", kind="event",
              country="UY", url="https://x.example/school", note="Learn & see", source="portal"),
        Event("2026-05-07", "School", place="Online", kind="event",
              url="https://x.example/b", note="Learn & see", source="portal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({"url": "/n"}, "https://x.example/n"),
        ({"mainEntityOfPage": "/m"}, "https://x.example/m"),
        ({"mainEntityOfPage": {"@type": "WebPage", "url": "/m"}}, "https://x.example/m"),
        ({"mainEntityOfPage": {"@type": "WebPage", "@id": "/m"}}, "https://x.example/m"),
        ({}, PAGE),
    ],
)
def test_news(more: dict[str, Any], url: str) -> None:
    said = {"@type": "NewsArticle", "headline": "H", "name": "N", "dateCreated": "2026-02-03"}
    [event] = read({**said, **more}).events.values()
    assert event == Event("2026-02-03", "H", kind="news", url=url, source="portal")


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        ({"@type": "Organization"}, "a thing of type Organization without a name"),
        ({"@type": "NGO", "name": {"a": 1}}, "a thing of type NGO without a name"),
        ({"@type": "Event", "name": "E"}, "a thing of type Event without a date: E"),
        (
            {"@type": "BlogPosting", "datePublished": "2026"},
            "a thing of type BlogPosting without a title",
        ),
        (
            {"@type": "Event", "name": "E", "startDate": "soon"},
            "a thing of type Event without a date: E",
        ),
    ],
)
def test_things_that_cannot_be_kept(thing: dict[str, Any], fault: str) -> None:
    reading = read(thing, org())
    assert reading.faults == [fault]
    assert named(reading) == ["Lab"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("UY", "UY"),
        ("uy", "UY"),
        ("URY", "UY"),
        ("Uruguay", "UY"),
        ("España", "ES"),
        ("ALEMANHA", "DE"),
        (" The Netherlands. ", "NL"),
        ("United States of America", "US"),
        ("Österreich", "AT"),
        ("ZZ", ""),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_countries(said: str, code: str) -> None:
    assert country_of(said) == code


@pytest.mark.parametrize(
    ("address", "seat"),
    [
        ("Calle 1, Montevideo, Uruguay", ("", "UY")),
        ("1 Street, Berkeley, CA", ("", "")),
        ([{"addressLocality": "Lima", "addressCountry": [{"identifier": "PE"}]}], ("Lima", "PE")),
        ({"addressCountry": {"@type": "Country", "alternateName": "PER"}}, ("", "PE")),
        ({"addressLocality": {"@value": "Quito"}}, ("Quito", "")),
        (7, ("", "")),
    ],
)
def test_seats(address: Any, seat: tuple[str, str]) -> None:
    values = one(address=address).values
    assert (values.get("city", ""), values.get("country", "")) == seat


@pytest.mark.parametrize(
    ("more", "dropped"),
    [
        ({"url": "javascript:alert(1)"}, "url: not a web address: javascript:alert(1)"),
        ({"address": {"addressCountry": "Atlantis"}}, "country: Atlantis is none that is known"),
        ({"geo": {"latitude": "91", "longitude": "0"}}, "lat: 91.0 is outside ±90 degrees"),
        (
            {"geo": {"latitude": "34° S", "longitude": "0"}},
            "lat: could not convert string to float",
        ),
        ({"foundingDate": "0900"}, "established: 900 is no year of a founding or an end"),
    ],
)
def test_values_that_cannot_be_used(more: dict[str, Any], dropped: str) -> None:
    reading = read(org(**more))
    assert named(reading) == ["Lab"]
    assert any(dropped in each for each in reading.dropped)


@pytest.mark.parametrize(
    "geo", [{"latitude": 1}, {"latitude": "", "longitude": ""}, "somewhere", [], {"box": "1 2 3 4"}]
)
def test_points_that_are_none(geo: Any) -> None:
    reading = read(org(geo=geo))
    assert reading.dropped == []
    assert "lat" not in reading.claims[0].values


@pytest.mark.parametrize(
    ("more", "identifiers"),
    [
        ({"identifier": "https://ror.org/04wxnsj81"}, {"ror": "https://ror.org/04wxnsj81"}),
        ({"@id": "https://ror.org/04wxnsj81"}, {"ror": "https://ror.org/04wxnsj81"}),
        ({"identifier": [{"propertyID": "ROR", "value": "04wxnsj81"}]},
         {"ror": "https://ror.org/04wxnsj81"}),
        ({"identifier": {"propertyID": "https://ror.org", "value": "04wxnsj81"}},
         {"ror": "https://ror.org/04wxnsj81"}),
        ({"identifier": "04wxnsj81"}, None),
        ({"sameAs": "https://mirror.org/04wxnsj81"}, None),
        ({"sameAs": {"@id": "https://www.wikidata.org/wiki/Q42"}}, {"wikidata": "Q42"}),
        ({"sameAs": "https://doi.org/10.5555/paper"}, None),
        ({"identifier": "doi:10.5555/Own"}, {"doi": "10.5555/own"}),
    ],
)  # fmt: skip
def test_identifiers(more: dict[str, Any], identifiers: dict[str, str] | None) -> None:
    assert one(**more).values.get("identifiers") == identifiers


def test_hostile_values() -> None:
    claim = one(
        name="\x1b[31mLab\x1b]8;;http://evil\x07 \u202eecruos\u2069 <script>x</script>[b]",
        description="\x9b2J<img src=x onerror=alert(1)>text\u2028next",
        url="https://lab.example/\u202e",
        alternateName="\u200f\u200f",
    )
    assert claim.values["name"] == "Lab ecruos [b]"
    assert claim.values["summary"] == "text next"
    assert claim.values["website"] == "https://lab.example/"
    assert "acronym" not in claim.values
