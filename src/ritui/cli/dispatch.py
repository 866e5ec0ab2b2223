"""From the arguments of the process to the command that answers them."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from ritui import __version__
from ritui.cli import COMMANDS
from ritui.cli.context import Context, value_of, wished_language
from ritui.cli.output import Output
from ritui.errors import RituiError, StoreDamaged
from ritui.i18n import choose_language, offered_languages
from ritui.paths import Paths, find_paths
from ritui.text import nearest

if TYPE_CHECKING:
    import argparse

    from ritui.cli.parser import Parser

_DEFAULT: Final = "list"
"""The command that answers where no app can be shown."""
_WITHOUT_SETTINGS: Final = frozenset({"paths", "doctor"})
"""Commands that work, and help, while the settings are wrong."""


def main(arguments: Sequence[str]) -> int:
    """Answer the arguments; what was foreseen to fail is said on standard error.

    Returns:
        The exit code.
    """
    language = choose_language(*wished_language(arguments))
    context = Context(Paths(*[Path()] * 3), language, Output(sys.stdout), sys.stderr)
    try:
        context.paths = _paths(arguments)
        _choose_language(context, arguments)
        return _answer(context, arguments)
    except RituiError as error:
        return context.complain(error)
    finally:
        context.close()


def parser_of(command: str) -> tuple[Parser, ModuleType]:
    """The parser of a command and its module; without a command, those of the default one."""
    from ritui.cli.parser import Parser

    module = import_module(COMMANDS[command or _DEFAULT])
    parser = Parser(command)
    module.configure(parser)
    if not command:
        parser.words("")
        parser.takes_query = False
    return parser, module


def _answer(context: Context, arguments: Sequence[str]) -> int:
    if not arguments and _has_screen(context):
        # As it is started nearly always: there is nothing to understand first.
        return _start_app(context)
    before, command, after = _parted(arguments)
    if command and command not in COMMANDS:
        from ritui.cli.misuse import UnknownCommand

        raise UnknownCommand(command, nearest(command, COMMANDS))
    parser, module = parser_of(command)
    options = parser.read([*before, *after])
    context.offline = options.offline
    if options.help:
        from ritui.cli.help import print_help

        print_help(context, parser)
        context.output.release()
        return 0
    if options.version:
        context.output.line(f"ritui {__version__}")
        context.output.release()
        return 0
    if not command and _has_screen(context) and not _is_list(parser, options):
        return _start_app(context, options.theme, mouse=not options.no_mouse, lean=options.lean)
    if command not in _WITHOUT_SETTINGS:
        code = _refuse_settings(context)
        if code:
            return code
    return _run(context, module, options)


def _run(context: Context, module: ModuleType, options: argparse.Namespace) -> int:
    """Run a command, and once again if it found the cache damaged on its way."""
    try:
        code = int(module.run(context, options))
    except StoreDamaged as damage:
        if not context.recover(damage):
            raise
        code = int(module.run(context, options))
    context.output.release()
    return code


def _parted(arguments: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """The options before the command, the command or nothing, and what follows it."""
    if arguments and not arguments[0].startswith("-"):
        return [], arguments[0], [*arguments[1:]]
    parser, _ = parser_of("")
    valued = {flag for action in parser.declared if action.nargs != 0
              for flag in action.option_strings}  # fmt: skip
    place = 0
    while place < len(arguments) and arguments[place].startswith("-"):
        if arguments[place] == "--":
            rest = arguments[place + 1 :]
            return [*arguments[:place]], rest[0] if rest else "", [*rest[1:]]
        place += 2 if arguments[place] in valued else 1
    if place >= len(arguments):
        return [*arguments], "", []
    return [*arguments[:place]], arguments[place], [*arguments[place + 1 :]]


def _paths(arguments: Sequence[str]) -> Paths:
    home = value_of(arguments, "--home") or os.environ.get("RITUI_HOME", "")
    try:
        return find_paths(home)
    except RuntimeError as error:
        from ritui.cli.misuse import ValueUnfit

        # A ``~name`` of nobody.
        raise ValueUnfit("--home", home, "DIR") from error


def _choose_language(context: Context, arguments: Sequence[str]) -> None:
    """Take the language that the settings or the reader wish, and say when there is none."""
    setting = context.settings.lang if context.has_settings else ""
    asked, setting, locale = wished_language(arguments, setting)
    if not asked:
        context.choose_language(choose_language(setting, locale))
        return
    # Asked for outright, a language is not replaced by the next best wish.
    language = choose_language(asked)
    context.choose_language(language)
    if not asked.lower().startswith(language) or language not in offered_languages():
        context.tell("ritui: " + context.say("notice.language-not-offered", language=asked))


def _refuse_settings(context: Context) -> int:
    """Say what is wrong in the settings; the exit code if it is more than superfluous."""
    if not context.has_settings:
        return 0
    for notice in context.config.notices:
        context.complain(notice)
    return max((context.complain(problem) for problem in context.config.problems), default=0)


def _is_list(parser: Parser, options: argparse.Namespace) -> bool:
    """Whether an option of the list was given."""
    return any(getattr(options, each.dest) != parser.get_default(each.dest) for each in parser.own)


def _has_screen(context: Context) -> bool:
    """Whether there is a terminal to draw on."""
    term = os.environ.get("TERM", "")
    drawable = term != "dumb" and (term != "" or os.name == "nt")
    return drawable and context.output.is_terminal and sys.stdin.isatty()


def _start_app(
    context: Context, theme: str | None = None, *, mouse: bool = True, lean: bool | None = None
) -> int:
    """Run the app. It starts with what it can honour of the settings, and shows what it cannot.

    Args:
        context: Where it was called.
        theme: As asked for; None leaves it to the settings.
        mouse: Whether it may listen to the mouse.
        lean: Whether few bytes are to be sent; None leaves it to the settings, then to the line.
    """
    from ritui.config import THEMES

    if theme is not None and theme not in THEMES:
        from ritui.cli.misuse import ValueUnfit

        raise ValueUnfit("--theme", theme, " | ".join(THEMES), nearest(theme, THEMES))
    # Textual reads its own variables when it is imported; only the environment of the contract
    # changes what this program does. A key is answered in two frames, its row and its record:
    # at Textual's own rate of 60 a second the second one comes late. Over a slow line what was
    # overtaken is better not sent.
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    lean = _is_lean(lean, context.settings.lean)
    os.environ["TEXTUAL_FPS"] = "30" if lean else "240"
    # What is imported and made before the first frame stays: collecting it only costs time.
    gc.disable()
    # Started from something that ignores it, the app would outlive its terminal, and never rest.
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

    from ritui.services.start import Start
    from ritui.ui.run import run_app

    return run_app(
        Start(
            paths=context.paths,
            language=context.language,
            offline=context.offline,
            theme=theme,
            mouse=context.settings.mouse and mouse,
            config=context.settings,
            lean=lean,
        )
    )


def _is_lean(*wishes: bool | None) -> bool:
    """Whether few bytes are to be sent: as asked, else as set, else where it is over ssh."""
    for wish in wishes:
        if wish is not None:
            return wish
    return any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
