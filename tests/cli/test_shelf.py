"""``ritui shelf``: what the reader keeps, by commands."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from ritui.cli.shelf import COLUMNS, SEARCH_COLUMNS, VERBS
from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.shelf import SEAM
from ritui.model.source import Health
from ritui.services.library import open_library
from tests.conftest import Program


def shelf(ritui: Program, *arguments: str) -> list[dict[str, Any]]:
    """The records on the shelf, as a program reads them."""
    found: list[dict[str, Any]] = json.loads(ritui("shelf", *arguments, "--json").stdout)["records"]
    return found


def test_records_notes_and_lists(ritui: Program) -> None:
    nothing = ritui("shelf")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "ritui shelf add" in nothing.stderr
    assert not ritui.paths.data.exists()

    done = ritui("shelf", "add", "ALBA", "nowhere-at-all", "alma", "--json")
    assert done.returncode == 1
    assert "nowhere-at-all" in done.stderr
    assert json.loads(done.stdout) == {"list": "shortlist", "ids": ["alba", "alma"]}
    assert ritui("shelf", "note", "alba", "ask", "for -beam", "time").returncode == 0
    assert ritui("shelf", "note", "risc2", "-", stdin="two\nlines\n").returncode == 0
    assert ritui("shelf", "note", "alba").stdout == "ask for -beam time\n"
    assert ritui("shelf", "note", "alma").returncode == 1

    assert [(each["id"], each["lists"], each.get("note")) for each in shelf(ritui)] == [
        ("alba", ["shortlist"], "ask for -beam time"),
        ("alma", ["shortlist"], None),
        ("risc2", [], "two\nlines"),
    ]
    [alba, *_] = shelf(ritui)
    assert alba["known"]["country"] == "ES"
    assert not alba["gone"]
    # Queries find them.
    assert set(ritui("list", "is:shelved", "--format", "ids").stdout.split()) == {"alba", "alma"}
    assert set(ritui("list", "is:noted", "--format", "ids").stdout.split()) == {"alba", "risc2"}
    assert ritui("list", "is:shelved", "-is:noted", "--format", "ids").stdout == "alma\n"

    assert ritui("shelf", "add", "alba", "--list", "Visit 2027").returncode == 0
    assert ritui("shelf", "rename", "shortlist", "Later").returncode == 0
    assert [each["id"] for each in shelf(ritui, "list", "--list", "Later")] == ["alba", "alma"]
    assert ritui("shelf", "remove", "alba", "--list", "Later").returncode == 0
    off = ritui("shelf", "remove", "ALBA", "alma", "risc2")
    assert off.returncode == 1
    assert "“risc2”" in off.stderr
    assert "A note keeps 1 record" in off.stderr
    assert ritui("shelf", "note", "alba", "").returncode == 0
    assert [each["id"] for each in shelf(ritui)] == ["risc2"]


def test_the_forms_say_the_same(ritui: Program) -> None:
    ritui("shelf", "add", "alma", "alba")
    ritui("shelf", "note", "alba", "=SUM(A1)|\n x")
    values = shelf(ritui)
    lines = ritui("shelf", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == values
    assert ritui("shelf", "list", "--format", "ids").stdout.split() == ["alma", "alba"]
    rows = list(csv.DictReader(io.StringIO(ritui("shelf", "--format", "csv").stdout, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["country"] for row in rows] == ["CL", "ES"]
    assert rows[1]["note"] == "'=SUM(A1)|\n x"
    table = ritui("shelf").stdout.splitlines()
    assert [len(line.split("\t")) for line in table] == [len(COLUMNS)] * 2
    page = ritui("shelf", "--format", "md").stdout.splitlines()
    assert page[0] == f"| {' | '.join(COLUMNS)} |"
    assert len(page) == 4


def let_go(ritui: Program, *, kept: bool) -> None:
    """A source of the reader's own gives a record, or does not any more."""
    values, _ = normalise(
        {"id": "old-lab", "kind": "infrastructure", "name": "Laboratorio Viejo", "country": "AR",
         "city": "Rosario", "website": "https://viejo.example/"}
    )  # fmt: skip
    library, _ = open_library(ritui.paths)
    claims = [Claim("mine", "old-lab", values)] if kept else []
    library.replace("mine", claims, [], Health("mine"))
    library.close()


def test_what_its_source_let_go_stays_and_every_form_says_so(ritui: Program) -> None:
    let_go(ritui, kept=True)
    ritui("shelf", "add", "old-lab", "alba")
    ritui("shelf", "note", "old-lab", "do not forget")
    let_go(ritui, kept=False)
    assert ritui("list", "id:old-lab").returncode == 1

    [old, alba] = shelf(ritui)
    assert (old["gone"], alba["gone"]) == (True, False)
    assert old["name"] == "Laboratorio Viejo"
    assert old["known"] == {
        "kind": "infrastructure", "country": "AR", "city": "Rosario",
        "website": "https://viejo.example/",
    }  # fmt: skip
    assert old["note"] == "do not forget"
    for form in VERBS["list"].forms:
        assert (
            "1 record on the shelf is not in the directory any more"
            in ritui("shelf", "--format", form).stderr
        )
    assert "\tyes\t" in ritui("shelf").stdout.splitlines()[0]
    assert "any more" in ritui("shelf", "note", "old-lab").stderr
    assert ritui("shelf", "add", "old-lab", "--list", "x").returncode == 0
    assert ritui("shelf", "remove", "old-lab").returncode == 0
    assert ritui("shelf", "note", "old-lab", "").returncode == 0
    assert [each["id"] for each in shelf(ritui)] == ["alba"]


