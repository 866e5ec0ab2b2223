"""What ``--help`` prints, made of the declarations and the message files."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from ritui.cli import COMMANDS
from ritui.cli.context import Context
from ritui.cli.output import Output
from ritui.cli.parser import Parser
from ritui.i18n import Messages
from ritui.text import width, wrap

_LEFT = 26
"""Cells for what is explained; the explanation stands beside it."""


def print_help(context: Context, parser: Parser) -> None:
    """Print what a command does and understands; without a command, what there is."""
    say, output = context.say, context.output
    cells = min(output.width, 100)
    indent = ""
    for line in wrap(f"{say('help.usage')}: {usage_of(parser)}", cells - 2):
        output.line(indent + line)
        indent = "  "
    output.line()
    for line in wrap(say(f"command.{parser.command or 'ritui'}"), cells):
        output.line(line)
    if not parser.command:
        commands = ((name, say(f"command.{name}")) for name in COMMANDS)
        _print_explained(output, say("help.commands"), commands, cells)
    else:
        own = ((spelled(each), explained(each, parser, say)) for each in parser.own)
        _print_explained(output, say("help.options"), own, cells)
    everywhere = ((spelled(each), explained(each, parser, say)) for each in parser.everywhere)
    _print_explained(output, say("help.everywhere"), everywhere, cells)
    if not parser.command:
        output.line()
        output.line(say("help.more"))


def usage_of(parser: Parser) -> str:
    """The form of a command: ``ritui show ID... [OPTIONS]``."""
    if not parser.command:
        return "ritui [OPTIONS] [COMMAND ...]"
    words = parser.metavar if parser.least or not parser.metavar else f"[{parser.metavar}]"
    return " ".join(part for part in (parser.prog, words, "[OPTIONS]") if part)


def spelled(action: argparse.Action) -> str:
    """An option as it is typed, short form first."""
    flags = ", ".join(sorted(action.option_strings, key=len))
    return flags if action.nargs == 0 else f"{flags} {action.metavar}"


def explained(action: argparse.Action, parser: Parser, say: Messages) -> str:
    """What an option does: ``option.<command>.<name>``, or ``option.<name>`` for all."""
    name = action.option_strings[0].removeprefix("--")
    return say.get(f"option.{parser.command}.{name}", "") or say(f"option.{name}")


def _print_explained(
    output: Output, title: str, pairs: Iterable[tuple[str, str]], cells: int
) -> None:
    listed = list(pairs)
    if not listed:
        return
    output.line()
    output.line(f"{title}:")
    for left, right in listed:
        lines = wrap(right, max(cells - _LEFT - 4, 20))
        if width(left) > _LEFT:
            output.line(f"  {left}")
            left = ""
        for line in lines:
            output.line(f"  {left.ljust(_LEFT)}  {line}".rstrip())
            left = ""
