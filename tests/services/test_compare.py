"""Comparing: all that the detail says, side by side, and what differs is known to differ."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ritui.i18n import Messages
from ritui.model.record import Record, from_json, to_json
from ritui.paths import find_paths
from ritui.services.compare import DIFFERS, as_csv, as_lines, as_markdown, compare, differences
from ritui.services.copied import Chosen, chosen
from ritui.services.describe import describe
from ritui.services.library import Library, open_library
from ritui.text import width
from tests.services.selections import ENEMY, QUIET

SAY = Messages()
IDS = ["alma", "eso", "risc2", "cyfronet"]


def of(*records: Record) -> Chosen:
    return Chosen(records, {}, "")


def record(id_: str = "x", **values: object) -> Record:
    return from_json({"id": id_, "kind": "network", "name": id_, **values})


@pytest.fixture(scope="module")
def library(warm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = shutil.copytree(warm, tmp_path_factory.mktemp("compare") / "home")
    opened, _ = open_library(find_paths(str(home)))
    yield opened
    opened.close()


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_everything_the_detail_says_is_in_the_table(library: Library, language: str) -> None:
    say = Messages(language)
    found = chosen(library.catalog, IDS, say)
    table = compare(found, say)
    assert table.ids == tuple(IDS)
    for place, each in enumerate(found.records):
        assert table.names[place] == each.called(language)
        cells = {(row.section, row.label): row.cells[place].split("\n") for row in table.rows}
        keys = list(cells)
        before = -1
        for section in describe(each, say, found.names):
            for item in section.items:
                if item.text == say("card.not-stated"):
                    continue
                key = (section.key, item.label or say(f"section.{section.key}"))
                assert item.text in "\n".join(cells[key]), key
                # In the order of the detail, section by section.
            first = next((n for n, key in enumerate(keys) if key[0] == section.key), before)
            assert first >= before
            before = first


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ({"city": "Faro"}, {"city": "Faro"}, False),
        ({"city": "Faro"}, {"city": "FARO "}, False),
        ({"city": "São Paulo"}, {"city": "Sao Paulo"}, False),
        ({"city": "Faro"}, {"city": "Lagos"}, True),
        ({"city": "Faro"}, {}, True),
        ({"partners": ["A", "B"]}, {"partners": ["B", "A"]}, False),
        ({"partners": ["A", "B"]}, {"partners": ["A"]}, True),
        ({"website": "https://x.example/"}, {"website": "https://x.example"}, False),
    ],
)
def test_what_differs(one: dict[str, object], other: dict[str, object], differs: bool) -> None:
    table = compare(of(record("x", **one), record("x", **other)), SAY)
    assert bool(table.differing) == differs


def test_rows_keep_their_order_whoever_states_them() -> None:
    one = record(
        "one", legal="ERIC", ended=2001, links=[{"rel": "news", "url": "https://n.example"}]
    )
    two = record("two", host="H", established=1990, website="https://w.example")
    labels = [row.label for row in compare(of(one, two), SAY).rows]
    assert labels == ["Kind", "Established", "Ended", "Host", "Legal form", "Website", "news",
                      "ritui"]  # fmt: skip
    assert labels == [row.label for row in compare(of(two, one), SAY).rows]


def test_the_values_as_they_are(library: Library) -> None:
    records = chosen(library.catalog, ["alma", "eso"], SAY).records
    told = differences(records)
    assert told["ids"] == ["alma", "eso"]
    for field in told["fields"]:
        values = {each.id: to_json(each).get(field["field"]) for each in records}
        assert field["values"] == {id_: value for id_, value in values.items() if value is not None}
        assert field["differs"] == (values["alma"] != values["eso"])
    stated = {key for each in records for key in to_json(each)}
    assert {field["field"] for field in told["fields"]} == stated


def test_as_csv_and_markdown(library: Library) -> None:
    table = compare(chosen(library.catalog, ["alma", "eso"], SAY), SAY)
    [titles, *rows] = csv.reader(io.StringIO(as_csv(table)))
    assert titles == ["section", "field", "differs", "alma", "eso"]
    assert [(row[0], row[1], row[2] == DIFFERS) for row in rows] == [
        (row.section, row.label, row.differs) for row in table.rows
    ]
    assert len(list(csv.reader(io.StringIO(as_csv(table, only_differing=True))))) == 1 + len(
        table.differing
    )
    lines = as_markdown(table, SAY).splitlines()
    assert len(lines) == 2 + len(table.rows)
    assert "(alma)" in lines[0]
    assert all(line.startswith("| ") for line in lines)
    assert len(as_markdown(table, SAY, only_differing=True).splitlines()) == 2 + len(
        table.differing
    )


@pytest.mark.parametrize("text", ENEMY)
def test_what_an_enemy_wrote_stays_in_its_cell(text: str) -> None:
    table = compare(of(record("x", host=text, details=[text]), from_json(QUIET)), SAY)
    rows = list(csv.reader(io.StringIO(as_csv(table))))
    assert {len(row) for row in rows} == {5}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    lines = as_markdown(table, SAY).splitlines()
    assert len(lines) == 2 + len(table.rows)
    assert "<script>" not in "".join(lines)


@pytest.mark.parametrize("across", [40, 80, 120, 200])
def test_lines_fit(library: Library, across: int) -> None:
    table = compare(chosen(library.catalog, IDS[: 2 if across < 80 else 4], SAY), SAY)
    lines = list(as_lines(table, across))
    assert all(width(line) <= across for line in lines)
    assert sum(line.startswith(f"{DIFFERS} ") for line in lines) == len(table.differing)
