"""Choosing: which records are exported, and what leaves with them.

The command and the screen both ask here, so that the same choice gives the same file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ritui.model.query import Query
from ritui.model.record import to_json
from ritui.services.export import Selection
from ritui.services.library import now
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.i18n import Messages
    from ritui.model.shelf import Kept, Shelf
    from ritui.model.source import Event, Source
    from ritui.services.origin import Origin, Origins
    from ritui.store.catalog import Catalog

NO_RECORDS: Final = "records"
NO_EVENTS: Final = "events"
"""What a selection may lack, see `lacking`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is wanted. What is not in the directory at the time is left out of it."""

    query: Query = Query()  # noqa: RUF009 - a value
    ids: Sequence[str] | None = None
    """Of the records, in the order in which they are written; None for all that answer."""
    kept: Mapping[str, Kept] = field(default_factory=dict)
    """Of the shelf, by id: what is exported even when the directory has it no more."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Every note that may leave, by the id of its record."""
    title: str = ""
    """What the reader calls the selection."""

    def with_notes(self, shelf: Shelf) -> Choice:
        """The same, and with it the reader's notes on what is chosen."""
        return replace(self, notes={each.id: each.note for each in shelf.records if each.note})

    def among(self, kept: Iterable[Kept]) -> Choice:
        """The same, as far as it is on the shelf: in the order of the ids, else of the shelf.

        Args:
            kept: Records of the shelf.
        """
        held = {each.id: each for each in kept}
        if self.ids is not None:
            held = {id_: held[id_] for id_ in self.ids if id_ in held}
        return replace(self, ids=(*held,), kept=held)


def listed(shelf: Shelf, list_: str | None = None) -> list[Kept]:
    """The records of a list of the shelf; without one, those that are on any.

    Raises:
        NotKept: No list is called so.
    """
    if list_ is not None and list_ not in shelf.lists:
        from ritui.services.keep import NotKept
        from ritui.text import nearest

        raise NotKept(list_, nearest(list_, shelf.lists))
    if list_ is not None:
        return [*shelf.on(list_)]
    return [each for each in shelf.records if each.lists]


class Chosen:
    """What a choice comes to in the directory as it is at one moment.

    When the directory changes, all that reads it raises `ritui.store.answer.StaleAnswer`.
    """

    def __init__(self, catalog: Catalog, say: Messages, choice: Choice) -> None:
        """Ask the directory.

        Raises:
            UnknownWord: The query has a value of an open facet that no record has.
        """
        self._catalog = catalog
        self._say = say
        self._choice = choice
        self._answer = catalog.search(choice.query)
        # A query asks the directory, so it does not find what is there no more.
        kept = {} if choice.query.conditions else choice.kept
        there = catalog.names(kept) if kept else {}
        self._gone = {id_: each for id_, each in kept.items() if id_ not in there}
        self._ids = None if choice.ids is None else frozenset(choice.ids)

    def __len__(self) -> int:
        """How many records there are."""
        if self._ids is None:
            return len(self._answer)
        return sum(map(self.has, self._ids))

    def has(self, id_: str) -> bool:
        """Whether a record is chosen, and there."""
        if self._ids is not None and id_ not in self._ids:
            return False
        return id_ in self._gone or self._catalog.row_of(self._answer, id_) is not None

    @property
    def notes(self) -> dict[str, str]:
        """The notes that leave."""
        return {id_: note for id_, note in self._choice.notes.items() if self.has(id_)}

    def records(self) -> Iterator[Mapping[str, Any]]:
        """The records as JSON values; with ids, in the order of these.

        Of what the directory has no more, there is what the shelf remembers.
        """
        if self._choice.ids is None:
            yield from self._catalog.values(self._answer)
            return
        for id_ in self._choice.ids:
            if id_ in self._gone:
                from ritui.services.export.shelved import remembered

                yield remembered(self._gone[id_], self._say)
            elif self._catalog.row_of(self._answer, id_) is not None:
                yield to_json(self._catalog.record(id_))

    def events(self) -> Iterable[Event]:
        """The dated events that concern the records; all of them where all records are chosen."""
        from ritui.services.export.ics import concerning

        everything = self._catalog.events()
        if self._ids is None and not self._choice.query.conditions:
            return concerning(everything, None)
        related = {id_ for event in everything for id_ in event.related}
        return concerning(everything, {id_ for id_ in related if self.has(id_)})

    def selection(self, sources: Callable[[], Iterable[Source]]) -> Selection:
        """What is exported.

        Args:
            sources: Reads those of the settings; asked only where one is to be named.
        """
        catalog, say, choice = self._catalog, self._say, self._choice
        return Selection(
            self.records,
            say,
            generated=now(),
            packaged=catalog.fact("packaged"),
            query=str(choice.query),
            title=clean_line(choice.title),
            notes=self.notes,
            events=self.events,
            names=namer(catalog, say),
            origin=originator(catalog, say, sources),
        )


def lacking(selection: Selection, form: str) -> str:
    """What there is none of, so that nothing is to be written: `NO_RECORDS`, `NO_EVENTS`; or empty.

    Args:
        selection: What is to be exported.
        form: The format.
    """
    if not any(True for _ in selection.records()):
        return NO_RECORDS
    # A calendar of nothing is none, and programs refuse it.
    if form == "ics" and not any(True for _ in selection.events()):
        return NO_EVENTS
    return ""


def namer(catalog: Catalog, say: Messages) -> Callable[[Iterable[str]], Mapping[str, str]]:
    """What names records by their ids, in the language of the words."""
    language = say.language
    return lambda ids: {id_: row.called(language) for id_, row in catalog.names(ids).items()}


def originator(
    catalog: Catalog, say: Messages, sources: Callable[[], Iterable[Source]]
) -> Callable[[str], Origin]:
    """What names a source by its id; the settings are read when the first one is asked for."""
    known: list[Origins] = []

    def named(id_: str) -> Origin:
        if not known:
            from ritui.services.origin import origins

            known.append(origins(catalog, sources(), say))
        return known[0].of(id_)

    return named
