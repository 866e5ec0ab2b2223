"""``ritui match``: candidates of one record, pairs of several, and every point told."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from ritui.cli.match import COLUMNS, PAIR_COLUMNS
from ritui.services.likeness import WEIGHTS
from tests.cli.test_docs import rows, section
from tests.conftest import Program


def found(ritui: Program, *arguments: str) -> Any:
    done = ritui("match", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_forms_say_the_same(ritui: Program) -> None:
    answer = found(ritui, "SIRIUS", "--limit", "4")
    assert list(answer) == ["id", "candidates"]
    assert answer["id"] == "sirius"
    candidates = answer["candidates"]
    for each in candidates:
        keys = ["id", "name", "region", "country", "score", "reasons", "gaps"]
        assert list(each) == keys
        assert each["score"] == sum(reason["points"] for reason in each["reasons"])
        assert all(list(reason) == ["reason", "values", "points"] for reason in each["reasons"])
        assert all(list(gap) == ["gap", "of"] for gap in each["gaps"])
    lines = ritui("match", "sirius", "--limit", "4", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == candidates
    ids = ritui("match", "sirius", "--limit", "4", "--format", "ids").stdout.split()
    assert ids == [each["id"] for each in candidates]
    text = ritui("match", "sirius", "--limit", "4", "--format", "csv").stdout
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in table] == ids
    assert tuple(table[0]) == COLUMNS
    assert table[0]["reasons"].startswith("fields ")


def test_pairs_of_several_of_a_query_and_of_the_shelf(ritui: Program) -> None:
    pairs = found(ritui, "sirius", "alba")["pairs"]
    assert [(pair["one"]["id"], pair["other"]["id"]) for pair in pairs] == [("sirius", "alba")]
    asked = found(ritui, "--query", "id:sirius,alba")
    assert asked == {"total": 1, "pairs": pairs}
    assert ritui("match", "--shelf").returncode == 1
    shelf = ritui.paths.shelf_file
    shelf.parent.mkdir(parents=True, exist_ok=True)
    shelf.write_text(
        "\n".join(
            f'[[record]]\nid = "{id_}"\nname = "x"\nlists = ["shortlist"]\n'
            for id_ in ("sirius", "alba")
        ),
        "utf-8",
    )
    assert found(ritui, "--shelf")["pairs"] == pairs
    text = ritui("match", "sirius", "alba", "--format", "csv").stdout
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert tuple(row) == PAIR_COLUMNS


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "--shelf"),
        (("nobody",), 1, "nobody"),
        (("--query", "nothing-at-all"), 1, "nothing-at-all"),
        (("sirius", "--limit", "0"), 1, ""),
        (("sirius", "lnls", "--limit", "0"), 1, ""),
    ],
)
def test_none_is_said(ritui: Program, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = ritui("match", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr


def test_the_page_tells_every_weight() -> None:
    listed = [row for row in rows(section("commands.md", "match")) if row[1].isdigit()]
    told = [[f"`{weight.key}`", str(weight.most), weight.why] for weight in WEIGHTS]
    assert listed == told
