"""The tables of a shelf's file: what is in them, as values that are safe to show."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ritui.errors import ShelfDamaged
from ritui.model.shelf import KNOWN, Kept, Search, Shelf
from ritui.text import clean, clean_line

FORMAT: Final = 1
"""Of the file; one of a higher format is left alone."""
GREATEST: Final = 32 * 2**20
"""Bytes of a file that is read, and so of one that is written."""

_LINE: Final = 1_000

Tables = dict[str, Any]


def one_line(value: object) -> str:
    """A name, an id or another short text, as the shelf keeps it."""
    return clean_line(str(value), _LINE)


def note_text(text: str) -> str:
    """A note as the shelf keeps it."""
    return clean(text, GREATEST).strip()


def parsed(data: bytes, path: Path) -> Tables:
    """The tables of a file; what is in them besides what is known here stays as it is.

    Args:
        data: The whole file.
        path: Where it is, for errors.

    Raises:
        ShelfDamaged: They cannot be understood.
    """
    try:
        tables = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise ShelfDamaged(path, clean_line(str(error), 200)) from error
    form = tables.setdefault("format", FORMAT)
    if type(form) is not int or form > FORMAT:
        raise ShelfDamaged(path, f"format = {clean_line(str(form), 40)}", newer=True)
    for name, needed in (("record", ("id", "name")), ("search", ("name", "query"))):
        entries = tables.setdefault(name, [])
        if not isinstance(entries, list):
            raise ShelfDamaged(path, f"{name}: [[{name}]]")
        known = set()
        for place, entry in enumerate(entries, 1):
            _check(entry, needed, f"[[{name}]] {place}", path)
            if entry[needed[0]] in known:
                raise ShelfDamaged(path, f"{needed[0]} = {entry[needed[0]]!r}: 2 x")
            known.add(entry[needed[0]])
    return tables


def _check(entry: object, needed: Sequence[str], where: str, path: Path) -> None:
    """Refuse an entry that lacks what makes it one, or has something of another type."""
    if not isinstance(entry, dict):
        raise ShelfDamaged(path, where)
    for key in needed:
        if not isinstance(entry.get(key), str) or not (value := one_line(entry[key])):
            raise ShelfDamaged(path, f"{where}: {key}")
        entry[key] = value
    lists, known = entry.get("lists", []), entry.get("known", {})
    if not isinstance(lists, list) or not all(isinstance(each, str) for each in lists):
        raise ShelfDamaged(path, f"{where}: lists")
    if lists:
        entry["lists"] = list(dict.fromkeys(filter(None, map(one_line, lists))))
    if not isinstance(known, dict):
        raise ShelfDamaged(path, f"{where}: known")


def values_of(tables: Tables) -> Shelf:
    """The tables as values; whatever is shown of them is clean."""
    records = tuple(
        Kept(
            id=entry["id"],
            name=entry["name"],
            lists=tuple(entry.get("lists", ())),
            note=note_text(str(entry.get("note", ""))),
            added=one_line(entry.get("added", "")),
            noted=one_line(entry.get("noted", "")),
            known={
                key: one_line(value)
                for key, value in entry.get("known", {}).items()
                if key in KNOWN
            },
        )
        for entry in tables["record"]
    )
    searches = tuple(
        Search(entry["name"], entry["query"], one_line(entry.get("looked", "")))
        for entry in tables["search"]
    )
    return Shelf(records, searches)


def tables_of(shelf: Shelf) -> Tables:
    """A shelf as the tables of its file."""
    tables: Tables = {"format": FORMAT, "record": [], "search": []}
    for kept in shelf.records:
        entry = entry_of(tables, kept, kept.added)
        entry["lists"] = list(kept.lists)
        entry.update({"note": kept.note, "noted": kept.noted} if kept.note else {})
    tables["search"] = [
        {"name": each.name, "query": each.query, "looked": each.looked} for each in shelf.searches
    ]
    return tables


def entry_of(tables: Tables, kept: Kept, now: str) -> Tables:
    """The table of a record, made if there is none yet."""
    for entry in tables["record"]:
        if entry["id"] == kept.id:
            found: Tables = entry
            return found
    entry = {"id": kept.id, "name": one_line(kept.name), "added": now, "lists": []}
    if kept.known:
        entry["known"] = {key: one_line(value) for key, value in kept.known.items()}
    tables["record"].append(entry)
    return entry


def tidy(tables: Tables, ids: set[str]) -> None:
    """Let go of those records that are on no list and have no note."""
    tables["record"] = [
        entry
        for entry in tables["record"]
        if entry["id"] not in ids or entry.get("lists") or str(entry.get("note", "")).strip()
    ]
