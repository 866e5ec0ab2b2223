"""Kinds of other packages: found by what is installed, loaded when a source is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ritui.paths import find_paths
from tests.loopback import settle

MODULE = """
from ritui.model.claim import Claim
from ritui.sources.base import Page

class Lab:
    licence = "CC0-1.0"

    @staticmethod
    def check(source):
        pass

    @staticmethod
    async def pages(source, door):
        name = source.options["lab"]
        yield Page((Claim(source.id, "1", {"id": "a-lab", "kind": "network", "name": name}),))
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder in which another package is installed."""
    (tmp_path / "labkind.py").write_text(MODULE)
    (tmp_path / "loud.py").write_text("raise SystemError('should not be loaded')")
    info = tmp_path / "labkind-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: labkind\nVersion: 1.0\n")
    points = "[ritui.sources]\nlab = labkind:Lab\nloud = loud:Loud\ngone = nowhere:Kind\n"
    # Nobody takes the place of one of ours.
    (info / "entry_points.txt").write_text(points + "csv = loud:Loud\n")
    return tmp_path


def ritui(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from ritui.__main__ import main; main()"
    )
    home = ("--home", str(folder / "home"))
    return subprocess.run(
        [sys.executable, "-c", code, str(folder), *home, *arguments],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_kind_of_another_package_is_asked_like_ours(elsewhere: Path) -> None:
    table = '[[source]]\nid = "{0}"\nkind = "{0}"\nlab = "Their Lab"\n'
    settle(find_paths(str(elsewhere / "home")), table.format("lab"))
    done = ritui(elsewhere, "sync", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["sources"][0]["added"] == 1
    found = json.loads(ritui(elsewhere, "show", "a-lab", "--json").stdout)
    assert (found["name"], found["provenance"][0]["source"]) == ("Their Lab", "lab")
    kinds = json.loads(ritui(elsewhere, "sources", "kinds", "--json").stdout)["kinds"]
    assert {"lab", "loud", "csv"} <= {each["kind"] for each in kinds}
    assert next(each["gives"] for each in kinds if each["kind"] == "lab").endswith(
        "labkind:Lab reads"
    )


def test_one_that_cannot_be_loaded_fails_alone(elsewhere: Path) -> None:
    table = '[[source]]\nid = "{0}"\nkind = "{0}"\nlab = "Their Lab"\n'
    settle(find_paths(str(elsewhere / "home")), table.format("gone") + table.format("lab"))
    done = ritui(elsewhere, "sync", "--json")
    assert done.returncode == 3
    states = {each["id"]: each["state"] for each in json.loads(done.stdout)["sources"]}
    assert states == {"gone": "failed", "lab": "ok"}
    assert "gone" in done.stderr
