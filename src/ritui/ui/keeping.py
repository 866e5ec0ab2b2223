"""Keeping: what the reader marked and what is on the shelf, as the screens see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ritui.errors import ShelfDamaged

if TYPE_CHECKING:
    from ritui.model.shelf import Search, Shelf
    from ritui.store.shelf import ShelfFile

MARKED: Final = "✓"
SHELVED: Final = "★"
NOTED: Final = "✎"
NO_SIGN: Final = " "
SHORTLIST: Final = "shortlist"


class Keeping:
    """The marks of one run, and the shelf. The shelf's file is read when it is first needed."""

    def __init__(self, path: Path) -> None:
        """Nothing is marked, nothing is read yet.

        Args:
            path: The shelf's file, which need not be there.
        """
        self._path = path
        self._file: ShelfFile | None = None
        self.list = SHORTLIST
        """Name of the list that records come on."""
        self._marked: dict[str, None] = {}
        self._shelved: frozenset[str] = frozenset()
        self._notes: Mapping[str, str] = {}
        self.searches: Sequence[Search] = ()
        """The saved searches, as they were at the last look."""
        self.unsaved: dict[str, str] = {}
        """Notes that could not be written, by the ids of their records."""
        self.steps: list[Callable[[], object]] = []
        """What takes the last changes of the shelf back, the last one last."""
        self._trouble: ShelfDamaged | None = None
        self._told = ""

    @property
    def file(self) -> ShelfFile:
        """The shelf's file, to read and change it."""
        if self._file is None:
            # The first screen shows no shelf.
            from ritui.store.shelf import ShelfFile

            self._file = ShelfFile(self._path)
        return self._file

    @property
    def shelf(self) -> Shelf:
        """What is on the shelf now; nothing while its file cannot be understood."""
        from ritui.model.shelf import Shelf

        try:
            return self.file.read()
        except ShelfDamaged as error:
            self._trouble = error
            return Shelf()

    def trouble(self) -> ShelfDamaged | None:
        """Why the shelf could not be read, if so and if it was not asked for before."""
        found, self._trouble = self._trouble, None
        if found is None or str(found) == self._told:
            return None
        self._told = str(found)
        return found

    @property
    def marked(self) -> Sequence[str]:
        """Ids of the marked records, in the order in which they were marked."""
        return tuple(self._marked)

    def toggle(self, id_: str) -> bool:
        """Mark a record, or take its mark away; whether it is marked now."""
        if id_ in self._marked:
            del self._marked[id_]
            return False
        self._marked[id_] = None
        return True

    def unmark(self, ids: Iterable[str] | None = None) -> None:
        """Take the marks of some records away, or all of them."""
        for id_ in list(self._marked) if ids is None else ids:
            self._marked.pop(id_, None)

    def look(self) -> bool:
        """Read the shelf for what is shown beside records; whether there is anything to say."""
        if self._file is None and not self._path.exists():
            return False
        before = self._shelved, self._notes, self.searches
        shelf = self.shelf
        self._shelved = shelf.marks["shelved"]
        self._notes = {kept.id: kept.note for kept in shelf.records if kept.note}
        self.searches = shelf.searches
        return self._trouble is not None or before != (self._shelved, self._notes, self.searches)

    def note(self, id_: str) -> str:
        """The note on a record, as it was at the last look; or nothing."""
        return self._notes.get(id_, "")

    def sign(self, id_: str) -> str:
        """One cell that says of a record whether it is marked, on the shelf, or noted."""
        if id_ in self._marked:
            return MARKED
        if id_ in self._shelved:
            return SHELVED
        return NOTED if id_ in self._notes else NO_SIGN
