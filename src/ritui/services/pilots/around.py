"""Pages about many records: the five areas, and the platforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ritui.i18n import Messages
from ritui.model.query import Condition, Query
from ritui.model.record import Record
from ritui.model.vocab import AREAS
from ritui.services.describe import facts_line
from ritui.services.pilots.facts import in_regions, successors, told
from ritui.services.pilots.matter import (
    AREAS_PAGE,
    INFRASTRUCTURES,
    PLATFORMS_PAGE,
    PROJECT,
    Fact,
    Matter,
    Page,
    Part,
    of_kinds,
    pilots,
    places,
    record_of,
)

_TOLD: Final = 40
"""Platforms of a region that are told of."""


def of_areas(matter: Matter) -> Page:
    """The areas of the working group, and what there is in each."""
    say, catalog = matter.say, matter.catalog
    group = record_of(catalog, str(places()["group"]))
    both = Query((Condition("region", ("bi-regional",)),))
    projects, tried = matter.records(both, (PROJECT,)), pilots(matter)
    parts = []
    for area in AREAS:
        within = Query((Condition("area", (area,)),))
        # What serves all areas says nothing of one: it is told of once, at the end.
        close = [each for each in projects if area in each.areas and not _serves_all(each)]
        facts = (
            *in_regions(matter, within, INFRASTRUCTURES, names=0),
            *_listed([each for each in tried if area in each.areas], say("pilots.pilots"), say),
            *_listed(close, say("pilots.projects"), say),
        )
        parts.append(Part(area, say.label("area", area), facts))
    everywhere = [each for each in projects if _serves_all(each)]
    if everywhere:
        facts = _listed(everywhere, say("pilots.projects"), say)
        parts.append(Part("all-areas", say("pilots.all-areas"), facts))
    return Page(
        AREAS_PAGE,
        AREAS_PAGE,
        say("pilots.areas"),
        tuple(parts),
        summary=say("pilots.areas-about"),
        record=group.id if group else "",
        website=group.website if group else "",
    )


def _serves_all(record: Record) -> bool:
    return set(AREAS) <= set(record.areas)


def _listed(records: Sequence[Record], label: str, say: Messages) -> tuple[Fact, ...]:
    """Records, one a fact, or that there are none."""
    return tuple(
        Fact(
            each.acronym if each.kind == PROJECT and each.acronym else each.called(say.language),
            label,
            record=each.id,
            beside=say.label("status", each.status) if each.status else "",
            of=each.id,
        )
        for each in records
    ) or (Fact(say("pilots.none"), label),)


def of_platforms(matter: Matter) -> Page:
    """The platforms with their addresses and their last known state."""
    say = matter.say
    parts = []
    for region in places()["platforms"]:
        here = Query((Condition("region", (region,)),))
        found = matter.records(here, ("platform",), _TOLD)
        parts += [
            Part(each.id, each.called(say.language), _of_platform(matter, each)) for each in found
        ]
        query = of_kinds(here, ("platform",))
        total, matching = matter.count(query)
        if total > len(found):
            # A source may bring thousands; the directory is the place for those.
            text = say("screen.more", n=total - len(found))
            every = Fact(text, query=str(query), total=total, matching=matching)
            parts.append(Part(f"more-{region}", say.label("region", region), (every,)))
    return Page(
        PLATFORMS_PAGE,
        PLATFORMS_PAGE,
        say("pilots.platforms"),
        tuple(parts),
        summary=say("pilots.platforms-about"),
    )


def _of_platform(matter: Matter, platform: Record) -> tuple[Fact, ...]:
    """Its state, where it went, its addresses, and what is known of its life."""
    say, id_ = matter.say, platform.id
    return (
        Fact(facts_line(platform, say), say("field.status"), record=id_, of=id_),
        *successors(matter, platform),
        *told(matter, platform)("reach"),
        *(Fact(text, say("section.facts"), of=id_) for text in platform.details),
        *(Fact(text, say("section.caveats"), of=id_) for text in platform.caveats),
    )
