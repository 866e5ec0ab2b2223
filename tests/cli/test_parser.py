"""Options and words: where they may stand, and what is said about the wrong ones."""

from __future__ import annotations

import json

import pytest

from ritui import __version__
from ritui.cli import COMMANDS
from ritui.cli.dispatch import parser_of
from tests.conftest import Program


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["list", "--version"],
        ["--lang", "en", "--version"],
        ["--version", "--home", "/dev/null/nowhere"],
    ],
)
def test_the_version(ritui: Program, arguments: list[str]) -> None:
    done = ritui(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"ritui {__version__}\n", "")


def test_options_may_stand_anywhere(ritui: Program) -> None:
    expected = ritui("list", "kind:pilot", "--json").stdout
    home = str(ritui.home)
    for arguments in (
        ["--home", home, "list", "kind:pilot", "--json"],
        ["list", "--json", "kind:pilot", f"--home={home}"],
        ["--json", "--offline", "--home", home, "list", "kind:pilot"],
        ["--format", "json", "list", "kind:pilot", "--no-mouse", "--theme", "dark"],
        ["--no-lean", "list", "kind:pilot", "--lean", "--json", "--home", home],
    ):
        assert ritui(*arguments, env={"RITUI_HOME": None}).stdout == expected, arguments


def test_without_a_command_and_without_a_terminal_it_lists(ritui: Program) -> None:
    assert ritui().stdout == ritui("list").stdout
    assert json.loads(ritui("--json").stdout)["total"] == 506
    assert len(ritui("--limit", "2").stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lsit"], "“list”"),
        (["shwo", "x"], "“show”"),
        (["list", "--josn"], "“--json”"),
        (["--ofline", "list"], "“--offline”"),
        (["--laen", "list"], "“--lean”"),
        (["list", "--no-laen"], "“--no-lean”"),
        (["list", "--lean=yes"], "--lean"),
        (["list", "--format", "jsn"], "“json”"),
        (["facets", "--facet", "contry"], "“country”"),
        (["list", "--limit"], "--limit N"),
        (["list", "--limit", "-5"], "--limit"),
        (["list", "--limit", "many"], "--limit"),
        (["list", "--json=yes"], "--json"),
        (["show"], "ID..."),
        (["show", "-x"], "-x"),
        (["paths", "here"], "here"),
        (["timeline", "--since", "yesterday"], "YYYY-MM-DD"),
        (["timeline", "--since", "2023-02-30"], "YYYY-MM-DD"),
        (["sources", "shwo", "x"], "“show”"),
        (["sources", "show"], "ID"),
        (["sources", "show", "ror-celc"], "“ror-celac”"),
        (["sync", "ror-celc"], "“ror-celac”"),
        (["--home", "~nobody-of-this-name/x", "paths"], "--home"),
    ],
)
def test_misuse_is_explained(ritui: Program, arguments: list[str], said: str) -> None:
    done = ritui(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_explains_every_option(ritui: Program, command: str) -> None:
    done = ritui(*([command] if command else []), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    parser, _ = parser_of(command)
    shown = parser.everywhere if not command else parser.declared
    for action in shown:
        assert all(flag in done.stdout for flag in action.option_strings)
    assert max(len(line) for line in done.stdout.splitlines()) <= 100


def test_help_names_every_command(ritui: Program) -> None:
    words = ritui("--help").stdout.split()
    assert set(COMMANDS) <= set(words)


def test_a_language_without_messages_is_said_once(ritui: Program) -> None:
    for arguments, environment in (
        (["--lang", "fr", "list", "--limit", "1"], {}),
        (["list", "--limit", "1"], {"RITUI_LANG": "fr_FR.UTF-8"}),
    ):
        done = ritui(*arguments, env=environment)
        assert done.returncode == 0
        assert len(done.stderr.splitlines()) == 1
        assert "fr" in done.stderr


def test_the_locale_is_only_a_hint(ritui: Program) -> None:
    done = ritui("list", "--limit", "1", env={"LANG": "fr_FR.UTF-8", "LC_ALL": "de_DE"})
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_script_is_the_same(ritui: Program) -> None:
    import sys
    from pathlib import Path

    script = Path(sys.executable).with_name("ritui")
    if not script.exists():
        pytest.skip("ritui is not installed beside this Python, so there is no script")
    assert ritui("list", command=[str(script)]).stdout == ritui("list").stdout
