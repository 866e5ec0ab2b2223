"""``ritui paths``: where things are."""

from __future__ import annotations

import argparse

from ritui.cli.context import Context
from ritui.cli.output import as_json
from ritui.cli.parser import Parser
from ritui.resources import assets


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.formats("table", "json")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the folders and files of the reader and of the program; nothing is created."""
    paths = context.paths
    places = {
        "config": paths.config,
        "cache": paths.cache,
        "data": paths.data,
        "settings": paths.settings_file,
        "store": paths.store_file,
        "shelf": paths.shelf_file,
        "log": paths.log_file,
        "assets": assets(),
    }
    if options.format == "json":
        context.output.line(as_json({name: str(path) for name, path in places.items()}))
    elif context.output.is_terminal:
        # Never cut: a path is there to be copied.
        size = max(len(name) for name in places)
        for name, path in places.items():
            context.output.line(f"{name.ljust(size)}  {path}")
    else:
        for name, path in places.items():
            context.output.line(f"{name}\t{path}")
    return 0
