"""The verbs of ``ritui shelf`` that change what is kept, or carry it elsewhere."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json
from ritui.cli.querying import query_of
from ritui.cli.shelf import list_of, search_values
from ritui.errors import AmbiguousRecord, NoSuchRecord, RituiError, ShelfDamaged
from ritui.model.shelf import SHORTLIST, Kept, Search, Shelf
from ritui.services.keep import NotKept, kept_of, refreshed, standings
from ritui.services.library import now
from ritui.store.shelf import ShelfFile, read_shelf, shelf_text
from ritui.store.shelftables import one_line
from ritui.text import nearest


@dataclass(eq=False, repr=False)
class ShelfRefused(RituiError):
    """A file that was to be taken in is no shelf."""

    key: ClassVar[str] = "error.shelf-refused"
    exit_code: ClassVar[int] = 4

    path: Path
    reason: str


def _add(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Put records on a list; those that cannot be found are named, the others still added."""
    list_, code = _name("--list", options.list) or SHORTLIST, 0
    shelf, found = file.read(), dict[str, Kept]()
    for word in words:
        try:
            kept = _record(context, shelf, word)
            found[kept.id] = kept
        except (NoSuchRecord, AmbiguousRecord) as error:
            code = context.complain(error)
    if found:
        file.put(found.values(), list_, now())
        context.tell(context.say("shelf.added", n=len(found), list=list_))
    _print(context, options, {"list": list_, "ids": list(found)})
    return code


def _remove(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Take records off a list or off all; a note keeps them on the shelf."""
    shelf, code = file.read(), 0
    list_ = list_of(shelf, options.list) if options.list is not None else ""
    on = [kept.id for kept in (shelf.on(list_) if list_ else shelf.records) if kept.lists]
    gone: dict[str, None] = {}
    for word in words:
        try:
            gone[_known(context, on, word)] = None
        except NotKept as error:
            code = context.complain(error)
    if gone:
        after = file.take(gone, list_)
        context.tell(context.say("toast.unshelved", n=len(gone)))
        if noted := [id_ for id_ in gone if (kept := after.of(id_)) and kept.note]:
            context.tell(context.say("shelf.note-stays", n=len(noted)))
    _print(context, options, {"ids": list(gone)})
    return code


def _note(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Print the note on a record, or write it: the rest of the words, or standard input."""
    word, *rest = words
    shelf = file.read()
    record = _record(context, shelf, word)
    held = shelf.of(record.id)
    before = held.note if held else ""
    if not rest:
        note, code = before, 0 if before else 1
        if options.format != "json" and note:
            context.output.line(note)
        elif not note:
            context.tell(context.say("shelf.no-note", name=record.name))
    else:
        text = sys.stdin.read() if rest == ["-"] else " ".join(rest)
        note, code = file.note(record, text, before, now()), 0
        key = "shelf.noted" if note else "shelf.unnoted"
        context.tell(context.say(key, name=record.name))
    if not context.catalog.names([record.id]):
        context.tell(context.say("shelf.gone-many", n=1))
    _print(context, options, {"id": record.id, "note": note})
    return code


def _save(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Keep a search, in the place of one of the same name."""
    from ritui.cli.misuse import WordsMissing

    name, query = _name("NAME", words[0]), query_of(words[1:])
    if not query.conditions:
        raise WordsMissing("ritui shelf save", "NAME QUERY")
    search = Search(name, str(query), now())
    # What cannot be asked is not kept; and to save a search is to look at it.
    context.catalog.search(query)
    before = file.read().search(name)
    file.save(search)
    context.tell(context.say("shelf.saved", name=name, query=search.query))
    if before and before.query != search.query:
        context.tell(context.say("shelf.replaced", query=before.query))
    [found] = standings(context.catalog, [search])
    _print(context, options, search_values(found, context))
    return 0


def _forget(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Let a search go."""
    shelf, name = file.read(), words[0]
    search = shelf.search(name)
    if search is None:
        raise NotKept(name, nearest(name, [each.name for each in shelf.searches]))
    file.forget([name])
    context.tell(context.say("shelf.forgotten", name=name, query=search.query))
    _print(context, options, {"name": name, "query": search.query})
    return 0


def _rename(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Call a list otherwise."""
    list_, name = list_of(file.read(), words[0]), _name("NAME", words[1])
    file.rename(list_, name)
    context.tell(context.say("shelf.renamed", list=list_, name=name))
    _print(context, options, {"list": name})
    return 0


def _export(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Write the shelf, or one list of it, into a file that `import` takes in."""
    from ritui.services.export import write_file

    shelf = refreshed(context.catalog, file)
    if options.list is not None:
        list_ = list_of(shelf, options.list)
        shelf = Shelf(tuple(replace(kept, lists=(list_,)) for kept in shelf.on(list_)))
    if not shelf:
        context.tell(context.say("shelf.empty-command"))
        return 1
    if words[0] == "-":
        context.output.write(shelf_text(shelf))
        return 0
    write_file(Path(words[0]), [shelf_text(shelf)], replace=options.force)
    counts = {"records": len(shelf.records), "searches": len(shelf.searches)}
    context.tell(context.say("shelf.exported", file=words[0], **counts))
    _print(context, options, {"file": words[0], **counts})
    return 0


def _import(
    context: Context, file: ShelfFile, words: Sequence[str], options: argparse.Namespace
) -> int:
    """Take another shelf in: nothing of the reader's goes, and of two notes both are kept."""
    try:
        other = read_shelf(Path(words[0]))
    except ShelfDamaged as error:
        raise ShelfRefused(error.path, error.reason) from error
    before = file.read()
    after = file.merge(other, now())
    counts = {
        "records": len(after.records) - len(before.records),
        "searches": len(after.searches) - len(before.searches),
    }
    context.tell(context.say("shelf.imported", file=words[0], **counts))
    _print(context, options, {"file": words[0], **counts})
    return 0


DOERS: Final[
    Mapping[str, Callable[[Context, ShelfFile, Sequence[str], argparse.Namespace], int]]
] = {
    "add": _add,
    "remove": _remove,
    "note": _note,
    "save": _save,
    "forget": _forget,
    "rename": _rename,
    "export": _export,
    "import": _import,
}
"""Verb to what does it, with the words after it."""


def _print(context: Context, options: argparse.Namespace, values: Mapping[str, Any]) -> None:
    if options.format == "json":
        context.output.line(as_json(values))


def _name(option: str, word: str | None) -> str:
    """A name that the shelf can have, or nothing where none is given."""
    name = one_line(word or "")
    if word is not None and not name:
        from ritui.cli.misuse import ValueUnfit

        raise ValueUnfit(option, word, "NAME")
    return name


def _record(context: Context, shelf: Shelf, word: str) -> Kept:
    """The record that is meant, in the directory or, when that lost it, on the shelf.

    Raises:
        NoSuchRecord, AmbiguousRecord: Nothing is called so, or several are.
    """
    try:
        id_ = context.catalog.resolve(word)
    except NoSuchRecord:
        if (held := shelf.of(word)) is None:
            raise
        return held
    [kept] = kept_of(context.catalog, [id_])
    return kept


def _known(context: Context, ids: Sequence[str], word: str) -> str:
    """Which of some ids is meant.

    Raises:
        NotKept: None of them.
    """
    if word in ids:
        return word
    try:
        found = context.catalog.resolve(word)
    except (NoSuchRecord, AmbiguousRecord):
        found = ""
    if found not in ids:
        raise NotKept(word, nearest(word, ids))
    return found
