"""The command line: parse, call a service, print. One file a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COMMANDS: Final[Mapping[str, str]] = {
    "list": "ritui.cli.list",
    "show": "ritui.cli.show",
    "facets": "ritui.cli.facets",
    "stats": "ritui.cli.stats",
    "match": "ritui.cli.match",
    "compare": "ritui.cli.compare",
    "map": "ritui.cli.map",
    "pilots": "ritui.cli.pilots",
    "timeline": "ritui.cli.timeline",
    "changes": "ritui.cli.changes",
    "links": "ritui.cli.links",
    "shelf": "ritui.cli.shelf",
    "report": "ritui.cli.report",
    "export": "ritui.cli.export",
    "bundle": "ritui.cli.bundle",
    "sync": "ritui.cli.sync",
    "sources": "ritui.cli.sources",
    "paths": "ritui.cli.paths",
    "doctor": "ritui.cli.doctor",
}
"""Command to its module, imported when it is asked for.

A module has ``configure(parser)`` and ``run(context, arguments) -> int``; its words are
``command.<name>`` and ``option.<name>`` in the message files.
"""