def test_saved_searches(ritui: Program) -> None:
    assert ritui("shelf", "searches").returncode == 1
    done = ritui("shelf", "save", "sun", "solar", "-status:ended", "--json")
    assert done.returncode == 0
    saved = json.loads(done.stdout)
    assert (saved["query"], saved["new"]) == ("solar -status:ended", 0)
    assert saved["total"] == len(ritui("list", "solar -status:ended").stdout.splitlines())
    let_go(ritui, kept=True)
    ritui("shelf", "save", "old", "id:old-lab")
    found = json.loads(ritui("shelf", "searches", "--json").stdout)
    assert found["total"] == 2
    assert [tuple(each)[:4] for each in found["searches"]] == [SEARCH_COLUMNS[:4]] * 2
    assert [each["name"] for each in found["searches"]] == ["sun", "old"]
    # A reader may write one into the file.
    with ritui.paths.shelf_file.open("a") as file:
        file.write('\n[[search]]\nname = "own"\nquery = "marine"\n')
    assert ritui("shelf", "searches", "--format", "ids").stdout == "sun\nold\nown\n"


def test_a_search_that_cannot_be_asked_is_named(ritui: Program) -> None:
    ritui.paths.data.mkdir(parents=True)
    ritui.paths.shelf_file.write_text(
        '[[search]]\nname = "odd"\nquery = "country:ZZ"\n'
        '[[search]]\nname = "sun"\nquery = "solar"\nlooked = "2001-01-01T00:00:00+00:00"\n'
    )
    done = ritui("shelf", "searches", "--json")
    odd, sun = json.loads(done.stdout)["searches"]
    assert "ZZ" in odd["error"]
    assert "total" not in odd
    assert sun["new"] == sun["total"] > 0
    assert "odd: " in done.stderr
    assert ritui("shelf", "searches", "--format", "ids").stdout == "odd\nsun\n"
    replaced = ritui("shelf", "save", "sun", "wind")
    assert "In its place was: solar" in replaced.stderr
    assert ritui("shelf", "forget", "odd").returncode == 0
    assert ritui("shelf", "forget", "odd").returncode == 1
    assert "sun\twind\t" in ritui("shelf", "searches").stdout


def test_a_shelf_goes_to_a_colleague(ritui: Program, fresh_ritui: Program) -> None:
    ritui("shelf", "add", "alba", "alma")
    ritui("shelf", "note", "alba", "mine")
    ritui("shelf", "save", "sun", "solar")
    file = ritui.home / "for you.toml"
    assert ritui("shelf", "export", str(file)).returncode == 0
    assert ritui("shelf", "export", str(file)).returncode == 5
    assert ritui("shelf", "export", str(file), "--force").returncode == 0
    assert ritui("shelf", "export", "-").stdout == file.read_text()

    fresh_ritui("shelf", "note", "alba", "theirs")
    done = fresh_ritui("shelf", "import", str(file), "--json")
    assert json.loads(done.stdout) == {"file": str(file), "records": 1, "searches": 1}
    assert fresh_ritui("shelf", "note", "alba").stdout == f"theirs{SEAM}mine\n"
    assert fresh_ritui("list", "is:shelved").returncode == 0
    # One list goes alone, without what else is said of its records' lists.
    ritui("shelf", "add", "alma", "--list", "Visit")
    part = json.loads(ritui("shelf", "export", str(file), "--list", "Visit", "--force",
                            "--json").stdout)  # fmt: skip
    assert part == {"file": str(file), "records": 1, "searches": 0}
    assert "shortlist" not in file.read_text()
    wrong = ritui.home / "wrong.toml"
    wrong.write_text("[[record]]\nname = 'x'\n")
    refused = ritui("shelf", "import", str(wrong))
    assert refused.returncode == 4
    assert "[[record]] 1: id" in refused.stderr
    assert ritui("shelf", "import", str(ritui.home / "nowhere")).returncode == 4


def test_a_shelf_that_cannot_be_read_is_left_alone(ritui: Program) -> None:
    ritui.paths.data.mkdir(parents=True)
    ritui.paths.shelf_file.write_text("what is this")
    for asked in (["shelf"], ["shelf", "add", "alba"], ["shelf", "save", "a", "b"],
                  ["list", "is:shelved"]):  # fmt: skip
        done = ritui(*asked)
        assert done.returncode == 4
        assert "shelf.toml cannot be read" in done.stderr
        assert "shelf.previous.toml" in done.stderr
    assert ritui("list", "--limit", "1").returncode == 0
    assert ritui.paths.shelf_file.read_text() == "what is this"


@pytest.mark.parametrize(
    "asked",
    [
        ["ad"], ["add"], ["save", "x", ""], ["save", "", "solar"], ["list", "x"],
        ["list", "--force"], ["add", "alba", "--list", " "], ["add", "alba", "--format", "csv"],
        ["save", "x", "country:ZZ"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_misuse_is_named(ritui: Program, asked: list[str]) -> None:
    done = ritui("shelf", *asked)
    assert done.returncode == 2
    assert not done.stdout
    assert not ritui.paths.shelf_file.exists()


def test_a_name_that_is_not_there(ritui: Program) -> None:
    ritui("shelf", "add", "alba")
    for asked in (["rename", "shortlst", "x"], ["list", "--list", "shortlst"]):
        done = ritui("shelf", *asked)
        assert done.returncode == 1
        assert "Did you mean “shortlist”?" in done.stderr


def test_a_folder_where_nobody_may_write_is_said(ritui: Program) -> None:
    ritui.paths.data.parent.mkdir(exist_ok=True)
    ritui.paths.data.write_text("a file where a folder should be")
    done = ritui("shelf", "add", "alba")
    assert done.returncode == 5
    assert "shelf.toml cannot be written" in done.stderr
