"""Keep: what the shelf remembers of records, and how what is on it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ritui.errors import CannotWrite, NoSuchRecord, RituiError
from ritui.model.query import Query, parse
from ritui.model.record import Record, from_json
from ritui.model.shelf import KNOWN, Kept, Search, Shelf
from ritui.store.shelftables import one_line

if TYPE_CHECKING:
    from ritui.store.answer import Row
    from ritui.store.catalog import Catalog
    from ritui.store.shelf import ShelfFile


@dataclass(eq=False, repr=False)
class NotKept(RituiError):
    """No record, list or search of the shelf is called so."""

    key: ClassVar[str] = "error.not-kept"
    exit_code: ClassVar[int] = 1

    word: str
    nearest: str = ""


def kept_of(catalog: Catalog, ids: Iterable[str], shelf: Shelf | None = None) -> list[Kept]:
    """What the shelf remembers of records, as they are now.

    Args:
        catalog: The directory.
        ids: Which records.
        shelf: Has the last that is known of those that the directory lost; without it, and of
            those that it does not have either, nothing is given.
    """
    found = []
    for id_ in ids:
        try:
            record = catalog.record(id_)
        except NoSuchRecord:
            if shelf is not None and (held := shelf.of(id_)) is not None:
                found.append(held)
            continue
        values = {key: one_line(getattr(record, key)) for key in KNOWN}
        known = {key: value for key, value in values.items() if value}
        found.append(Kept(record.id, one_line(record.name), known=known))
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """A record of the shelf, and what the directory has of it now."""

    kept: Kept
    row: Row | None
    """None when its source let it go: then only what the shelf remembers is known."""

    def called(self, language: str) -> str:
        """Its name in a language, or the last one that is known."""
        return self.row.called(language) if self.row else self.kept.name

    @property
    def gone(self) -> bool:
        """Whether the directory does not have it any more."""
        return self.row is None


def held(catalog: Catalog, shelf: Shelf) -> dict[str, Held]:
    """Every record of a shelf by its id, in the order of the shelf."""
    rows = catalog.names(kept.id for kept in shelf.records)
    return {kept.id: Held(kept, rows.get(kept.id)) for kept in shelf.records}


def refreshed(catalog: Catalog, file: ShelfFile) -> Shelf:
    """The shelf, which from now on remembers its records as they are now.

    Raises:
        ShelfDamaged: It cannot be understood.
    """
    shelf = file.read()
    # Where nothing can be written, what was remembered before has to do.
    with suppress(CannotWrite):
        shelf = file.remember(kept_of(catalog, [kept.id for kept in shelf.records]))
    return shelf


def remembered(kept: Kept, told: str) -> Record:
    """A record that the directory does not have any more, of what the shelf remembers.

    Args:
        kept: What that is.
        told: Says that there is no more, where a record has its summary.
    """
    known = {key: value for key, value in kept.known.items() if key in KNOWN}
    return from_json({"id": kept.id, "kind": "", "name": kept.name, **known, "summary": told})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a saved search stands."""

    search: Search
    total: int = 0
    """Records that answer it."""
    new: int = 0
    """Of them, those that came since its results were last looked at."""
    error: RituiError | None = None
    """Why it cannot be asked: its words may mean nothing any more."""

    @property
    def query(self) -> Query:
        """What it asks.

        Raises:
            UnknownWord, QueryUnreadable: It cannot be understood any more.
        """
        return parse(self.search.query)


def standings(catalog: Catalog, searches: Sequence[Search]) -> list[Standing]:
    """How saved searches stand, in their order."""
    found = []
    for search in searches:
        try:
            query = parse(search.query)
            total = len(catalog.search(query))
            new = catalog.arrived(query, search.looked) if search.looked else 0
        except RituiError as error:
            found.append(Standing(search, error=error))
        else:
            found.append(Standing(search, total, new))
    return found
