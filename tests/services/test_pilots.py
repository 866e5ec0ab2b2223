"""Pages of the pilots: all that they say is in the records and events, and nothing fills a gap."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ritui.errors import NoSuchRecord
from ritui.i18n import LANGUAGES, Messages
from ritui.model.claim import Claim
from ritui.model.query import Condition, Query, parse
from ritui.model.source import Event, Health
from ritui.model.vocab import AREAS, region_of
from ritui.paths import find_paths
from ritui.services.library import Library, open_library
from ritui.services.pilots import contents, field_of, page
from ritui.services.pilots.dated import date_of
from ritui.services.pilots.matter import Fact, Matter, Page, pilots, places

PILOTS = (
    "resinfra-pilot-structural-biology",
    "resinfra-pilot-biodiversity",
    "resinfra-pilot-heritage",
    "resinfra-pilot-hpc",
)
OTHERS = ("eu-lac-resinfra", "eu-celac-wg-ri", "areas", "platforms")
SAY = Messages()


@pytest.fixture(scope="module")
def library(warm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The directory that comes with the program."""
    home = shutil.copytree(warm, tmp_path_factory.mktemp("pilots") / "home")
    library, _ = open_library(find_paths(str(home)))
    yield library
    library.close()


@pytest.fixture
def own(warm: Path, tmp_path: Path) -> Iterator[Library]:
    """The same, to be changed."""
    library, _ = open_library(find_paths(str(shutil.copytree(warm, tmp_path / "own"))))
    yield library
    library.close()


def facts(found: Page, key: str) -> tuple[Fact, ...]:
    """The facts of a part of a page; none where it does not have that."""
    return next((part.facts for part in found.parts if part.key == key), ())


def by_label(told: tuple[Fact, ...]) -> dict[str, list[Fact]]:
    """Facts by what they are."""
    found: dict[str, list[Fact]] = {}
    for fact in told:
        found.setdefault(fact.label, []).append(fact)
    return found


def test_the_pilots_come_first_and_no_page_is_missing(library: Library) -> None:
    assert tuple(each.id for each in contents(library.catalog, SAY)) == (*PILOTS, *OTHERS)
    with pytest.raises(NoSuchRecord):
        page(library.catalog, SAY, "alba")


@pytest.mark.parametrize("id_", PILOTS)
def test_a_pilot_is_told_as_its_record_has_it(library: Library, id_: str) -> None:
    catalog, record = library.catalog, library.catalog.record(id_)
    found = page(catalog, SAY, id_)
    assert (found.summary, found.website) == (record.summary, record.website)
    leader = next(each.id for each in record.related if each.rel == "coordinator")
    lead = facts(found, "lead")[0]
    assert (lead.text, lead.record) == (record.coordinator, leader)
    project = by_label(facts(found, "lead"))["part of"][0]
    assert project.record == "eu-lac-resinfra"

    partners = facts(found, "partners")
    assert {*record.partners} <= {fact.text for fact in partners}
    named = {fact.record for fact in partners if fact.record}
    assert named >= {each.id for each in record.related if each.rel == "partner"}
    assert leader not in named
    for label, side in (("Europe", "EU"), ("LAC", "LAC")):
        for fact in by_label(partners)[label]:
            assert not fact.record or catalog.record(fact.record).region == side
        lands = by_label(facts(found, "countries"))[label]
        there = [code for code in record.all_countries if region_of(code) == side]
        expected = ", ".join(sorted(map(SAY.country, there))) or SAY("card.not-stated")
        assert [fact.text for fact in lands] == [expected]

    urls = [fact.url for fact in facts(found, "results") if fact.url]
    assert urls == [link.url for link in record.links]
    assert [fact.text for fact in facts(found, "caveats")] == list(record.caveats)


@pytest.mark.parametrize("id_", PILOTS)
def test_the_line_is_all_events_and_dated_facts_in_order(library: Library, id_: str) -> None:
    record = library.catalog.record(id_)
    line, results = (facts(page(library.catalog, SAY, id_), key) for key in ("done", "results"))
    events = [event for event in library.catalog.events() if id_ in event.related]
    assert events
    own = [fact for fact in line if fact.text not in record.details]
    assert [fact.event for fact in own] == events
    assert [(fact.text, fact.date, fact.end, fact.url) for fact in own] == [
        (event.title, event.date, event.end, event.url) for event in events
    ]
    dates = [fact.date for fact in line]
    assert dates == sorted(dates)
    assert all(dates)
    told = [fact.text for fact in (*line, *results) if fact.text in record.details]
    assert sorted(told) == sorted(record.details), "each once"
    for fact in line:
        assert fact.event is None or fact.event.date == fact.date


