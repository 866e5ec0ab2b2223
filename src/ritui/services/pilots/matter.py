"""What pages of the pilots are made from: the records and events of a directory, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from ritui.errors import NoSuchRecord, RituiError, UnknownWord
from ritui.i18n import Messages
from ritui.model.query import Condition, Query
from ritui.model.record import Record
from ritui.model.source import Event
from ritui.resources import asset
from ritui.services.describe import Item
from ritui.store.answer import Row, StaleAnswer
from ritui.store.catalog import Catalog

PILOT: Final = "pilot"
PROJECT: Final = "project"
GROUP: Final = "working-group"
INFRASTRUCTURES: Final = ("infrastructure",)
BESIDES: Final = ("network", "platform", "project")
"""Kinds of what stands beside the infrastructures of a field."""
AREAS_PAGE: Final = "areas"
PLATFORMS_PAGE: Final = "platforms"
"""Pages that are about no one record have a name instead of its id."""

_LIMIT: Final = 1_000
_TRIES: Final = 3
"""How often a list is asked for that changes meanwhile."""


@dataclass(frozen=True, slots=True)
class Fact(Item):
    """One thing that a page says."""

    beside: str = ""
    """Said after the text: of an event its kind and place."""
    date: str = ""
    """ISO date, as far as stated."""
    end: str = ""
    event: Event | None = None
    """The event that the text stands for."""
    query: str = ""
    """What finds the records that the text counts."""
    total: int | None = None
    """How many that are."""
    matching: int | None = None
    """How many of them answer what is asked of the directory as well."""
    of: str = ""
    """Id of the record that says it."""

    @property
    def shown(self) -> str:
        """All its words in one."""
        return " · ".join(part for part in (self.text, self.beside) if part)


@dataclass(frozen=True, slots=True)
class Part:
    """Facts that belong together.

    Where several that follow one another have the same label, it is shown once.
    """

    key: str
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    id: str
    kind: str
    title: str
    parts: tuple[Part, ...]
    names: str = ""
    """The acronym and the other names, in one line."""
    facts: str = ""
    """Its kind, state and years, in one line."""
    summary: str = ""
    record: str = ""
    """Id of the record that the page is about; of a page about many, of what stands behind."""
    website: str = ""


class Matter:
    """What one page is made of, read once."""

    def __init__(self, catalog: Catalog, say: Messages, asked: Query | None) -> None:
        """Read from a directory.

        Args:
            catalog: Which one.
            say: The words.
            asked: What is asked of it besides, or nothing.
        """
        self.catalog = catalog
        self.say = say
        self._asked = asked
        self._events: Sequence[Event] | None = None
        self._tied: dict[str, list[Record]] = {}

    @property
    def events(self) -> Sequence[Event]:
        """All events, in the order of their dates."""
        if self._events is None:
            self._events = self.catalog.events()
        return self._events

    def tied(self, record: Record) -> list[Record]:
        """The records that one names as related, then those that name it as their pilot."""
        if record.id not in self._tied:
            ids = dict.fromkeys(each.id for each in record.related)
            if record.kind == PILOT:
                ids |= dict.fromkeys(
                    row.id for row in self.rows(Query((Condition("pilot", (record.id,)),)))
                )
            self._tied[record.id] = [each for id_ in ids if (each := record_of(self.catalog, id_))]
        return self._tied[record.id]

    def rows(self, query: Query, kinds: Sequence[str] = (), limit: int = _LIMIT) -> list[Row]:
        """The first records of a query, of some kinds; by name where it asks for no order."""
        wanted = self.askable(of_kinds(query, kinds))
        for _ in range(_TRIES if wanted else 0):
            assert wanted is not None
            try:
                answer = self.catalog.search(wanted)
                return self.catalog.rows(answer, 0, min(limit, len(answer)))
            except StaleAnswer:
                continue
        return []

    def records(self, query: Query, kinds: Sequence[str] = (), limit: int = _LIMIT) -> list[Record]:
        """As `rows`, but whole."""
        found = (record_of(self.catalog, row.id) for row in self.rows(query, kinds, limit))
        return [record for record in found if record]

    def count(self, query: Query) -> tuple[int, int | None]:
        """How many records a query finds, and how many of them answer what is asked as well."""
        total = len(self.catalog.search(query))
        if self._asked is None:
            return total, None
        both = Query((*query.conditions, *self._asked.conditions))
        try:
            return total, len(self.catalog.search(both))
        except RituiError:
            # What is asked cannot be answered: the directory's own screen says why.
            return total, None

    def askable(self, query: Query) -> Query | None:
        """A query without the values that no record has now; None where nothing is left of one.

        The words of the records change with every refresh, and what a field is made of is
        written down once.
        """
        while True:
            try:
                self.catalog.search(query)
            except UnknownWord as error:
                less = query.widened(error.what, error.word)
                if less == query or not less.values(error.what):
                    return None
                query = less
            else:
                return query

    def end(self, record: Record) -> str:
        """When something ended, as far as stated: an ISO date, or nothing."""
        return str(record.grant.get("end", "")) or str(record.ended or "")


def of_kinds(query: Query, kinds: Sequence[str], regions: Sequence[str] = ()) -> Query:
    """A query for records of some kinds and regions alone."""
    more = (("kind", kinds), ("region", regions))
    narrowed = (Condition(key, tuple(values)) for key, values in more if values)
    return replace(query, conditions=(*narrowed, *query.conditions))


@cache
def places() -> Mapping[str, Any]:
    """Where to look."""
    return tomllib.loads(asset("vocab", "pilots.toml").read_text("utf-8"))


def record_of(catalog: Catalog, id_: str) -> Record | None:
    """A record, where there is one."""
    try:
        return catalog.record(id_)
    except NoSuchRecord:
        return None


def pilots(matter: Matter) -> list[Record]:
    """All pilots there are: those we know in our order, then the others by name."""
    known = [*places()["fields"]]
    found = matter.records(Query(), (PILOT,))
    found.sort(key=lambda each: known.index(each.id) if each.id in known else len(known))
    return found
