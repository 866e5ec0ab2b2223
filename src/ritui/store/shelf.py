"""The shelf's file: the reader's own, readable, and never lost.

Every change reads the file anew under a lock, so that two programs at once both have their
say; it is written whole or not at all, and what it was before stays beside it. What this
program does not understand in it stays as it is; a file that cannot be understood at all is
never written to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ritui.errors import CannotWrite, ShelfDamaged
from ritui.files import replace_file
from ritui.model.shelf import KNOWN, SHORTLIST, Kept, Search, Shelf, joined
from ritui.store.lock import alone
from ritui.store.shelftables import (
    GREATEST,
    Tables,
    entry_of,
    note_text,
    one_line,
    parsed,
    tables_of,
    tidy,
    values_of,
)

_HEAD: Final = """\
# What you keep in ritui: records on lists, notes on them, saved searches. Yours to read and edit;
# what is after a # is not kept. The last state before this one is in {previous}.

"""


class ShelfFile:
    """One reader's shelf on disk. Nothing is created before something is kept."""

    def __init__(self, path: Path) -> None:
        """The shelf of a file, which need not be there.

        Args:
            path: ``shelf.toml``; its folder is made with the first change.
        """
        self.path = path
        self.previous = path.with_name(f"{path.stem}.previous{path.suffix}")
        """What the file was before the last change."""
        # Together, since several threads read and change it.
        self._read: tuple[tuple[int, ...] | None, Shelf] = (None, Shelf())
        self._own: tuple[bytes, Tables] | None = None
        """What was last written, and what it means: most often it still stands there."""

    def read(self) -> Shelf:
        """What is kept now; read anew only when the file is another.

        Raises:
            ShelfDamaged: It cannot be understood; it is left as it is.
        """
        seen, shelf = self._read
        state = self._state()
        if state is None or state != seen:
            shelf = values_of(parsed(self._bytes(), self.path))
            self._read = (state, shelf)
        return shelf

    def put(self, records: Iterable[Kept], list_: str, now: str) -> Shelf:
        """Put records on a list. Those on it already stay where they are.

        Raises:
            ShelfDamaged, CannotWrite: Nothing was changed; so for every method below.
        """
        return self.move(records, "", list_, now)

    def move(self, records: Iterable[Kept], list_: str, to: str, now: str) -> Shelf:
        """Take records off a list, where they are on it, and put them on another."""
        wanted, to = list(records), one_line(to) or SHORTLIST

        def edit(tables: Tables) -> None:
            for kept in wanted:
                entry = entry_of(tables, kept, now)
                lists = [to if each == list_ else each for each in entry.get("lists", ())]
                entry["lists"] = list(dict.fromkeys((*lists, to)))

        return self._change(edit)

    def take(self, ids: Iterable[str], list_: str = "") -> Shelf:
        """Take records off a list, or off all. A note keeps a record on the shelf."""
        gone = set(ids)

        def edit(tables: Tables) -> None:
            for entry in tables["record"]:
                if entry["id"] in gone:
                    kept = [each for each in entry.get("lists", ()) if list_ and each != list_]
                    entry["lists"] = kept
            tidy(tables, gone)

        return self._change(edit)

    def lay(self, records: Iterable[Kept], now: str) -> Shelf:
        """Put records on exactly the lists that they say, as they were on them before."""
        wanted = list(records)

        def edit(tables: Tables) -> None:
            for kept in wanted:
                entry_of(tables, kept, kept.added or now)["lists"] = list(kept.lists)
            tidy(tables, {kept.id for kept in wanted})

        return self._change(edit)

    def note(self, record: Kept, text: str, before: str, now: str) -> str:
        """Write a note on a record, or take it away by an empty one.

        Args:
            record: What it is on.
            text: The whole note.
            before: What the note was when this one was begun. If it is another by now, what
                either wrote is kept; see `joined`.
            now: ISO time, UTC.

        Returns:
            The note as it is kept.
        """
        wanted, kept = note_text(text), ""

        def edit(tables: Tables) -> None:
            nonlocal kept
            entry = entry_of(tables, record, now)
            held = note_text(str(entry.get("note", "")))
            kept = joined(held, wanted, note_text(before))
            if not kept:
                entry.pop("note", None)
                entry.pop("noted", None)
            elif kept != held:
                entry["note"], entry["noted"] = kept, now
            tidy(tables, {record.id})

        self._change(edit)
        return kept

    def remember(self, records: Iterable[Kept]) -> Shelf:
        """Bring what is known of kept records up to date; nothing is written when all is."""
        fresh = {
            kept.id: (
                one_line(kept.name),
                {key: one_line(each) for key, each in kept.known.items()},
            )
            for kept in records
        }
        shelf = self.read()
        held = {kept.id: (kept.name, dict(kept.known)) for kept in shelf.records}
        if all(held.get(id_, facts) == facts for id_, facts in fresh.items()):
            return shelf

        def edit(tables: Tables) -> None:
            for entry in tables["record"]:
                if entry["id"] in fresh:
                    entry["name"], known = fresh[entry["id"]]
                    # Another program may remember more.
                    more = {key: each for key, each in entry.get("known", {}).items()
                            if key not in KNOWN}  # fmt: skip
                    entry["known"] = known | more

        return self._change(edit)

    def save(self, search: Search) -> Shelf:
        """Keep a search; one of the same name makes place for it."""
        name, query = one_line(search.name), one_line(search.query)

        def edit(tables: Tables) -> None:
            values = {"name": name, "query": query, "looked": search.looked}
            for entry in tables["search"]:
                if entry["name"] == name:
                    entry.update(values)
                    return
            tables["search"].append(values)

        return self._change(edit)

    def looked(self, name: str, now: str) -> Shelf:
        """Remember that the results of a search are looked at."""

        def edit(tables: Tables) -> None:
            for entry in tables["search"]:
                if entry["name"] == name:
                    entry["looked"] = now

        return self._change(edit)

    def forget(self, names: Iterable[str]) -> Shelf:
        """Let searches go."""
        gone = set(names)

        def edit(tables: Tables) -> None:
            tables["search"] = [each for each in tables["search"] if each["name"] not in gone]

        return self._change(edit)

    def rename(self, list_: str, name: str) -> Shelf:
        """Call a list otherwise; under the name of another, the two become one."""
        name = one_line(name) or list_

        def edit(tables: Tables) -> None:
            for entry in tables["record"]:
                lists = [name if each == list_ else each for each in entry.get("lists", ())]
                entry["lists"] = list(dict.fromkeys(lists))

        return self._change(edit)

    def merge(self, other: Shelf, now: str) -> Shelf:
        """Take in another shelf: nothing of this one goes, and of two notes both are kept."""

        def edit(tables: Tables) -> None:
            for kept in other.records:
                entry = entry_of(tables, kept, kept.added or now)
                entry["lists"] = list(dict.fromkeys((*entry.get("lists", ()), *kept.lists)))
                held = note_text(str(entry.get("note", "")))
                note = joined(held, kept.note, "") if kept.note else held
                if note != held:
                    entry["note"] = note
                    entry["noted"] = max(str(entry.get("noted", "")), kept.noted or now)
            named = {each["name"]: each["query"] for each in tables["search"]}
            for search in other.searches:
                name = search.name
                while name in named and named[name] != search.query:
                    name += " *"
                if name not in named:
                    named[name] = search.query
                    tables["search"].append({"name": name, "query": search.query})
            tidy(tables, {kept.id for kept in other.records})

        return self._change(edit)

    def _change(self, edit: Callable[[Tables], None]) -> Shelf:
        """Read, change and replace the file while no other program does."""
        try:
            # The file may be a link to where the reader keeps such files; it stays one.
            target = self.path.resolve()
            target.parent.mkdir(parents=True, exist_ok=True)
            with alone(target):
                return self._changed(target, edit)
        except OSError as error:
            raise CannotWrite(self.path, error.strerror or str(error)) from error

    def _changed(self, target: Path, edit: Callable[[Tables], None]) -> Shelf:
        before = self._bytes()
        own, self._own = self._own, None
        tables = own[1] if own and own[0] == before else parsed(before, self.path)
        edit(tables)
        shelf = values_of(tables)
        text = self._printed(tables)
        if text != before and (before or shelf):
            if len(text) > GREATEST:
                raise OSError(f"> {GREATEST} bytes")
            self._keep_previous(target, before)
            replace_file(target, [text], mode=0o600)
            before = text
        self._own = (before, tables)
        self._read = (self._state(), shelf)
        return shelf

    def _keep_previous(self, target: Path, before: bytes) -> None:
        """Keep what the file is now; sweep away what a killed program left beside it."""
        for left in target.parent.glob(f".{target.stem}*.part"):
            left.unlink(missing_ok=True)
        if not before:
            return
        fresh = self.previous.with_name(f".{self.previous.name}.part")
        try:
            # A second name of the file costs nothing; writing it again, the time of the disk.
            fresh.hardlink_to(target)
            fresh.replace(self.previous)
            # Two names of one file are not replaced by each other.
            fresh.unlink(missing_ok=True)
        except OSError:
            replace_file(self.previous, [before], mode=0o600)

    def _printed(self, tables: Tables) -> bytes:
        return _HEAD.format(previous=self.previous.name).encode() + printed(tables)

    def _bytes(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                data = file.read(GREATEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            return b""
        except OSError as error:
            raise ShelfDamaged(self.path, error.strerror or str(error)) from error
        if len(data) > GREATEST:
            raise ShelfDamaged(self.path, f"> {GREATEST} bytes")
        return data

    def _state(self) -> tuple[int, ...] | None:
        """What tells one state of the file from another; None without a file."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def printed(tables: Tables) -> bytes:
    """Tables as text of TOML, UTF-8: every entry in a table of its own, to which one can add."""
    apart = {
        name: tables.get(name, [])
        for name in ("record", "search")
        if not any(map(_has_tables, tables.get(name, [])))
    }
    rest = {key: each for key, each in tables.items() if key not in apart and each != []}
    text = [_dumped(rest)]
    for name, entries in apart.items():
        for entry in entries:
            inner = {key: each for key, each in entry.items() if isinstance(each, dict)}
            plain = {key: each for key, each in entry.items() if key not in inner}
            text.append(f"\n[[{name}]]\n{_dumped(plain)}")
            text += [f"\n{_dumped({name: {key: each}})}" for key, each in inner.items()]
    return "".join(text).encode()


def _dumped(tables: Tables) -> str:
    # Reading the shelf, which a query may ask for, needs none of it.
    import tomli_w

    return tomli_w.dumps(tables, multiline_strings=True)


def _has_tables(entry: Tables) -> bool:
    """Whether there is a list of tables in an entry: only a reader would write one."""
    lists = (value for value in entry.values() if isinstance(value, list))
    return any(isinstance(each, dict) for value in lists for each in value)


def shelf_text(shelf: Shelf) -> str:
    """A shelf as the text of a file that `read_shelf` understands."""
    return printed(tables_of(shelf)).decode()


def read_shelf(path: Path) -> Shelf:
    """The shelf in a file that somebody gave.

    Raises:
        ShelfDamaged: It is no shelf, or there is no such file.
    """
    file = ShelfFile(path)
    if not path.exists():
        raise ShelfDamaged(path, os.strerror(errno.ENOENT))
    return file.read()
