"""What commands load: neither the screen nor the network where neither is used."""

from __future__ import annotations

import json
import sys

import pytest

from tests.conftest import Program

HEAVY = ("textual", "rich", "httpx", "msgspec", "asyncio", "tomli_w", "importlib.metadata")
SPY = """
import atexit, json, sys
def tell():
    sys.__stderr__.write("LOADED" + json.dumps(sorted(sys.modules)))
atexit.register(tell)
from ritui.__main__ import main
main()
"""


def loaded(ritui: Program, *arguments: str) -> set[str]:
    done = ritui(*arguments, command=[sys.executable, "-c", SPY])
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stderr.rpartition("LOADED")[2])
    return set(modules)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["list", "solar", "country:ES", "--json"],
        ["show", "risc2"],
        ["facets", "area:energy"],
        ["match", "alma"],
        ["stats"],
        ["pilots", "hpc"],
        ["map"],
        ["timeline"],
        ["export"],
        ["export", "--format", "geojson"],
        ["sources"],
        ["sources", "show", "ror-celac"],
        ["sync"],
        ["paths"],
        ["--help"],
        ["list", "--help"],
        ["--version"],
        [],
    ],
)
def test_listing_is_light(ritui: Program, arguments: list[str]) -> None:
    assert not loaded(ritui, *arguments) & set(HEAVY)


def test_kinds_are_looked_for_in_what_is_installed_and_not_loaded(ritui: Program) -> None:
    assert loaded(ritui, "sources", "kinds") & set(HEAVY) == {"importlib.metadata"}


def test_doctor_asks_for_versions_and_nothing_more(ritui: Program) -> None:
    modules = loaded(ritui, "doctor")
    assert not modules & (set(HEAVY) - {"importlib.metadata"})


def test_listing_everything_needs_no_sets(ritui: Program) -> None:
    assert "pyroaring" not in loaded(ritui, "list", "--json")
    assert "csv" not in loaded(ritui, "list", "--json")


def test_the_version_needs_nothing(ritui: Program) -> None:
    modules = loaded(ritui, "--version")
    assert {name for name in modules if name.startswith("ritui")} == {"ritui", "ritui.__main__"}
    assert not modules & {"argparse", "pathlib", "re", "dataclasses", "typing", "sqlite3"} - set(
        loaded_bare()
    )


def loaded_bare() -> set[str]:
    import subprocess

    line = "import atexit, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, check=True)
    return set(json.loads(done.stdout))
