"""``ritui doctor``: what is installed, where it runs, and how the cache and the sources are."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from ritui.cli.context import Context
from ritui.cli.output import as_json
from ritui.cli.parser import Parser
from ritui.model.source import Health
from ritui.services.doctor import (
    StoreState,
    examine_store,
    proxy_of,
    repair_store,
    terminal,
    versions,
)


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.option("--repair", action="store_true")
    parser.formats("table", "json")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print what was found; damage that is not repaired has an exit code of its own."""
    state = examine_store(context.paths.store_file)
    if options.repair:
        for notice in repair_store(context.paths, state, context.language):
            context.notify(notice)
        state = examine_store(context.paths.store_file)
    sections: dict[str, Any] = {
        "versions": versions(),
        "terminal": _terminal(context),
        "settings": _settings(context),
        "store": _store(state),
        "sources": _sources(context, state),
    }
    if options.format == "json":
        context.output.line(as_json(sections))
    else:
        _print(context, sections)
    if state.state == "damaged":
        context.tell("ritui: " + context.say("doctor.repairable", reason=state.reason))
        return 4
    return 0


def _terminal(context: Context) -> dict[str, Any]:
    size = None
    if context.output.is_terminal:
        columns, lines = os.get_terminal_size(sys.stdout.fileno())
        size = (columns, lines)
    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    return {
        **terminal(os.environ, size),
        **{name: stream.isatty() for name, stream in streams.items()},
        "encoding": sys.stdout.encoding,
        "language": context.language,
    }


def _settings(context: Context) -> dict[str, Any]:
    path, config = context.paths.settings_file, context.config
    told = [context.say.error(each)[0] for each in (*config.problems, *config.notices)]
    return {"path": str(path), "exists": context.has_settings, "problems": told}


def _store(state: StoreState) -> dict[str, Any]:
    return {
        "path": str(state.path),
        "state": state.state,
        "reason": state.reason,
        "size": state.size,
        "records": state.records,
        "generation": state.generation,
        "packaged": state.packaged,
    }


def _sources(context: Context, state: StoreState) -> list[dict[str, Any]]:
    config, health = context.config, state.health or {}
    ids = dict.fromkeys((*health, *(source.id for source in config.sources)))
    configured = {source.id: source for source in config.sources}
    found = []
    for id_ in ids:
        source, fared = configured.get(id_), health.get(id_, Health(id_))
        url = str(source.options.get("url", "")) if source else ""
        asks = source is not None and config.proxy_from_env
        found.append(
            {
                "id": id_,
                "enabled": source.enabled if source else False,
                "configured": source is not None,
                "state": fared.state,
                "records": fared.records,
                "succeeded": fared.succeeded,
                "proxy": proxy_of(url, os.environ) if asks else "",
            }
        )
    return found


def _print(context: Context, sections: dict[str, Any]) -> None:
    say, output = context.say, context.output
    for place, (name, section) in enumerate(sections.items()):
        if output.is_terminal:
            if place:
                output.line()
            output.line(say(f"doctor.{name}"))
        entries = section if isinstance(section, list) else [section]
        for entry in entries:
            lead = f"{entry['id']}." if isinstance(section, list) else ""
            for key, value in entry.items():
                for text in value if isinstance(value, list) else [_text(context, value)]:
                    if output.is_terminal:
                        output.line(f"  {(lead + key).ljust(24)}  {text}".rstrip())
                    else:
                        output.line(f"{name}\t{lead}{key}\t{text}")


def _text(context: Context, value: object) -> str:
    if isinstance(value, bool):
        return context.say("doctor.yes" if value else "doctor.no")
    return str(value)
