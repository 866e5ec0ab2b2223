"""``ritui list``: what it prints in each form, and what a query may look like on a command line."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from ritui.cli.list import COLUMNS
from ritui.model.record import KEYS
from ritui.text import fold
from tests.conftest import Program


def listed(ritui: Program, *arguments: str) -> dict[str, Any]:
    done = ritui("list", *arguments, "--json")
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_whole_directory(ritui: Program) -> None:
    found = listed(ritui)
    assert found["total"] == len(found["records"]) == 506
    for record in found["records"]:
        keys = list(record)
        assert keys == [key for key in KEYS if key in keys]
        assert not any(value in (None, "", [], {}) for value in record.values())


def test_every_field_has_one_origin(ritui: Program) -> None:
    for record in listed(ritui)["records"]:
        named = [
            key.split(".")[0] for each in record["provenance"] for key in each.get("fields", ())
        ]
        facts = record.keys() - {"provenance"}
        assert facts == set(named), record["id"]
        whole = [key for key in named if key not in {"names", "identifiers"}]
        assert len(whole) == len(set(whole)), record["id"]


def test_the_pilots(ritui: Program) -> None:
    found = listed(ritui, "kind:pilot")
    assert found["total"] == 4
    assert {record["kind"] for record in found["records"]} == {"pilot"}


def test_accents_need_not_be_typed(ritui: Program) -> None:
    with_accents = listed(ritui, "Científica")
    without = listed(ritui, "cientifica")
    assert without == with_accents
    assert any("Científica" in json.dumps(each, ensure_ascii=False) for each in without["records"])
    decomposed = listed(ritui, "Cienti\u0301fica")
    assert decomposed == with_accents


def test_a_name_is_found_by_its_unaccented_words(ritui: Program) -> None:
    named = next(
        record
        for record in listed(ritui)["records"]
        if not record["name"].isascii() and fold(record["name"]).isascii()
    )
    assert named["id"] in ritui("list", fold(named["name"]), "--format", "ids").stdout.split()


def test_total_is_what_matches_whatever_is_printed(ritui: Program) -> None:
    everything = [record["id"] for record in listed(ritui)["records"]]
    part = listed(ritui, "--limit", "3", "--offset", "5")
    assert part["total"] == 506
    assert [record["id"] for record in part["records"]] == everything[5:8]
    assert listed(ritui, "--limit", "0")["records"] == []
    assert listed(ritui, "--offset", "600") == {"total": 506, "records": []}


def test_json_lines_and_ids_are_the_same_records(ritui: Program) -> None:
    records = listed(ritui, "area:energy")["records"]
    lines = ritui("list", "area:energy", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == records
    ids = ritui("list", "area:energy", "--format", "ids").stdout.split()
    assert ids == [record["id"] for record in records]


def test_a_table_that_is_no_terminal_is_for_programs(ritui: Program) -> None:
    lines = ritui("list").stdout.splitlines()
    assert len(lines) == 506
    assert {line.count("\t") for line in lines} == {len(COLUMNS) - 1}
    assert "…" not in "".join(lines)
    narrow = ritui("list", env={"COLUMNS": "20"}).stdout
    assert narrow.splitlines() == lines


def test_csv_has_the_columns_of_the_table(ritui: Program) -> None:
    rows = list(csv.reader(io.StringIO(ritui("list", "--format", "csv").stdout, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 507
    assert {len(row) for row in rows} == {len(COLUMNS)}


def test_markdown_is_one_table(ritui: Program) -> None:
    lines = ritui("list", "kind:pilot", "--format", "md").stdout.splitlines()
    assert len(lines) == 6
    assert all(line.startswith("| ") and line.endswith(" |") for line in lines)


def test_words_of_a_query_are_joined(ritui: Program) -> None:
    whole = listed(ritui, "solar -status:ended country:ES,AR")
    assert listed(ritui, "solar", "-status:ended", "country:ES,AR") == whole
    assert listed(ritui, "solar", "--json", "-status:ended", "country:ES,AR") == whole
    assert whole["total"] > 0


@pytest.mark.parametrize("words", [["-solar"], ["--", "-solar"], ["-limit"], ['-"solar platform"']])
def test_a_word_with_one_dash_excludes(ritui: Program, words: list[str]) -> None:
    done = ritui("list", "--format", "ids", *words)
    assert done.returncode == 0
    assert 0 < len(done.stdout.split()) <= 506


def test_after_two_dashes_everything_is_a_query(ritui: Program) -> None:
    # Here it is a word that excludes, and no option.
    done = ritui("list", "--format", "ids", "--", "--json")
    assert done.returncode == 0
    assert "{" not in done.stdout


@pytest.mark.parametrize("sort", ["name", "-name", "country", "-established", "changed"])
def test_the_order_can_be_chosen(ritui: Program, sort: str) -> None:
    by_option = ritui("list", "--sort", sort, "--format", "ids").stdout
    by_query = ritui("list", f"sort:{sort}", "--format", "ids").stdout
    assert by_option == by_query
    assert len(by_option.split()) == 506


def test_newest_first(ritui: Program) -> None:
    years = [each.get("established") for each in listed(ritui, "--sort", "-established")["records"]]
    known = [year for year in years if year is not None]
    assert known == sorted(known, reverse=True)
    assert years[len(known) :] == [None] * (len(years) - len(known))


def test_nothing_found_says_what_to_drop(ritui: Program) -> None:
    done = ritui("list", "zzzz", "country:BR", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"total": 0, "records": []}
    assert "zzzz country:BR" in done.stderr
    assert "Without zzzz: " in done.stderr


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Did you mean “observatorio”? ({})"),
        ("es", "¿Quiso decir “observatorio”? ({})"),
        ("pt", "Quis dizer “observatorio”? ({})"),
    ],
)
def test_a_mistyped_word_is_asked_about_and_never_replaced(
    ritui: Program, language: str, question: str
) -> None:
    right = listed(ritui, "observatorio")
    done = ritui("--lang", language, "list", "observtorio", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"total": 0, "records": []}
    assert right["total"] > 5
    lines = [line.strip() for line in done.stderr.splitlines()]
    assert lines[-2:] == [question.format(right["total"]), "ritui list observatorio"]


@pytest.mark.parametrize(
    "words",
    [
        ["observtorio", "country:CL"],
        ["-solar", "observtorio"],
        ["observtorio", '-name:"la silla"', "--sort", "-name"],
    ],
)
def test_what_was_meant_can_be_copied_into_a_shell(ritui: Program, words: list[str]) -> None:
    done = ritui("list", *words)
    assert done.returncode == 1
    copied = done.stderr.splitlines()[-1].strip()
    assert copied.startswith("ritui list ")
    again = ritui.shell(f"{copied} --format ids" if " -- " not in copied else copied)
    assert again.returncode == 0
    assert again.stderr == ""
    question = next(line for line in done.stderr.splitlines() if "Did you mean" in line)
    assert question.endswith(f"({len(again.stdout.splitlines())})")


def test_a_record_or_two_are_printed_and_much_more_is_asked_about(ritui: Program) -> None:
    done = ritui("list", "fisicas", "--format", "ids")
    assert done.returncode == 0
    assert 0 < len(done.stdout.split()) <= 2
    more = ritui("list", "fisica", "--format", "ids").stdout.split()
    assert len(more) >= 5 * len(done.stdout.split())
    assert done.stderr.splitlines() == [
        f"  Did you mean “fisica”? ({len(more)})", "  ritui list fisica"
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["zzzz"], ['"observtorio"'], ["solar", "country:BR"], ["alma"]])
def test_nothing_is_asked_where_nothing_else_was_meant(ritui: Program, words: list[str]) -> None:
    assert "Did you mean" not in ritui("list", *words).stderr


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (["contry:AR"], "country"),
        (["kind:pilott"], "pilot"),
        (["country:Argentinia"], "argentina"),
        (["--sort", "nam"], "name"),
        (["sort:-countri"], "country"),
    ],
)
def test_a_mistyped_condition_is_named(ritui: Program, words: list[str], nearest: str) -> None:
    done = ritui("list", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"“{nearest}”" in done.stderr


def test_a_condition_without_form_says_the_form(ritui: Program) -> None:
    done = ritui("list", "near:12")
    assert done.returncode == 2
    assert "near:LAT,LON,RADIUSkm" in done.stderr
