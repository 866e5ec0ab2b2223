"""``ritui map``: drawn on a terminal, printed elsewhere, and both say the same."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from ritui.cli.map import COLUMNS
from ritui.services.atlas import REGIONS
from tests.conftest import Program
from tests.terminal import Terminal


def printed(ritui: Program, *arguments: str) -> list[dict[str, Any]]:
    """The records that a run prints."""
    done = ritui("map", "--json", *arguments)
    found = json.loads(done.stdout)
    assert found["total"] == len(found["records"])
    records: list[dict[str, Any]] = found["records"]
    return records


def test_every_record_with_what_is_known_of_its_place(ritui: Program) -> None:
    found = printed(ritui)
    everything = json.loads(ritui("list", "--json").stdout)["records"]
    held = {record["id"]: record for record in everything}
    assert {record["id"] for record in found} == held.keys()
    for each in found:
        assert list(each) == [key for key in COLUMNS if key in each]
        record = held[each["id"]]
        assert each.get("lat") == record.get("lat")
        assert each.get("lon") == record.get("lon")
        has_country = "country" in record or bool(record.get("countries"))
        vague = "country" if has_country else "none"
        assert each["precision"] == ("point" if "lat" in record else vague)


def test_the_forms_say_the_same(ritui: Program) -> None:
    found = printed(ritui, "country:PE")
    lines = ritui("map", "country:PE").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == [each["id"] for each in found]
    assert {len(line.split("\t")) for line in lines} == {len(COLUMNS)}
    assert ritui("map", "country:PE", "--format", "ids").stdout.split() == [
        each["id"] for each in found
    ]
    rows = [*csv.reader(io.StringIO(ritui("map", "country:PE", "--format", "csv").stdout))]
    assert rows[0] == [*COLUMNS]
    assert len(rows) == len(found) + 1
    jsonl = ritui("map", "country:PE", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in jsonl] == found


@pytest.mark.parametrize("region", ["EU", "LAC"])
def test_the_records_of_a_region(ritui: Program, region: str) -> None:
    found = printed(ritui, "--region", region)
    everything = {each["id"] for each in printed(ritui)}
    assert {each["id"] for each in found} < everything
    for each in found:
        assert each["precision"] != "none"
        if "lat" in each:
            assert REGIONS[region].holds(each["lat"], each["lon"])


def test_nothing_and_mistakes(ritui: Program) -> None:
    done = ritui("map", "zzzz", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"total": 0, "records": []}
    assert done.stderr
    done = ritui("map", "--region", "EUU")
    assert done.returncode == 2
    assert "“EU”" in done.stderr


@pytest.mark.parametrize("columns", [80, 50])
def test_drawn_on_a_terminal(ritui: Program, columns: int) -> None:
    with Terminal(ritui.home, "map", size=(columns, 70)) as terminal:
        assert terminal.ends() == 0
        text = "\n".join(line.rstrip() for line in terminal.lines)
    assert "Latin America & Caribbean ·" in text
    assert "Europe ·" in text
    assert "● infrastructure" in text
    assert "451 points" in text
    assert sum("⠀" < character <= "⣿" for character in text) > 200
    assert ("│" in text) is (columns == 80)
