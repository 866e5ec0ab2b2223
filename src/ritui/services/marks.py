"""Marks: which records the reader keeps, for queries that ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ritui.store.shelf import ShelfFile


class Marks(Mapping[str, Collection[str]]):
    """``shelved`` and ``noted`` to ids, read from the shelf when a query asks for one."""

    def __init__(self, path: Path) -> None:
        """The marks of a shelf's file, which need not be there."""
        self._path = path
        self._file: ShelfFile | None = None

    def __getitem__(self, flag: str) -> Collection[str]:
        """The ids of a flag.

        Raises:
            ShelfDamaged: The file cannot be understood.
        """
        if self._file is None:
            # Few queries ask for the shelf; those that do are asked again with every letter.
            from ritui.store.shelf import ShelfFile

            self._file = ShelfFile(self._path)
        return self._file.read().marks[flag]

    def __iter__(self) -> Iterator[str]:
        """The flags."""
        return iter(("shelved", "noted"))

    def __len__(self) -> int:
        """How many flags there are."""
        return 2
