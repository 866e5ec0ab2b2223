"""``ritui sources add``, ``remove``, ``enable``, ``disable`` and ``test``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.misuse import (
    SourceShipped,
    SourceTaken,
    ValueUnfit,
    WordsMissing,
    WordUnwanted,
)
from ritui.cli.output import as_json
from ritui.cli.sources import find_source, print_facts, show
from ritui.config import draft_source, read, remove_source, write_source
from ritui.config.rules import ID
from ritui.model.normal import slug
from ritui.model.source import BUNDLED, Source
from ritui.resources import asset
from ritui.sources.address import host_of
from ritui.sources.base import find_kind
from ritui.text import clean_line

_FIXED: Final = ("id", "kind", "url")
"""Keys of a source that have words or options of their own."""
_KEY = re.compile(r"[A-Za-z0-9_-]+(\.\S+)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_NAMES: Final = 3
"""Names shown of what a source has."""


def run(context: Context, verb: str, words: Sequence[str], options: argparse.Namespace) -> int:
    """Change or try one source."""
    expected = "KIND URL" if verb == "add" else "ID"
    takes = len(expected.split())
    if len(words) < takes:
        raise WordsMissing(f"ritui sources {verb}", expected)
    for word in words[takes:]:
        raise WordUnwanted(f"ritui sources {verb}", word)
    if options.format not in {"table", "json"}:
        raise ValueUnfit("--format", options.format, "table | json")
    if verb == "add":
        return _add(context, words[0], words[1], options)
    source = find_source(context, words[0])
    verbs: Mapping[str, Callable[[Context, Source, str], int]] = {
        "remove": _remove,
        "enable": _enable,
        "disable": _disable,
        "test": _test,
    }
    return verbs[verb](context, source, options.format)


def settings_of(stated: Sequence[str]) -> dict[str, Any]:
    """The keys and values of a source that ``--set`` options state.

    A value is read as TOML, else it is text. The first dot of a key parts a table from its key,
    which may have dots of its own: ``map.identifiers.ror``.

    Raises:
        ValueUnfit: One is no ``key=value``, or states what cannot be stated like this.
    """
    found: dict[str, Any] = {}
    for each in stated:
        key, equals, typed = each.partition("=")
        table, _, inner = key.partition(".")
        if not equals or not _KEY.fullmatch(key) or table in _FIXED:
            raise ValueUnfit("--set", clean_line(each, 60), "KEY=VALUE, KEY ≠ id, kind, url")
        if not inner:
            found[key] = _value(typed)
            continue
        held = found.setdefault(table, {})
        if not isinstance(held, dict):
            raise ValueUnfit("--set", clean_line(each, 60), f"{table}=VALUE | {table}.KEY=VALUE")
        held[inner] = _value(typed)
    return found


def _value(typed: str) -> Any:
    import tomllib

    try:
        values = tomllib.loads(f"value = {typed}")
    except (ValueError, RecursionError):
        return typed
    return values["value"] if len(values) == 1 else typed


def _add(context: Context, kind: str, url: str, options: argparse.Namespace) -> int:
    """Write a new source, if the settings are still right with it."""
    reads, path = find_kind(kind), context.paths.settings_file
    id_ = _default_id(kind, url) if options.id is None else options.id
    if not ID.fullmatch(id_):
        raise ValueUnfit("--id", clean_line(id_, 60), "[a-z0-9-]{1,40}")
    if id_ == BUNDLED or any(source.id == id_ for source in context.config.sources):
        raise SourceTaken(id_)
    values = {"kind": kind, "url": _address(url), **settings_of(options.set)}
    drafted = read(path, _shipped(), text=draft_source(path, id_, values))
    if drafted.problems:
        code = max(context.complain(problem) for problem in drafted.problems)
        context.tell(context.say("source-change.unwritten"))
        return code
    source = next(source for source in drafted.sources if source.id == id_)
    reads.check(source)
    write_source(path, id_, values)
    context.tell(context.say("source-change.added", source=id_, path=path))
    if options.format == "json":
        show(context, source, "json")
    return 0


def _remove(context: Context, source: Source, form: str) -> int:
    """Take a source of the reader's own out of the settings."""
    shipped = read(_shipped(), _shipped()).sources
    if any(each.id == source.id for each in shipped):
        raise SourceShipped(source.id)
    path = context.paths.settings_file
    remove_source(path, source.id)
    context.tell(context.say("source-change.removed", source=source.id, path=path))
    if form == "json":
        context.output.line(as_json({"id": source.id}))
    return 0


def _enable(context: Context, source: Source, form: str) -> int:
    return _switch(context, source, form, enabled=True)


def _disable(context: Context, source: Source, form: str) -> int:
    return _switch(context, source, form, enabled=False)


def _switch(context: Context, source: Source, form: str, *, enabled: bool) -> int:
    """State whether a source is enabled, where it is not so already."""
    path = context.paths.settings_file
    if source.enabled != enabled:
        write_source(path, source.id, {"enabled": enabled})
    word = "enabled" if enabled else "disabled"
    context.tell(context.say(f"source-change.{word}", source=source.id))
    if form == "json":
        changed = read(path, _shipped()).sources
        show(context, next(each for each in changed if each.id == source.id), "json")
    return 0


def _test(context: Context, source: Source, form: str) -> int:
    """Ask a source for its first page, and print what it has."""
    import asyncio

    from ritui.services.sync import probe

    page = asyncio.run(probe(source, context.config, context.offline))
    names = [str(claim.values.get("name", claim.ref)) for claim in page.claims]
    names += [event.title for event in page.events]
    facts = {"id": source.id, "records": len(names), "expected": page.expected}
    if form == "json":
        lists = {"names": names[:_NAMES], "faults": page.faults, "dropped": page.dropped}
        context.output.line(as_json({**facts, **lists}))
        return 0
    print_facts(context, {key: value for key, value in facts.items() if value is not None})
    told = {"name": names[:_NAMES], "fault": page.faults, "dropped": page.dropped}
    for key, several in told.items():
        for each in several:
            print_facts(context, {key: clean_line(each)})
    return 0


def _shipped() -> Path:
    return asset("directory", "sources.toml")


def _default_id(kind: str, url: str) -> str:
    """An id made of the kind and of where the source is."""
    place = host_of(url).removeprefix("www.") or Path(url).stem
    return slug(f"{kind} {place}")[:40].strip("-")


def _address(url: str) -> str:
    """An address as the settings have it: there a path is not taken from the working folder."""
    if not url.strip() or _SCHEME.match(url) or url.startswith("~"):
        return url
    return str(Path(url).absolute())
