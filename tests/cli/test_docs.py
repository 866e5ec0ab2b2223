"""The documentation's tables say what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ritui import errors
from ritui.cli import COMMANDS, crash, misuse
from ritui.cli.changes import COLUMNS as CHANGES_COLUMNS
from ritui.cli.dispatch import parser_of
from ritui.cli.help import spelled
from ritui.cli.list import COLUMNS as LIST_COLUMNS
from ritui.cli.map import COLUMNS as MAP_COLUMNS
from ritui.cli.parser import FORMATS
from ritui.cli.sources import COLUMNS as SOURCES_COLUMNS
from ritui.cli.sync import COLUMNS as SYNC_COLUMNS
from ritui.cli.timeline import COLUMNS as TIMELINE_COLUMNS
from ritui.errors import RituiError
from ritui.i18n import Messages
from ritui.model.facet import BY_KEY
from ritui.model.query import FLAGS, QUERY_KEYS, SORTS
from ritui.model.record import KEYS
from ritui.resources import assets
from ritui.services import export
from ritui.services.landscape import COLUMNS as STATS_COLUMNS
from tests.loopback import SHIPPED

DOCS = assets().parent / "docs"


def section(page: str, title: str) -> str:
    """The text under a title, up to the next title of any level."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no section {title}"
    return found[1]


def rows(text: str) -> Iterator[list[str]]:
    """The rows of the tables in a text, without titles."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    for place, line in enumerate(lines):
        ruled = line.startswith("| ---")
        titles = place + 1 < len(lines) and lines[place + 1].startswith("| ---")
        if not ruled and not titles:
            cells = re.split(r"(?<!\\)\|", line.strip("|"))
            yield [cell.strip().replace("\\|", "|") for cell in cells]


def first_words(text: str) -> list[str]:
    return [row[0].strip("`") for row in rows(text)]


def all_errors(of: type[RituiError] = RituiError) -> Iterator[type[RituiError]]:
    for each in of.__subclasses__():
        yield each
        yield from all_errors(each)


def test_options_of_every_command() -> None:
    parser, _ = parser_of("")
    listed = first_words(section("commands.md", "Options of every command"))
    assert listed == [spelled(action) for action in parser.everywhere]


def test_commands() -> None:
    listed = [word.split()[0] for word in first_words(section("commands.md", "Commands"))]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_options_of_a_command(command: str) -> None:
    parser, _ = parser_of(command)
    listed = [word for word in first_words(section("commands.md", command)) if word[0] == "-"]
    assert listed == [spelled(action) for action in parser.own]


def test_forms() -> None:
    assert tuple(first_words(section("commands.md", "Forms"))) == FORMATS
    formats = [word for word in first_words(section("commands.md", "export")) if word[0] != "-"]
    assert formats == list(export.FORMATS)


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        ("list", LIST_COLUMNS),
        ("timeline", TIMELINE_COLUMNS),
        ("changes", CHANGES_COLUMNS),
        ("stats", STATS_COLUMNS),
        ("map", MAP_COLUMNS),
        ("sync", SYNC_COLUMNS),
        ("sources", SOURCES_COLUMNS),
    ],
)
def test_columns(command: str, columns: tuple[str, ...]) -> None:
    assert f"`{' '.join(columns)}`" in section("commands.md", command)


def test_keys_of_a_record() -> None:
    text = section("commands.md", "One record, as JSON")
    block = text.split("```")[1]
    assert tuple(block.split()) == KEYS
    explained = [key for row in rows(text) for key in re.findall(r"`(\w+)`", row[0])]
    assert set(explained) <= set(KEYS)


def test_exit_codes() -> None:
    # Made known to the tree of errors by being imported.
    assert misuse.Misuse.exit_code == 2
    known = {each.exit_code for each in all_errors()} | {0, crash.EXIT_CODE, 130}
    assert errors.RituiError.exit_code == crash.EXIT_CODE
    listed = [int(code) for code in first_words(section("commands.md", "Exit codes"))]
    assert listed == sorted(known)


def test_every_error_has_words() -> None:
    say = Messages()
    for each in all_errors():
        if each.key != RituiError.key:
            assert {f"{each.key}.what", f"{each.key}.remedy"} <= say.keys(), each


def test_every_command_and_option_has_words() -> None:
    say = Messages()
    for command in COMMANDS:
        assert say(f"command.{command}")
        parser, _ = parser_of(command)
        for action in parser.declared:
            name = action.option_strings[0].removeprefix("--")
            assert {f"option.{name}", f"option.{command}.{name}"} & say.keys(), (command, name)


def test_sources_that_come_with_the_program() -> None:
    table = rows(section("sources.md", "What comes with ritui"))
    listed = [(row[0].strip("`"), row[2]) for row in table]
    assert listed == [(each["id"], "yes" if each["enabled"] else "no") for each in SHIPPED]


def test_query_keys() -> None:
    assert first_words(section("queries.md", "Keys")) == list(QUERY_KEYS)


def test_query_values() -> None:
    closed = {facet.key: facet.vocabulary for facet in BY_KEY.values() if facet.vocabulary}
    expected = {**closed, "is": FLAGS, "sort": SORTS}
    listed = {row[0].strip("`"): tuple(re.findall(r"`([^`]+)`", row[1]))
              for row in rows(section("queries.md", "Values"))}  # fmt: skip
    assert listed == expected


def test_pages_name_no_machine() -> None:
    for page in ("commands.md", "queries.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        assert not re.search(r"/(?:home|root|work|tmp)/", text)
