"""Shelf: what a reader keeps: records on lists, notes on them, and searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SHORTLIST: Final = "shortlist"
"""The list that a record comes on where no other is named."""
KNOWN: Final = ("kind", "acronym", "region", "country", "city", "website")
"""Keys of a record that the shelf remembers, so that it can be told when the source is silent."""
SEAM: Final = "\n\n* * *\n\n"
"""Between the parts of a note that were written by two hands at the same time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record on the shelf. It stays when its source lets it go."""

    id: str
    name: str
    lists: tuple[str, ...] = ()
    """Names of the lists it is on; none for a record that only has a note."""
    note: str = ""
    added: str = ""
    """ISO time, UTC, at which it came on the shelf."""
    noted: str = ""
    """ISO time, UTC, of the last change of the note; empty without one."""
    known: Mapping[str, str] = field(default_factory=dict)
    """What was last known of it: `KNOWN` key to value."""


@dataclass(frozen=True, slots=True)
class Search:
    """A query that is asked again and again."""

    name: str
    query: str
    """As one would type it."""
    looked: str = ""
    """ISO time, UTC, at which its results were last looked at."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that is kept, in the order in which it came."""

    records: tuple[Kept, ...] = ()
    searches: tuple[Search, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is kept."""
        return bool(self.records or self.searches)

    def of(self, id_: str) -> Kept | None:
        """What is kept of a record."""
        return next((kept for kept in self.records if kept.id == id_), None)

    def on(self, list_: str) -> tuple[Kept, ...]:
        """The records of a list; of the empty name, those that are on none but have a note."""
        return tuple(
            kept for kept in self.records if (list_ in kept.lists if list_ else not kept.lists)
        )

    def search(self, name: str) -> Search | None:
        """The search of a name."""
        return next((search for search in self.searches if search.name == name), None)

    @property
    def lists(self) -> tuple[str, ...]:
        """Names of the lists that something is on, the shortlist first."""
        named = dict.fromkeys(name for kept in self.records for name in kept.lists)
        return tuple(sorted(named, key=lambda name: name != SHORTLIST))

    @property
    def marks(self) -> dict[str, frozenset[str]]:
        """What ``is:shelved`` and ``is:noted`` find: flag to ids."""
        return {
            "shelved": frozenset(kept.id for kept in self.records if kept.lists),
            "noted": frozenset(kept.id for kept in self.records if kept.note),
        }


def joined(held: str, text: str, before: str) -> str:
    """The note that two hands make of one: what either of them wrote is in it.

    Args:
        held: The note as the other hand left it.
        text: As this hand wants it.
        before: What this hand began with.

    Returns:
        ``text`` where the other hand changed nothing. Else the parts of both, with `SEAM`
        between them: a part that one hand took away or rewrote, and the other left alone, is
        not kept as it was.
    """
    if held in {before, text}:
        return text
    theirs, mine, old = _parts(held), _parts(text), _parts(before)
    stays = [part for part in theirs if part in mine or part not in old]
    stays += [part for part in mine if part not in theirs and part not in old]
    return SEAM.join(stays)


def _parts(note: str) -> list[str]:
    return [part for part in note.split(SEAM) if part.strip()]
