"""``ritui export``: other programs read it, it says where it is from, and it harms nobody."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.record import KEYS, Provenance
from ritui.model.shelf import Kept
from ritui.model.source import Health
from ritui.services.export import FORMATS
from ritui.services.library import open_library
from ritui.store.shelf import ShelfFile
from tests.conftest import Program

HOSTILE = {
    "id": "hostile",
    "kind": "infrastructure",
    "region": "LAC",
    "name": '=HYPERLINK("http://x";"y") \x1b]0;owned\x07\x1b[31m\u202egnp.exe | <script>x</script>',
    "acronym": "+1+1",
    "host": "@SUM(A1)",
    "coordinator": "-2+3",
    "city": "  =1\ttabbed\r\nbroken",
    "country": "UY",
    "summary": "line one\nline two with `code` and [link](javascript:alert(1))",
    "website": "https://example.org/><script>alert(1)</script>",
    "partners": ["=cmd|' /C calc'!A0", "ordinary"],
}


@pytest.fixture
def hostile(ritui: Program) -> Program:
    """A home whose directory holds a record written by an enemy."""
    values, _ = normalise(HOSTILE)
    library, _ = open_library(ritui.paths)
    evidence = (Provenance("enemy", "=Enemy", "https://example.org/", "2026-01-01", "CC0-1.0"),)
    library.replace("enemy", [Claim("enemy", "1", values, evidence)], [], Health("enemy", "ok"))
    library.close()
    return ritui


def exported(ritui: Program, form: str, *query: str) -> str:
    done = ritui("export", *query, "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_csv_is_read_by_the_csv_module(ritui: Program) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(ritui, "csv"), newline=""), strict=True))
    assert len(rows) == 506
    columns = [key for key in KEYS if key != "provenance"]
    assert list(rows[0]) == [*columns, "licence", "sources"]
    records = json.loads(ritui("list", "--json").stdout)["records"]
    for row, record in zip(rows, records, strict=True):
        assert row["id"] == record["id"]
        assert row["lat"] == str(record.get("lat", ""))
        assert row["sources"]


def test_json_says_where_it_is_from(ritui: Program) -> None:
    found = json.loads(exported(ritui, "json", "area:energy"))
    assert list(found) == ["generated", "generator", "directory", "query", "licences", "records"]
    assert found["query"] == "area:energy"
    assert found["records"] == json.loads(ritui("list", "area:energy", "--json").stdout)["records"]
    named = {source for each in found["licences"] for source in each["sources"]}
    used = {each["title"] for record in found["records"] for each in record["provenance"]}
    assert used <= named
    assert "CC-BY-4.0" in {each.get("licence") for each in found["licences"]}


def test_json_lines_are_whole_records(ritui: Program) -> None:
    records = [json.loads(line) for line in exported(ritui, "jsonl", "kind:pilot").splitlines()]
    assert len(records) == 4
    assert all(record["provenance"] for record in records)


def test_geojson_is_a_feature_collection(ritui: Program) -> None:
    found = json.loads(exported(ritui, "geojson"))
    assert found["type"] == "FeatureCollection"
    assert found["attribution"]
    assert len(found["features"]) == 506
    pointless = 0
    for feature in found["features"]:
        assert list(feature) == ["type", "id", "geometry", "properties"]
        assert feature["properties"]["id"] == feature["id"]
        if feature["geometry"] is None:
            pointless += 1
            continue
        assert feature["geometry"]["type"] == "Point"
        lon, lat = feature["geometry"]["coordinates"]
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
    assert pointless == json.loads(ritui("list", "-has:point", "--json").stdout)["total"]


def test_markdown_has_a_table_and_its_sources(ritui: Program) -> None:
    page = exported(ritui, "md", "kind:pilot")
    assert page.startswith("# ")
    assert "`kind:pilot`" in page
    assert len([line for line in page.splitlines() if line.startswith("|")]) == 6
    assert "CC-BY-4.0: " in page


@pytest.mark.parametrize("form", [each for each in FORMATS if each != "ics"])
def test_nothing_hostile_comes_through(hostile: Program, form: str) -> None:
    text = exported(hostile, form, "id:hostile")
    assert not any(c in text for c in "\x1b\x07\u202e\x9b")
    assert all(c.isprintable() or c in "\r\n" for c in text)
    if form == "csv":
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        for column, cell in row.items():
            number = column in {"lat", "lon", "established", "ended"}
            assert number or not cell.lstrip().startswith(("=", "+", "-", "@")), column
        assert row["name"].startswith("'=HYPERLINK")
        assert row["acronym"] == "'+1+1"
    elif form == "md":
        assert "<script" not in text
        assert "](" not in text.replace("\\](", "")
        (line,) = (line for line in text.splitlines() if "| hostile |" in line)
        assert line.replace("\\|", "").count("|") == 9
    else:
        assert "owned" not in text


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "md", "ids"])
def test_lists_are_harmless_too(hostile: Program, form: str) -> None:
    done = hostile("list", "id:hostile", "--format", form)
    assert done.returncode == 0
    assert all(c.isprintable() or c in "\r\n\t" for c in done.stdout)
    if form in {"table", "jsonl", "ids"}:
        assert len(done.stdout.splitlines()) == 1
    if form == "md":
        assert "<script" not in done.stdout


def test_a_page_of_it_is_harmless(hostile: Program) -> None:
    for form in ("table", "md"):
        done = hostile("show", "hostile", "--format", form)
        assert all(c.isprintable() or c == "\n" for c in done.stdout)
    assert "<script" not in hostile("show", "hostile", "--format", "md").stdout


def test_negative_numbers_stay_numbers(ritui: Program) -> None:
    text = exported(ritui, "csv", "country:UY", "has:point")
    assert any(row["lat"].startswith("-") for row in csv.DictReader(io.StringIO(text, newline="")))


def test_a_file_is_written_whole_and_only_when_it_may(ritui: Program, tmp_path: Path) -> None:
    file = tmp_path / "pilots.csv"
    assert ritui("export", "kind:pilot", "-o", str(file)).returncode == 0
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,")
    assert data.decode("utf-8-sig") == exported(ritui, "csv", "kind:pilot").replace(
        "\n", "\r\n"
    ).replace("\r\r\n", "\r\n")
    refused = ritui("export", "-o", str(file))
    assert refused.returncode == 5
    assert str(file) in refused.stderr
    assert "--force" in refused.stderr
    assert file.read_bytes() == data
    assert ritui("export", "--output", str(file), "--force").returncode == 0
    assert file.read_bytes() != data
    assert sorted(tmp_path.glob("*pilots*")) == [file]


def test_where_nothing_can_be_written(ritui: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place in (tmp_path / "missing" / "x.md", tmp_path / "file" / "x.md", tmp_path):
        done = ritui("export", "kind:pilot", "-o", str(place), "--force")
        assert done.returncode == 5, place
        assert str(place) in done.stderr
    assert not list(tmp_path.glob(".*part"))


def test_a_device_is_not_replaced(ritui: Program) -> None:
    null = Path("/dev/null")
    if not null.is_char_device():
        pytest.skip("this system has no /dev/null")
    assert ritui("export", "-o", str(null), "--force").returncode == 0
    assert null.is_char_device()


def test_chosen_ids_in_their_order(ritui: Program, tmp_path: Path) -> None:
    done = ritui("export", "--ids", "-", "--format", "jsonl", stdin="risc2\ncyfronet\n")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["risc2", "cyfronet"]
    file = tmp_path / "ids"
    file.write_text("cyfronet\nnobody-at-all\nrisc2\n", encoding="utf-8")
    done = ritui("export", "--ids", str(file), "kind:project", "--format", "jsonl")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["risc2"]
    assert done.returncode == 1
    assert "nobody-at-all" in done.stderr
    assert ritui("export", "--ids", str(tmp_path / "no-such-file")).returncode == 2


def test_nothing_found_writes_nothing(ritui: Program, tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    done = ritui("export", "zzzz", "-o", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert not file.exists()


@pytest.fixture
def shelf(ritui: Program) -> Program:
    """A home with two lists on the shelf; one of their records is in no directory."""
    file = ShelfFile(ritui.paths.shelf_file)
    here = [Kept("risc2", "RISC2"), Kept("cyfronet", "Cyfronet")]
    gone = Kept("long-gone", "Long gone", known={"kind": "platform", "country": "UY"})
    now = "2026-11-01T00:00:00+00:00"
    file.put([here[0], gone], "shortlist", now)
    file.put([here[1]], "Kraków", now)
    file.note(here[0], "=ask for\nthe slides", "", now)
    file.note(Kept("clariah", "Noted alone"), "on no list", "", now)
    return ritui


def test_the_shelf_in_its_order_with_notes_and_what_is_gone(shelf: Program) -> None:
    records = [json.loads(line) for line in exported(shelf, "jsonl", "--shelf").splitlines()]
    assert [each["id"] for each in records] == ["risc2", "long-gone", "cyfronet"]
    assert [each.get("note") for each in records] == ["=ask for\nthe slides", None, None]
    assert {key: records[1][key] for key in ("kind", "name", "country")} == {
        "kind": "platform",
        "name": "Long gone",
        "country": "UY",
    }
    assert "Not in the directory any more" in records[1]["caveats"][0]
    rows = [*csv.DictReader(io.StringIO(exported(shelf, "csv", "--shelf"), newline=""))]
    assert [row["note"] for row in rows] == ["'=ask for\nthe slides", "", ""]
    page = exported(shelf, "md", "--shelf")
    assert page.startswith("# Shelf\n")
    assert "> \\=ask for\n>\n> the slides\n" in page
    # A query asks the directory, so what is not there is not found.
    line = exported(shelf, "jsonl", "--shelf", "kind:project,platform")
    assert json.loads(line)["id"] == "risc2"


def test_one_list_of_the_shelf(shelf: Program) -> None:
    page = exported(shelf, "md", "--list", "Kraków")
    assert page.startswith("# Kraków\n")
    assert "| cyfronet |" in page
    assert "risc2" not in page
    assert exported(shelf, "md", "--list", "Kraków", "--title", "Mine [x]").startswith(
        "# Mine \\[x\\]\n"
    )
    done = shelf("export", "--list", "Krakow")
    assert (done.returncode, done.stdout) == (1, "")
    assert "“Kraków”" in done.stderr
    done = shelf("export", "--ids", "-", "--shelf", "--format", "jsonl", stdin="cyfronet alba\n")
    assert json.loads(done.stdout)["id"] == "cyfronet"


def test_notes_stay_at_home_unless_they_are_asked_for(shelf: Program) -> None:
    assert "slides" not in exported(shelf, "json", "id:risc2")
    assert "slides" in exported(shelf, "json", "id:risc2", "--notes")
    found = json.loads(exported(shelf, "json", "kind:pilot", "--notes"))
    assert not any("note" in record for record in found["records"])
    assert "note" not in exported(shelf, "csv", "kind:pilot", "--notes").splitlines()[0].split(",")


def test_an_empty_shelf_says_so(ritui: Program) -> None:
    done = ritui("export", "--shelf")
    assert (done.returncode, done.stdout) == (1, "")
    assert "ritui shelf add" in done.stderr


def test_the_name_of_a_file_says_its_format(ritui: Program, tmp_path: Path) -> None:
    for name, first in (("a.bib", "% "), ("a.GeoJSON", '{"type":'), ("a.ics", "BEGIN:VCALENDAR"),
                        ("a", "id,")):  # fmt: skip
        file = tmp_path / name
        assert ritui("export", "kind:pilot", "-o", str(file)).returncode == 0
        assert file.read_text(encoding="utf-8").startswith(first)
    file = tmp_path / "b.md"
    assert ritui("export", "kind:pilot", "--json", "-o", str(file)).returncode == 0
    assert json.loads(file.read_text(encoding="utf-8"))["records"]


def test_a_calendar_has_the_events_of_the_records(ritui: Program) -> None:
    everything = json.loads(ritui("timeline", "--kind", "event", "--json").stdout)["events"]
    assert exported(ritui, "ics").count("BEGIN:VEVENT") == len(everything)
    ids = {each["id"] for each in json.loads(exported(ritui, "json", "kind:pilot"))["records"]}
    concerned = [each for each in everything if ids & {*each.get("related", ())}]
    assert concerned
    text = exported(ritui, "ics", "kind:pilot")
    assert text.count("BEGIN:VEVENT") == len(concerned)
    done = ritui("export", "id:alba", "--format", "ics")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No dated event" in done.stderr
