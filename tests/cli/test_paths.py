"""``ritui paths``: where things are, without making them."""

from __future__ import annotations

import json
from pathlib import Path

from ritui.resources import assets
from tests.conftest import Program


def test_paths_under_a_home(fresh_ritui: Program) -> None:
    found = json.loads(fresh_ritui("paths", "--json").stdout)
    assert found == {
        "config": str(fresh_ritui.paths.config),
        "cache": str(fresh_ritui.paths.cache),
        "data": str(fresh_ritui.paths.data),
        "settings": str(fresh_ritui.paths.settings_file),
        "store": str(fresh_ritui.paths.store_file),
        "shelf": str(fresh_ritui.paths.shelf_file),
        "log": str(fresh_ritui.paths.log_file),
        "assets": str(assets()),
    }
    assert not fresh_ritui.home.exists()
    lines = fresh_ritui("paths").stdout.splitlines()
    assert dict(line.split("\t") for line in lines) == found


def test_an_option_wins_over_the_environment(fresh_ritui: Program, tmp_path: Path) -> None:
    done = fresh_ritui("--home", str(tmp_path / "other"), "paths", "--json")
    assert json.loads(done.stdout)["config"] == str(tmp_path / "other" / "config")


def test_without_a_home_the_system_says_where(fresh_ritui: Program, tmp_path: Path) -> None:
    done = fresh_ritui("paths", "--json", env={"RITUI_HOME": None, "HOME": str(tmp_path)})
    found = json.loads(done.stdout)
    for name in ("config", "cache", "data"):
        assert Path(found[name]).is_relative_to(tmp_path)
        assert Path(found[name]).name == "ritui"
