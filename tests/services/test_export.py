"""Tables and objects: read by the programs they are for; and what holds of every format."""

from __future__ import annotations

import csv
import io
import json
import sqlite3

import geojson
import pytest

from ritui.i18n import Messages
from ritui.model.record import KEYS
from ritui.model.shelf import Kept
from ritui.services.export import FORMATS, format_of
from ritui.services.export.shelved import remembered
from tests.services.selections import (
    ENEMY,
    EVENTS,
    QUIET,
    hostile_selection,
    selection,
    texts,
    written,
)

NOTES = {"sol": "Ask for\nbeam time"}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_selection_gives_the_same_bytes(form: str) -> None:
    first = written(form, hostile_selection())
    assert first == written(form, hostile_selection())
    assert first.endswith("\n")
    assert not any(character in first for character in "\x1b\x00")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_licences_and_sources(form: str) -> None:
    text = written(form, selection(QUIET, events=EVENTS[:1])).replace("\r\n ", "")
    assert "ritui" in text or form in {"csv", "jsonl"}
    if form == "ics":
        assert "ritui directory: CC-BY-4.0" in text
    else:
        assert all(named in text for named in ("CC0-1.0", "public domain", "ROR", "a leaflet"))


@pytest.mark.parametrize("form", [each for each in FORMATS if each != "ics"])
def test_notes_leave_only_when_they_are_asked_for(form: str) -> None:
    assert "beam time" not in written(form, selection(QUIET))
    assert "beam time" in written(form, selection(QUIET, notes=NOTES))


def test_a_file_name_says_its_format() -> None:
    told = {name: format_of(f"x/Y.{ending.upper()}") for name, form in FORMATS.items()
            for ending in (form.endings[0][1:],)}  # fmt: skip
    assert told == {name: name for name in FORMATS}
    assert (format_of("x"), format_of("csv"), format_of("a.txt")) == ("", "", "")


def test_csv_goes_into_a_database() -> None:
    rows = [*csv.reader(io.StringIO(written("csv", hostile_selection()), newline=""), strict=True)]
    columns = [*(key for key in KEYS if key != "provenance"), "licence", "sources", "note"]
    assert rows[0] == columns
    with sqlite3.connect(":memory:") as base:
        base.execute(f"CREATE TABLE record ({', '.join(columns)})")
        base.executemany(f"INSERT INTO record VALUES ({', '.join('?' * len(columns))})", rows[1:])
        found = base.execute("SELECT name, note, licence FROM record ORDER BY id").fetchall()
    base.close()
    for text, cells in zip(ENEMY, found, strict=True):
        expected = f"'{text}" if text.startswith("=") else text
        assert set(cells) == {expected}


def test_json_and_lines_have_notes_as_a_last_key() -> None:
    whole = json.loads(written("json", selection(QUIET, notes=NOTES, title="Mine")))
    assert (whole["title"], whole["query"]) == ("Mine", 'area:energy "a `b`"')
    [line] = written("jsonl", selection(QUIET, notes=NOTES)).splitlines()
    assert [json.loads(line)] == whole["records"] == [{**QUIET, "note": "Ask for\nbeam time"}]
    assert list(whole["records"][0])[-1] == "note"
    assert json.loads(written("jsonl", selection(QUIET, notes={"else": "x"}))) == QUIET


def test_geojson_is_valid() -> None:
    found = geojson.loads(written("geojson", selection(QUIET, {"id": "x", "name": "y"})))
    assert isinstance(found, geojson.FeatureCollection)
    assert found.is_valid, found.errors()
    here, nowhere = found["features"]
    assert here["geometry"] == geojson.Point((-2.36, 37.09))
    assert nowhere["geometry"] is None
    enemy = geojson.loads(written("geojson", hostile_selection()))
    assert {*ENEMY} <= {*texts(enemy)}


def test_what_the_directory_lost_is_told_from_the_shelf() -> None:
    known = {"country": "UY", "website": "https://example.org/"}
    gone = remembered(Kept("gone", "Gone", ("shortlist",), known=known), Messages())
    assert [*gone] == ["id", "name", "country", "website", "caveats", "provenance"]
    assert gone["provenance"][0]["fields"] == [*gone][:-1]
    for form in FORMATS:
        text = written(form, selection(gone, events=EVENTS[:1]))
        assert form == "ics" or "Not in the directory any more" in text
