"""``ritui stats``: the same numbers in every form, and those of ``ritui list``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from ritui.services.landscape import COLUMNS, KEYS
from tests.conftest import Program


def test_counts_are_those_of_the_list(ritui: Program) -> None:
    found = json.loads(ritui("stats", "area:energy", "--json").stdout)
    assert list(found) == ["total", "by", "gaps"]
    assert list(found["by"]) == list(KEYS)
    assert found["total"] == len(ritui("list", "area:energy", "--format", "ids").stdout.split())
    spain = next(each for each in found["by"]["country"] if each["value"] == "ES")
    assert list(spain) == list(COLUMNS[1:])
    assert spain["label"] == "Spain"
    listed = ritui("list", "area:energy", "country:ES", "region:EU", "--format", "ids").stdout
    assert spain["EU"] == len(listed.split()) > 0
    decade = next(each for each in found["by"]["decade"] if each["value"] == "2010..2019")
    listed = ritui("list", "area:energy", "established:2010..2019", "--format", "ids").stdout
    assert decade["total"] == len(listed.split()) > 0


def test_gaps_are_named(ritui: Program) -> None:
    gaps = json.loads(ritui("stats", "--json", "--by", "area").stdout)["gaps"]
    assert list(gaps) == ["country", "area", "domain", "country_by_area"]
    assert all(set(gaps[key]) == {"EU", "LAC"} for key in gaps if key != "country_by_area")
    missing = gaps["country_by_area"]["energy"]["EU"]
    assert missing
    for code in missing:
        assert ritui("list", "area:energy", f"country:{code}").returncode == 1
    assert gaps["country"] == {"EU": [], "LAC": []}


def test_the_forms_say_the_same(ritui: Program) -> None:
    asked = ("stats", "solar", "--by", "type", "country")
    by = json.loads(ritui(*asked, "--json").stdout)["by"]
    assert list(by) == ["type", "country"]
    flat = [[key, *map(str, each.values())] for key, its in by.items() for each in its]
    table = [line.split("\t") for line in ritui(*asked).stdout.splitlines()]
    assert table == flat
    rows = list(csv.reader(io.StringIO(ritui(*asked, "--format", "csv").stdout)))
    assert rows == [list(COLUMNS), *flat]
    page = ritui(*asked, "--format", "md").stdout
    assert page.startswith(f"| {' | '.join(COLUMNS)} |\n| ---")
    assert "- EU member states 17 of 27: Belgium, Bulgaria," in page


def test_by_what_and_the_query_after_it(ritui: Program) -> None:
    one = ritui("stats", "solar", "--by", "area,decade", "--json").stdout
    assert ritui("stats", "--json", "--by", "area", "--by", "decade", "solar").stdout == one
    assert ritui("stats", "--json", "--by", "area", "decade", "solar").stdout == one
    done = ritui("stats", "--by", "aria")
    assert done.returncode == 2
    assert "Did you mean “area”?" in done.stderr
    assert not done.stdout


def test_nothing_found(ritui: Program) -> None:
    done = ritui("stats", "zzzz", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["total"] == 0
    assert {each["total"] for its in found["by"].values() for each in its} == {0}
    assert "zzzz" in done.stderr
    assert "Without any record" not in ritui("stats", "zzzz", "--format", "md").stdout


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_on_a_terminal_bars_fit(ritui: Program, columns: int) -> None:
    script = (
        "import sys; sys.stdout.isatty = lambda: True;"
        "sys.argv = ['ritui', '--lang', 'pt', 'stats', 'region:LAC,EU'];"
        "from ritui.__main__ import main; sys.exit(main())"
    )
    done = ritui(command=[*ritui.command[:1], "-c", script], env={"COLUMNS": str(columns)})
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert "biodiversidade e clima" in done.stdout or columns < 80
    assert "Estados da CELAC" in done.stdout
    (energy,) = [line for line in lines if line.startswith("energia ")][:1]
    assert [part for part in energy.split() if part.isdigit()] == ["26", "35", "0", "61"]
    assert ("█" in energy) is (columns > 60)
    assert "▌" in energy or columns > 60
