"""Pilots: pages about what the two regions tried together, and what stands around it.

The view and ``ritui pilots`` say the same because both start here. A page is made of what the
records and the events say; only where to look is ours, in ``assets/vocab/pilots.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ritui.errors import NoSuchRecord
from ritui.i18n import Messages
from ritui.model.query import Condition, Query
from ritui.model.record import Record
from ritui.services.describe import facts_line, names_line
from ritui.services.pilots.around import of_areas, of_platforms
from ritui.services.pilots.facts import (
    besides,
    dated,
    happened,
    in_regions,
    lands,
    leads,
    parties,
    successors,
    told,
)
from ritui.services.pilots.matter import (
    AREAS_PAGE,
    BESIDES,
    GROUP,
    INFRASTRUCTURES,
    PILOT,
    PLATFORMS_PAGE,
    PROJECT,
    Fact,
    Matter,
    Page,
    Part,
    pilots,
    places,
    record_of,
)
from ritui.store.catalog import Catalog
from ritui.text import words

_EVERY: Final = 1_000
"""Records of a field whose later events are looked for: more than any has now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of pages."""

    id: str
    """Of the record it is about, or `AREAS_PAGE` or `PLATFORMS_PAGE`."""
    kind: str
    title: str
    lead: str = ""
    countries: tuple[str, ...] = ()
    status: str = ""


def contents(catalog: Catalog, say: Messages) -> list[Entry]:
    """The pages there are: the pilots first, then what stands around them."""
    return [
        *(_entry(record, say) for record in pilots(Matter(catalog, say, None))),
        *(
            _entry(record, say)
            for key in ("project", "group")
            if (record := record_of(catalog, str(places()[key])))
        ),
        Entry(AREAS_PAGE, AREAS_PAGE, say("pilots.areas")),
        Entry(PLATFORMS_PAGE, PLATFORMS_PAGE, say("pilots.platforms")),
    ]


def page(catalog: Catalog, say: Messages, id_: str, asked: Query | None = None) -> Page:
    """One page.

    Args:
        catalog: What it is made of.
        say: The words.
        id_: One of those of `contents`.
        asked: What is asked of the directory now: of the records of a field it is said how many
            answer that as well.

    Raises:
        NoSuchRecord: There is no such page.
    """
    if id_ not in {entry.id for entry in contents(catalog, say)}:
        raise NoSuchRecord(id_)
    matter = Matter(catalog, say, asked if asked and asked.conditions else None)
    if id_ == AREAS_PAGE:
        return of_areas(matter)
    if id_ == PLATFORMS_PAGE:
        return of_platforms(matter)
    record = catalog.record(id_)
    make = {PILOT: _of_pilot, GROUP: _of_group}.get(record.kind, _of_project)
    parts = tuple(
        Part(key, _title(key, say), facts or (Fact(say("card.not-stated")),))
        for key, facts in make(matter, record)
    )
    return Page(
        id_,
        record.kind,
        record.called(say.language),
        parts,
        names_line(record, say),
        facts_line(record, say),
        record.summary,
        id_,
        record.website,
    )


def field_of(pilot: Record) -> Query | None:
    """The query of the field of a pilot, of whatever kind the records are, if one is known."""
    held: Mapping[str, Sequence[str]] = places()["fields"].get(pilot.id, {"field": pilot.fields})
    conditions = tuple(Condition(key, tuple(values)) for key, values in held.items() if values)
    return Query(conditions) if conditions else None


def _entry(record: Record, say: Messages) -> Entry:
    return Entry(
        record.id,
        record.kind,
        # A project is known by its acronym; the name of a pilot says its subject.
        record.acronym if record.kind == PROJECT else record.called(say.language),
        record.coordinator,
        record.all_countries,
        record.status,
    )


def _title(key: str, say: Messages) -> str:
    """What a part is called; some are called as in the detail of a record."""
    return say.get(f"pilots.{key}", "") or say(f"section.{key}")


Parts = Iterator[tuple[str, tuple[Fact, ...]]]


def _of_pilot(matter: Matter, pilot: Record) -> Parts:
    say, told_of = matter.say, told(matter, pilot)
    undated, line = dated(matter, pilot)
    project = _project(matter, pilot)
    yield "lead", (*leads(matter, pilot), *_whole(matter, pilot))
    yield "partners", parties(matter, pilot)
    yield "countries", lands(pilot, say)
    yield "what", told_of("what")
    yield "done", line
    yield "results", (*undated, *_pages(pilot))
    field = field_of(pilot)
    yield "followed", _followed(matter, pilot, project, field)
    yield "field", _in_field(matter, field, pilot.id) if field else ()
    if pilot.caveats:
        yield "caveats", told_of("caveats")
    yield "from", told_of("from")


def _of_project(matter: Matter, project: Record) -> Parts:
    told_of = told(matter, project)
    yield "lead", leads(matter, project)
    yield (
        "grant",
        tuple(fact for fact in told_of("ties") if fact.label == matter.say("field.grant")),
    )
    yield "partners", parties(matter, project)
    yield "countries", lands(project, matter.say)
    yield (
        "pilots",
        tuple(
            Fact(
                " · ".join(filter(None, (pilot.called(matter.say.language), pilot.coordinator))),
                record=pilot.id,
                of=project.id,
            )
            for pilot in pilots(matter)
            if project.id in {each.id for each in pilot.related}
        ),
    )
    yield "done", happened(matter, {project.id}, project.id)
    yield "results", (*told_of("facts"), *_pages(project))
    yield "followed", _followed(matter, project, project, None)
    if project.caveats:
        yield "caveats", told_of("caveats")
    yield "from", told_of("from")


def _of_group(matter: Matter, group: Record) -> Parts:
    told_of = told(matter, group)
    chairs = [fact for fact in told_of("facts") if _speaks_of_chairs(fact.text)]
    chair, site = leads(matter, group)
    also = (replace(fact, label=chair.label) for fact in chairs)
    yield "chairs", (chair, *also, site, *_whole(matter, group))
    yield "members", lands(group, matter.say, counted=True)
    yield "partners", parties(matter, group, sides=False)
    yield "meetings", happened(matter, {group.id}, group.id, kinds={"wg-meeting"})
    yield "done", happened(matter, {group.id}, group.id, but={"wg-meeting"})
    rest = (fact for fact in told_of("facts") if fact not in chairs)
    yield "results", (*rest, *_pages(group))
    if group.caveats:
        yield "caveats", told_of("caveats")
    yield "from", told_of("from")


def _speaks_of_chairs(text: str) -> bool:
    return any(word.startswith("chair") for word in words(text))


def _project(matter: Matter, pilot: Record) -> Record | None:
    """What a pilot was a part of."""
    wholes = [each.id for each in pilot.related if each.rel == "part-of"]
    return next((each for each in matter.tied(pilot) if each.id in wholes), None)


def _whole(matter: Matter, record: Record) -> tuple[Fact, ...]:
    """What a record is part of, as a fact."""
    whole = _project(matter, record)
    if whole is None:
        return ()
    name = whole.acronym or whole.called(matter.say.language)
    return (Fact(name, matter.say.label("relation", "part-of"), record=whole.id, of=record.id),)


def _pages(record: Record) -> tuple[Fact, ...]:
    """The addresses that belong to a record."""
    return tuple(Fact(link.url, link.rel, link.url, of=record.id) for link in record.links)


def _followed(
    matter: Matter, record: Record, project: Record | None, field: Query | None
) -> tuple[Fact, ...]:
    """What came after: successors, and later events of them, of who took part, and of the field."""
    chain = [*successors(matter, record)]
    if project is not None and project.id != record.id:
        name = project.acronym or project.called(matter.say.language)
        after = matter.say("pilots.after", name=name)
        chain += (
            replace(fact, beside=f"{after} · {fact.beside}") for fact in successors(matter, project)
        )
    ended = max((matter.end(each) for each in (record, project) if each), default="")
    if not ended:
        return tuple(chain)
    ids = {fact.record for fact in chain} | {each.id for each in matter.tied(record)}
    if field:
        ids |= {row.id for row in matter.rows(field, (*INFRASTRUCTURES, *BESIDES), _EVERY)}
    return (*chain, *happened(matter, ids - {record.id}, record.id, since=ended))


def _in_field(matter: Matter, field: Query, pilot: str) -> tuple[Fact, ...]:
    """The infrastructures of both regions in a field, and what else there is."""
    return (
        *in_regions(matter, field, INFRASTRUCTURES, first=pilot),
        *besides(matter, field, BESIDES, first=pilot),
    )
