"""``ritui compare``: two to four records, in every form."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.conftest import Program
from tests.terminal import Terminal


def test_as_json_it_is_the_records_key_by_key(ritui: Program) -> None:
    told = json.loads(ritui("compare", "alma", "eso", "--json").stdout)
    records = {
        each["id"]: each for each in json.loads(ritui("show", "alma", "eso", "--json").stdout)
    }
    assert told["ids"] == ["alma", "eso"]
    for field in told["fields"]:
        stated = {id_: record[field["field"]] for id_, record in records.items()
                  if field["field"] in record}  # fmt: skip
        assert field["values"] == stated
        assert field["differs"] == (len({json.dumps(each) for each in stated.values()}) > 1
                                    or len(stated) < 2)  # fmt: skip
    assert {field["field"] for field in told["fields"]} == {
        key for r in records.values() for key in r
    }


def test_as_csv_markdown_and_lines(ritui: Program) -> None:
    rows = list(csv.reader(io.StringIO(ritui("compare", "alma", "eso", "--format", "csv").stdout)))
    assert rows[0] == ["section", "field", "differs", "alma", "eso"]
    city = next(row for row in rows if row[:2] == ["where", "Where"])
    assert city == ["where", "Where", "≠", "San Pedro de Atacama (Chajnantor), Chile",
                    "Garching, Germany"]  # fmt: skip
    page = ritui("compare", "alma", "eso", "--format", "md").stdout.splitlines()
    assert len(page) == len(rows) + 1
    assert "| ≠ | Where | San Pedro de Atacama (Chajnantor), Chile | Garching, Germany |" in page
    lines = ritui("compare", "alma", "eso").stdout.splitlines()
    assert "\t".join(["where", "Where", "≠", *city[3:]]) in lines
    assert all(line.count("\t") == 4 for line in lines)


def test_on_a_terminal_the_columns_fit(ritui: Program) -> None:
    with Terminal(ritui.home, "compare", "alma", "eso", "risc2", size=(90, 120)) as terminal:
        terminal.sees("≠ Where", "Garching, Germany", "project")
        assert terminal.ends() == 0
        kind = next(line for line in terminal.lines if "Kind" in line)
        assert kind.split() == ["≠", "Kind", "infrastructure", "infrastructure", "project"]


def test_how_many_there_may_be(ritui: Program) -> None:
    done = ritui("compare", "alma")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ID ID [ID [ID]]" in done.stderr
    same = ritui("compare", "alma", "ALMA")
    assert same.returncode == 2
    done = ritui("compare", "alma", "eso", "risc2", "cyfronet", "paranal", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["ids"] == ["alma", "eso", "risc2", "cyfronet"]
    assert "first 4 of 5" in done.stderr


def test_one_that_is_not_found_is_named(ritui: Program) -> None:
    done = ritui("compare", "alma", "almma", "eso", "--json")
    assert done.returncode == 1
    assert "“almma”" in done.stderr
    assert json.loads(done.stdout)["ids"] == ["alma", "eso"]
    done = ritui("compare", "alma", "almma")
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(("language", "word"), [("es", "Sitio web"), ("pt", "Site")])
def test_in_the_readers_words(ritui: Program, language: str, word: str) -> None:
    assert word in ritui("compare", "alma", "eso", "--lang", language).stdout
