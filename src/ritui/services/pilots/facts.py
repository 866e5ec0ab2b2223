"""The facts of a page of the pilots: who, where, when, and what is in a field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ritui.i18n import Messages
from ritui.model.query import Condition, Query, country_codes
from ritui.model.record import Record
from ritui.model.source import Event
from ritui.model.vocab import region_of
from ritui.services.describe import Item, describe
from ritui.services.pilots.dated import date_of
from ritui.services.pilots.matter import PROJECT, Fact, Matter, of_kinds
from ritui.services.timeline import kind_label, place_words
from ritui.store.answer import Row
from ritui.text import fold, words

SIDES: Final = ("EU", "LAC")
BOTH: Final = "both"
"""Stands for whatever is of neither region alone."""

_NAMES: Final = 4
"""Records of a field that are named; the query has them all."""
_TAKES_PART: Final = frozenset({"partner", "cooperates-with", "has-member", "member"})


# Who and where.


def leads(matter: Matter, record: Record) -> tuple[Fact, Fact]:
    """Who leads something, and its website."""
    say = matter.say
    ids = [each.id for each in record.related if each.rel == "coordinator"]
    leader = next((each for each in matter.tied(record) if each.id in ids), None)
    name = leader.called(say.language) if leader else ""
    text = record.coordinator or name
    country = say.country(leader.country) if leader and leader.country else ""
    beside = [name if fold(name) not in fold(text) else "", country]
    who = Fact(text or say("card.not-stated"), say("pilots.who"), of=record.id,
               record=leader.id if leader else "",
               beside=" · ".join(filter(None, beside)))  # fmt: skip
    site = record.website or say("card.not-stated")
    return who, Fact(site, say("field.website"), record.website, of=record.id)


def parties(matter: Matter, record: Record, *, sides: bool = True) -> tuple[Fact, ...]:
    """Who took part, by region; of whom the region is not known, at the end.

    Args:
        matter: Where to look.
        record: In what.
        sides: Whether to say so of a region of which nobody is named.
    """
    say = matter.say
    by_side: dict[str, list[Fact]] = {side: [] for side in (*SIDES, BOTH, "")}
    known = _taking_part(matter, record)
    for text in record.partners:
        found = next((each for each in known if _is_named(each, text)), None)
        side = _side(found.region) if found else _side_of(text)
        known = [each for each in known if each is not found]
        by_side[side].append(Fact(text, record=found.id if found else "", of=record.id))
    for each in known:
        name, beside = each.called(say.language), say.country(each.country) if each.country else ""
        if each.kind == PROJECT and each.acronym:
            # A project is known by its acronym.
            name, beside = each.acronym, name
        by_side[_side(each.region)].append(Fact(name, record=each.id, beside=beside, of=record.id))
    facts: list[Fact] = []
    for side, found_ in by_side.items():
        label = say(f"pilots.{side}") if side else say("field.partners")
        if found_:
            facts += (replace(fact, label=label) for fact in found_)
        elif side in SIDES and sides:
            facts.append(Fact(say("card.not-stated"), label))
    return tuple(facts)


def _taking_part(matter: Matter, record: Record) -> list[Record]:
    ids = {each.id for each in record.related if each.rel in _TAKES_PART}
    leaders = {each.id for each in record.related if each.rel == "coordinator"}
    return [
        each
        for each in matter.tied(record)
        if (each.id in ids or each.pilot == record.id) and each.id not in leaders
    ]


def _is_named(record: Record, text: str) -> bool:
    """Whether a text names a record by its acronym or one of its names."""
    within = f" {' '.join(words(text))} "
    names = (record.acronym, record.name, *record.names.values())
    if any(name and f" {' '.join(words(name))} " in within for name in names):
        return True
    # "E-RIHS" stands for "E-RIHS ERIC" as well.
    return f" {' '.join(words(record.acronym))} ".startswith(within)


def _side(region: str) -> str:
    return region if region in SIDES else BOTH


def _side_of(text: str) -> str:
    """The region of the country that stands in brackets, or last, in a text; or nothing."""
    inside = [part for within in re.findall(r"\(([^()]*)\)", text) for part in within.split(",")]
    for name in (*inside, text.rpartition(",")[2]):
        side = region_of(country_codes().get(fold(name.strip()), ""))
        if side:
            return side
    return ""


def lands(record: Record, say: Messages, *, counted: bool = False) -> tuple[Fact, ...]:
    """The countries of both regions that take part, or that none is stated."""
    facts = []
    for side in (*SIDES, ""):
        codes = [code for code in record.all_countries if region_of(code) == side]
        names = sorted((say.country(code) for code in codes), key=words)
        label = say(f"pilots.{side or BOTH}")
        if names:
            text = ", ".join(names)
            facts.append(Fact(f"{len(names)}: {text}" if counted else text, label, of=record.id))
        elif side:
            facts.append(Fact(say("card.not-stated"), label, of=record.id))
    return tuple(facts)


def successors(matter: Matter, record: Record) -> tuple[Fact, ...]:
    """What came after something, and what came after that."""
    say = matter.say
    facts: list[Fact] = []
    seen, waiting = {record.id}, [record]
    while waiting:
        each = waiting.pop(0)
        ids = {other.id for other in each.related if other.rel == "successor"}
        for other in matter.tied(each):
            if other.id in ids and other.id not in seen:
                seen.add(other.id)
                waiting.append(other)
                doubt = say("pilots.unverified") if other.verified is False else ""
                beside = " · ".join(filter(None, (doubt, other.summary)))
                name = other.acronym or other.called(say.language)
                facts.append(Fact(name, say.label("relation", "successor"), record=other.id,
                                  beside=beside, of=other.id))  # fmt: skip
    return tuple(facts)


# When.


def dated(matter: Matter, pilot: Record) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """What a pilot's record tells without a date, and the line of all that has one.

    In the line stand the events that concern the pilot and, below the event of the same day or
    else on their own, the dated facts of its record.
    """
    say = matter.say
    line = [(fact, 0) for fact in happened(matter, {pilot.id}, pilot.id)]
    near = {pilot.id, *(each.id for each in matter.tied(pilot))}
    around = [event for event in matter.events if not near.isdisjoint(event.related)]
    mine = {fact.date for fact, _ in line}
    undated: list[Fact] = []
    for text in pilot.details:
        date = date_of(text)
        if not date:
            undated.append(Fact(text, of=pilot.id))
            continue
        below = len(date) == 10 and date in mine
        alone = [] if below or len(date) < 10 else around
        event = next((each for each in alone if each.date == date), None)
        fact = Fact(text, date, date=date, event=event, of=pilot.id)
        line.append((fact, 1))
    line.sort(key=lambda pair: (pair[0].date, pair[1]))
    return tuple(undated), tuple(fact for fact, _ in line) or _unstated(say)


def happened(
    matter: Matter,
    ids: Collection[str],
    of: str,
    *,
    kinds: Collection[str] = (),
    but: Collection[str] = (),
    since: str = "",
) -> tuple[Fact, ...]:
    """The events that concern some records, in the order of their dates.

    Args:
        matter: Where to look.
        ids: The records.
        of: The record whose page tells it.
        kinds: Only of these kinds; of any where none is named.
        but: Not of these.
        since: ISO date, as far as known; only what began after it.
    """
    say = matter.say
    return tuple(
        Fact(
            event.title,
            event.date,
            event.url,
            beside=" · ".join(_circumstances(event, say)),
            date=event.date,
            end=event.end,
            event=event,
            of=of,
        )
        for event in matter.events
        if not set(ids).isdisjoint(event.related)
        and (not kinds or event.kind in kinds)
        and event.kind not in but
        and (not since or event.date > f"{since}~")
    )


def _circumstances(event: Event, say: Messages) -> Iterator[str]:
    if event.end and event.end != event.date:
        yield say("pilots.until", date=event.end)
    if event.kind:
        yield kind_label(event.kind, say)
    if place := place_words(event, say):
        yield place


def _unstated(say: Messages) -> tuple[Fact, ...]:
    return (Fact(say("card.not-stated")),)


# What is in a field.


def in_regions(
    matter: Matter, field: Query, kinds: Sequence[str], *, names: int = _NAMES, first: str = ""
) -> tuple[Fact, ...]:
    """How many records of a field each region has, and the names of the first.

    Args:
        matter: Where to look.
        field: The query of the field.
        kinds: Of which kinds.
        names: How many are named.
        first: A pilot whose own are named before the others.
    """
    facts: list[Fact] = []
    for side in (*SIDES, BOTH):
        regions = (side,) if side in SIDES else ("bi-regional", "global")
        query = matter.askable(of_kinds(field, kinds, regions))
        label = matter.say(f"pilots.{side}")
        found = [*_counted(matter, query, label, "pilots.infrastructures", names, first)]
        # That nothing belongs to both at once goes without saying.
        if side in SIDES or found[0].total:
            facts += found
    return tuple(facts)


def besides(matter: Matter, field: Query, kinds: Sequence[str], *, first: str) -> tuple[Fact, ...]:
    """What else there is in a field, of whatever region."""
    query = matter.askable(of_kinds(field, kinds))
    label = matter.say("pilots.besides")
    return tuple(_counted(matter, query, label, "pilots.records", _NAMES * 2, first))


def _counted(
    matter: Matter, query: Query | None, label: str, words_: str, names: int, first: str
) -> Iterator[Fact]:
    say = matter.say
    total, matching = matter.count(query) if query else (0, None)
    if query is None or not total:
        yield Fact(say("pilots.none"), label, total=0)
        return
    text = say(words_, n=total)
    also = "" if matching is None else say("pilots.matching", n=matching)
    yield Fact(text, label, query=str(query), beside=also, total=total, matching=matching)
    for row in _first(matter, query, names, first):
        country = say.country(row.countries[0]) if row.countries else ""
        yield Fact(row.called(say.language), label, record=row.id, beside=country, of=row.id)


def _first(matter: Matter, query: Query, names: int, pilot: str) -> Iterable[Row]:
    """The first records of a query, a pilot's own before all others."""
    if not names:
        return ()
    found: dict[str, Row] = {}
    if pilot:
        own = Query((*query.conditions, Condition("pilot", (pilot,))))
        found = {row.id: row for row in matter.rows(own, limit=names)}
    found |= {row.id: row for row in matter.rows(query, limit=names) if row.id not in found}
    return [*found.values()][:names]


# A record in words.


def told(matter: Matter, record: Record) -> Callable[[str], tuple[Fact, ...]]:
    """What is said of a record in a section of `describe`, as facts of a page."""
    names = {each.id: each.called(matter.say.language) for each in matter.tied(record)}
    sections = {each.key: each.items for each in describe(record, matter.say, names)}

    def of(key: str) -> tuple[Fact, ...]:
        return tuple(_fact(item, record.id) for item in sections.get(key, ()))

    return of


def _fact(item: Item, of: str) -> Fact:
    return Fact(item.text, item.label, item.url, item.record, of=of)