def test_what_happened_that_day_is_at_hand_where_it_concerns_the_leader(library: Library) -> None:
    line = facts(page(library.catalog, SAY, "resinfra-pilot-biodiversity"), "done")
    [seville] = [fact for fact in line if fact.date == "2022-11-14"]
    assert seville.event is not None
    assert "lifewatch-eric" in seville.event.related
    assert seville.text in library.catalog.record("resinfra-pilot-biodiversity").details


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_fills_a_gap(library: Library, language: str) -> None:
    say = Messages(language)
    unstated = say("card.not-stated")
    hpc = page(library.catalog, say, "resinfra-pilot-hpc")
    for key in ("partners", "countries"):
        assert [fact.text for fact in facts(hpc, key)] == [unstated] * 2
    assert unstated in {fact.text for fact in facts(hpc, "lead")}
    for entry in contents(library.catalog, say):
        found = page(library.catalog, say, entry.id)
        assert all(part.facts and part.title for part in found.parts)
        for part in found.parts:
            for fact in part.facts:
                assert fact.text
                assert fact.of or fact.text == unstated or fact.total is not None or fact.label


@pytest.mark.parametrize("id_", PILOTS)
def test_the_counts_of_a_field_are_what_its_queries_find(library: Library, id_: str) -> None:
    catalog = library.catalog
    asked = parse("country:BR,ES")
    told = by_label(facts(page(catalog, SAY, id_, asked), "field"))
    for label in ("Europe", "LAC"):
        count, *names = told[label]
        query = parse(count.query)
        assert str(query) == count.query
        assert count.total == len(catalog.search(query)) > 0
        both = Query((*query.conditions, *asked.conditions))
        assert count.matching == len(catalog.search(both))
        answer = catalog.search(query)
        ids = {row.id for row in catalog.rows(answer, 0, len(answer))}
        assert {fact.record for fact in names} <= ids
        assert len(names) == min(4, len(ids))
        assert count.text.startswith(f"{count.total} ")
        own = Query((*query.conditions, Condition("pilot", (id_,))))
        assert len(catalog.search(own)) == sum(
            catalog.record(fact.record).pilot == id_ for fact in names
        )
    assert told["Europe"][0].query != told["LAC"][0].query
    plain = facts(page(catalog, SAY, id_), "field")
    assert {fact.matching for fact in plain} == {None}


def test_every_word_of_the_saved_queries_is_one_of_the_records(library: Library) -> None:
    held = places()
    assert tuple(held["fields"]) == PILOTS
    for id_ in (*held["fields"], held["project"], held["group"]):
        assert library.catalog.record(id_).region == "bi-regional"
    for id_ in PILOTS:
        field = field_of(library.catalog.record(id_))
        assert field
        assert parse(str(field)) == field
        for condition in field.conditions:
            for value in condition.values:
                one = Query((Condition(condition.key, (value,)),))
                assert len(library.catalog.search(one)) > 0, (id_, value)


def test_what_followed_came_after_the_project(library: Library) -> None:
    end = str(library.catalog.record("eu-lac-resinfra").grant["end"])
    for id_ in (*PILOTS, "eu-lac-resinfra"):
        first, *later = facts(page(library.catalog, SAY, id_), "followed")
        assert first.record == "eu-lac-resinfra-plus"
        assert SAY("pilots.unverified") in first.beside
        assert ("after EU-LAC ResInfra" in first.beside) == (id_ in PILOTS)
        assert later
        assert all(fact.date > end for fact in later)
    biology = facts(page(library.catalog, SAY, PILOTS[0]), "followed")
    assert "2024-08" in {fact.date for fact in biology}, "LABI and CeBEM, which are in its field"


def test_the_working_group(library: Library) -> None:
    group = library.catalog.record("eu-celac-wg-ri")
    found = page(library.catalog, SAY, group.id)
    chairs = [fact.text for fact in facts(found, "chairs")]
    assert chairs[0] == group.coordinator
    assert any("Adam Tyson" in text for text in chairs)
    europe, lac = facts(found, "members")
    assert (europe.text[:3], lac.text[:3]) == ("19:", "19:")
    events = [event for event in library.catalog.events() if group.id in event.related]
    meetings, done = ([fact.event for fact in facts(found, key)] for key in ("meetings", "done"))
    assert meetings == [event for event in events if event.kind == "wg-meeting"]
    assert done == [event for event in events if event.kind != "wg-meeting"]


def test_the_project(library: Library) -> None:
    project = library.catalog.record("eu-lac-resinfra")
    found = page(library.catalog, SAY, project.id)
    assert [fact.record for fact in facts(found, "pilots")] == list(PILOTS)
    assert "871140" in facts(found, "grant")[0].text
    told = by_label(facts(found, "partners"))
    assert {fact.text for fact in told["LAC"]} >= {
        "MICITT (Costa Rica)",
        "CNPq (Brazil, WP2 leader)",
    }
    assert {"VTT (Finland, WP2 co-leader)", "E-RIHS"} <= {fact.text for fact in told["Europe"]}
    assert len({fact.record for fact in facts(found, "partners") if fact.record}) == 5


