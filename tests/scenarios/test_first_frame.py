"""The first frame: drawn once, from few statements, by a program that loaded little else."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from ritui.paths import find_paths
from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

SPY = """
import json, sqlite3, sys
told = {"frames": [], "statements": [], "opened": []}
watching = True

def audit(event, arguments):
    if watching and event == "open" and isinstance(arguments[0], str):
        told["opened"].append(arguments[0])

def connect(*arguments, **settings):
    connection = real_connect(*arguments, **settings)
    connection.set_trace_callback(told["statements"].append)
    return connection

sys.addaudithook(audit)
real_connect, sqlite3.connect = sqlite3.connect, connect
from ritui.__main__ import run

class Finder:
    # Sees the app as soon as it is loaded, and changes nothing before.
    def find_spec(self, name, path=None, target=None):
        if name == "ritui.ui.run":
            sys.meta_path.remove(self)
            import ritui.ui.app as module
            watch(module.RituiApp)

def watch(app):
    real_display, real_settle = app._display, app._settle

    def display(self, screen, frame):
        if watching and frame is not None:
            lines = screen._compositor.render_strips()
            told["frames"].append([type(frame).__name__, "\\n".join(each.text for each in lines)])
        real_display(self, screen, frame)

    def settle(self):
        global watching
        watching = False
        told["modules"] = sorted(sys.modules)
        told["widgets"] = [type(each).__name__ for each in self.screen.walk_children()]
        real_settle(self)
        with open(sys.argv[1], "w") as file:
            json.dump(told, file)

    app._display, app._settle = display, settle

sys.meta_path.insert(0, Finder())
run([])
"""

UNUSED = {
    # The command line, which has no arguments to understand.
    "argparse", "gettext", "ritui.cli.parser", "ritui.cli.list",
    # Settings, which most readers have not written.
    "tomllib", "tomli_w", "ritui.config.reading", "ritui.config.writing", "ritui.config.rules",
    # What is not in a list: whole records, sources, other screens.
    "ritui.model.record", "ritui.model.normal", "ritui.model.source", "ritui.services.describe",
    "ritui.ui.screens.detail", "ritui.ui.screens.filter", "ritui.ui.screens.sources",
    # What searches, writes and fetches.
    "pyroaring", "msgspec", "httpx", "ritui.store.inverted", "ritui.store.writer",
    "ritui.store.suggest", "ritui.sources",
}  # fmt: skip


def started(home: Path, file: Path, size: tuple[int, int]) -> dict[str, Any]:
    """What the program did until its first frame was drawn."""
    command = (sys.executable, "-c", SPY, str(file))
    with Terminal(home, size=size, command=command) as terminal:
        terminal.sees("506 of 506")
        terminal.until(lambda: file.is_file() and file.stat().st_size > 0, "a report")
        terminal.settles()
    told: dict[str, Any] = json.loads(file.read_text())
    return told


@pytest.fixture
def told(home: Path, tmp_path: Path, size: tuple[int, int]) -> dict[str, Any]:
    """Of a reader who has written no settings."""
    shutil.rmtree(find_paths(str(home)).config)
    # The first start may have to look at what the program carries; this is about all others.
    started(home, tmp_path / "before", size)
    return started(home, tmp_path / "told", size)


def test_it_loads_what_it_shows(told: dict[str, Any]) -> None:
    assert "ritui.ui.screens.directory" in told["modules"]
    assert sorted(UNUSED & {*told["modules"]}) == []


def test_it_is_drawn_once_and_complete(told: dict[str, Any], size: tuple[int, int]) -> None:
    [(kind, text)] = told["frames"]
    assert kind == "LayoutUpdate", "the whole screen at once"
    for shown in ("506 of 506", "─ Name ──", "? help", "4th EU-LAC Joint Call"):
        assert shown in text
    if size[0] == 120:
        assert "─ Narrow ──" in text
        assert "infrastructure    443" in text
    # They would cost a frame's time, and nothing here has any.
    assert "Tooltip" not in told["widgets"]


def test_it_reads_no_file_of_the_directory_that_comes_with_the_program(
    told: dict[str, Any],
) -> None:
    assert any(path.endswith("en.toml") for path in told["opened"])
    assert not [path for path in told["opened"] if "directory" in path and path.endswith(".toml")]


def test_it_asks_the_cache_little_and_changes_nothing(told: dict[str, Any]) -> None:
    rows = [each for each in told["statements"] if each.startswith("SELECT row ")]
    others = [each for each in told["statements"] if each not in rows]
    assert 0 < len(rows) <= 128, "the rows of two blocks"
    assert len(others) <= 40, others
    assert not [each for each in others if each.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
