"""``ritui sources add``, ``remove``, ``enable``, ``disable`` and ``test``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
from ritui.config import read, remove_source, write_source
from ritui.model.source import Source
from ritui.services import adding
from ritui.sources.base import find_kind
from ritui.text import clean_line


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
    """The keys and values of a source that ``--set`` options state, as `adding.settings_of`.

    Raises:
        ValueUnfit: One is no ``key=value``, or states what cannot be stated like this.
    """
    try:
        return adding.settings_of(stated)
    except adding.Unstated as error:
        found, expected = error.args
        raise ValueUnfit("--set", found, expected) from error


def _add(context: Context, kind: str, url: str, options: argparse.Namespace) -> int:
    """Write a new source, if the settings are still right with it."""
    find_kind(kind)
    path = context.paths.settings_file
    id_ = adding.proposed_id(kind, url) if options.id is None else options.id
    if not adding.is_id(id_):
        raise ValueUnfit("--id", clean_line(id_, 60), "[a-z0-9-]{1,40}")
    if adding.is_taken(id_, context.config.sources):
        raise SourceTaken(id_)
    values = {"kind": kind, "url": adding.absolute(url), **settings_of(options.set)}
    source, problems = adding.draft(path, id_, values)
    if source is None:
        code = max(context.complain(problem) for problem in problems)
        context.tell(context.say("source-change.unwritten"))
        return code
    write_source(path, id_, values)
    context.tell(context.say("source-change.added", source=id_, path=path))
    if options.format == "json":
        show(context, source, "json")
    return 0


def _remove(context: Context, source: Source, form: str) -> int:
    """Take a source of the reader's own out of the settings."""
    if adding.is_shipped(source.id):
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
        changed = read(path, adding.shipped_sources()).sources
        show(context, next(each for each in changed if each.id == source.id), "json")
    return 0


def _test(context: Context, source: Source, form: str) -> int:
    """Ask a source for its first page, and print what it has."""
    import asyncio

    from ritui.services.trial import Trial
    from ritui.sources.base import plain_http

    if plain_http(source):
        context.tell(context.say("sources.plain-http", source=source.id))
    trial = Trial(context.config, offline=context.offline)
    found = asyncio.run(trial.page(source, catalog=context.library.catalog))
    facts = {"id": source.id, "records": found.records, "expected": found.expected}
    if form == "json":
        lists = {"names": found.names, "faults": found.faults, "dropped": found.dropped}
        context.output.line(as_json({**facts, **lists}))
        return 0
    print_facts(context, {key: value for key, value in facts.items() if value is not None})
    told = {"name": found.names, "fault": found.faults, "dropped": found.dropped}
    for key, several in told.items():
        for each in several:
            print_facts(context, {key: clean_line(each)})
    return 0