def test_the_five_areas_and_the_platforms(library: Library) -> None:
    catalog = library.catalog
    areas = page(catalog, SAY, "areas")
    assert [part.key for part in areas.parts][:5] == list(AREAS)
    for part in areas.parts[:5]:
        europe, lac = part.facts[:2]
        for fact, region in ((europe, "EU"), (lac, "LAC")):
            query = f"kind:infrastructure area:{part.key} region:{region}"
            assert fact.total == len(catalog.search(parse(query)))
        tried = [fact.record for fact in by_label(part.facts)["Pilots"] if fact.record]
        assert tried == [id_ for id_ in PILOTS if part.key in catalog.record(id_).areas]
    platforms = page(catalog, SAY, "platforms")
    assert len(platforms.parts) == len(catalog.search(parse("kind:platform")))
    for part in platforms.parts:
        record = catalog.record(part.key)
        assert {link.url for link in record.links} <= {fact.url for fact in part.facts}
        assert {*record.caveats, *record.details} <= {fact.text for fact in part.facts}
    moved = next(part for part in platforms.parts if part.key == "celac-ri-map-d2c2")
    assert "ended" in moved.facts[0].text
    assert by_label(moved.facts)["successor"][0].record == "infra-dicyt"


def test_a_page_follows_what_a_source_changes(own: Library) -> None:
    """A new pilot has a page, with its own fields; of a field, what no record has is left out."""
    values = {
        "id": "resinfra-pilot-energy", "kind": "pilot", "name": "Pilot on energy",
        "region": "bi-regional", "fields": ["NMR"],
    }  # fmt: skip
    event = Event("2031-05-06", "It began", related=("resinfra-pilot-energy",), source="new")
    own.replace("new", [Claim("new", "1", values)], [event], Health("new", "ok"))
    assert [each.id for each in contents(own.catalog, SAY)][4] == "resinfra-pilot-energy"
    found = page(own.catalog, SAY, "resinfra-pilot-energy")
    assert [fact.event for fact in facts(found, "done")] == [event]
    nmr = len(own.catalog.search(parse("kind:infrastructure region:EU field:NMR")))
    assert facts(found, "field")[0].total == nmr > 0
    assert [fact.text for fact in facts(found, "followed")] == [SAY("card.not-stated")]
    matter = Matter(own.catalog, SAY, None)
    pilot = pilots(matter)[-1]
    assert pilot.fields == ("NMR",)
    assert matter.askable(parse('field:gone,NMR,"gone as well"')) == parse("field:NMR")
    assert matter.askable(parse("field:gone")) is None
    own.replace("new", [Claim("new", "1", {**values, "fields": []})], [], Health("new", "ok"))
    bare = page(own.catalog, SAY, "resinfra-pilot-energy")
    for key in ("field", "done", "what", "partners"):
        assert {fact.text for fact in facts(bare, key)} == {SAY("card.not-stated")}


def test_of_many_platforms_the_first_are_told(own: Library) -> None:
    claims = [
        Claim("many", str(n), {"id": f"many-{n}", "kind": "platform", "name": f"A platform {n:03}",
                               "region": "LAC"})
        for n in range(100)
    ]  # fmt: skip
    own.replace("many", claims, [], Health("many", "ok"))
    found = page(own.catalog, SAY, "platforms")
    more = next(part for part in found.parts if part.key == "more-LAC").facts[0]
    total = len(own.catalog.search(parse("kind:platform region:LAC")))
    assert more.total == total == len(own.catalog.search(parse(more.query)))
    assert more.text == f"… {total - 40} more"
    assert sum(part.key.startswith("many-") for part in found.parts) <= 40


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("signed by 22 March 2021", "2021-03-22"),
        ("held in Seville on 14-17 November 2022", "2022-11-14"),
        ("celebrado el 3 de diciembre de 2018", "2018-12-03"),
        ("em março de 2020", "2020-03"),
        ("(reported July 2022)", "2022-07"),
        ("hosted in Madrid in 2022", "2022"),
        ("since 2021-02-17", "2021-02-17"),
        ("the June 2021 symposium (15-17 June 2021)", "2021-06-15"),
        ("first in May 2019, then in June 2019", ""),
        ("Strategic Roadmap (2021-2023)", ""),
        ("mapped 2019 stations", ""),
        ("no date at all", ""),
    ],
)
def test_the_date_of_a_sentence(text: str, date: str) -> None:
    assert date_of(text) == date
