"""``ritui bundle``: from one machine to another, and what is said on the way."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import made, put, zipped
from tests.conftest import Program


@pytest.fixture
def other(tmp_path: Path) -> Program:
    """Somebody else's machine."""
    return Program(tmp_path / "other-home")


@pytest.fixture
def file(ritui: Program, tmp_path: Path) -> Path:
    """A bundle of the whole directory."""
    path = tmp_path / "directory.zip"
    done = ritui("bundle", "export", str(path), "--title", "RI office")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"Written to {path}: 506 records, 61 events.\n"
    return path


def imported(ritui: Program, *arguments: str) -> dict[str, Any]:
    done = ritui("bundle", "import", "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_from_one_machine_to_another(file: Path, other: Program) -> None:
    found = imported(other, "--offline", str(file))
    keys = ["id", "state", "added", "changed", "removed", "unchanged", "rejected"]
    assert list(found) == [*keys, "title", "created"]
    assert (found["id"], found["state"], found["title"]) == ("bundle-ri-office", "ok", "RI office")
    assert found["added"] == 567
    listed = json.loads(other("list", "source:bundle-ri-office", "--json").stdout)
    assert listed["total"] == 506
    again = imported(other, str(file))
    assert (again["state"], again["unchanged"]) == ("unchanged", 567)
    table = other("bundle", "import", str(file), "--id", "office").stdout.splitlines()
    assert table[:3] == ["id\toffice", "state\tok", "added\t567"]


def test_checking_one(file: Path, ritui: Program) -> None:
    done = ritui("bundle", "check", str(file), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == [
        "title", "created", "producer", "records", "events", "licences", "members", "shelf",
        "bytes", "sha256", "verified", "rejected",
    ]  # fmt: skip
    assert (found["records"], found["events"], found["verified"]) == (506, 61, True)
    assert found["shelf"] is False
    assert list(found["members"]) == ["records.jsonl", "events.jsonl", "sources.json"]
    assert done.stdout == ritui("bundle", "check", str(file), "--format", "json").stdout
    summed = ritui.shell(f"sha256sum {file}").stdout.split()[0]
    assert found["sha256"] == summed
    rows = dict(
        line.split("\t") for line in ritui("bundle", "check", str(file)).stdout.splitlines()
    )
    assert (rows["verified"], rows["sha256"]) == ("true", summed)
    assert rows["licence CC-BY-4.0"] == "506"


def test_standard_output(ritui: Program, tmp_path: Path) -> None:
    done = ritui.shell(f"ritui bundle export - kind:pilot > {tmp_path}/a.zip")
    assert done.returncode == 0
    assert "4 records" in done.stderr
    found = json.loads(ritui("bundle", "check", f"{tmp_path}/a.zip", "--json").stdout)
    assert (found["records"], found["verified"]) == (4, True)
    closed = ritui.shell("set -o pipefail; ritui bundle export - | head -c 10 > /dev/null")
    assert closed.returncode == 0


def test_a_part_of_the_directory(ritui: Program, tmp_path: Path) -> None:
    path = tmp_path / "part.zip"
    done = ritui("bundle", "export", str(path), "region:LAC", "-kind:pilot", "--json")
    assert done.returncode == 0
    due = json.loads(ritui("list", "region:LAC", "-kind:pilot", "--json").stdout)["total"]
    assert json.loads(done.stdout)["records"] == due
    none = ritui(
        "bundle", "export", f"{tmp_path}/none.zip", "country:UY", "country:AR", "kind:pilot"
    )
    assert none.returncode == 1
    assert not (tmp_path / "none.zip").exists()


def test_where_it_cannot_be_written(ritui: Program, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    done = ritui("bundle", "export", str(file))
    assert (done.returncode, done.stdout) == (5, "")
    assert "--force" in done.stderr
    assert file.read_bytes() == before
    assert ritui("bundle", "export", str(file), "--force").returncode == 0
    assert file.read_bytes() != before
    for place in (tmp_path / "none" / "x.zip", tmp_path):
        done = ritui("bundle", "export", str(place), "--force")
        assert (done.returncode, done.stdout) == (5, "")
        assert str(place) in done.stderr
    full = ritui.shell("ritui bundle export - > /dev/full")
    assert full.returncode == 5


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_one_that_was_tampered_with(file: Path, other: Program, language: str) -> None:
    content = bytearray(file.read_bytes())
    content[5_000] ^= 1
    file.write_bytes(content)
    done = other("bundle", "import", str(file), "--lang", language)
    assert (done.returncode, done.stdout) == (4, "")
    what, remedy = done.stderr.splitlines()
    assert str(file) in what
    assert "SHA-256" in remedy
    assert json.loads(other("list", "--json").stdout)["total"] == 506
    checked = other("bundle", "check", str(file), "--json")
    assert checked.returncode == 4
    found = json.loads(checked.stdout)
    assert (found["title"], found["verified"]) == ("RI office", False)
    file.write_bytes(content[:9_000])
    checked = other("bundle", "check", str(file), "--json")
    assert checked.returncode == 4
    assert list(json.loads(checked.stdout)) == ["bytes", "sha256", "verified", "rejected"]


def test_an_older_one_is_refused(file: Path, ritui: Program, other: Program) -> None:
    newer = file.with_name("newer.zip")
    while json.loads(
        ritui("bundle", "export", str(newer), "--title", "RI office", "--force", "--json").stdout
    )["created"] == created(ritui, file):
        pass  # made in the same second
    imported(other, str(newer))
    done = other("bundle", "import", str(file))
    assert done.returncode == 4
    assert "--accept-older" in done.stderr
    assert imported(other, str(file), "--accept-older")["created"] == created(ritui, file)


def created(ritui: Program, file: Path) -> str:
    found: str = json.loads(ritui("bundle", "check", str(file), "--json").stdout)["created"]
    return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "import FILE"),
        (["exprt", "x"], "“export”"),
        (["export"], "FILE"),
        (["import"], "FILE"),
        (["check", "x", "y"], "y"),
        (["check", "x", "--force"], "--force"),
        (["import", "x", "--title", "T"], "--title"),
        (["export", "x", "--accept-older"], "--accept-older"),
        (["check", "x", "--shelf"], "--shelf"),
        (["remove"], "ID"),
        (["remove", "x", "--shelf"], "--shelf"),
        (["export", "x", "--title", " "], "--title"),
        (["export", "x", "contry:UY"], "country"),
        (["import", "x", "--id", "Not An Id"], "[a-z0-9-]{1,40}"),
        (["import", "none.zip"], "none.zip"),
        (["check", "none.zip"], "none.zip"),
        (["check", "/dev/zero"], "not a file"),
    ],
)
def test_misuse_is_explained(ritui: Program, arguments: list[str], said: str) -> None:
    done = ritui("bundle", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_the_id_of_a_configured_source_is_not_taken(file: Path, other: Program) -> None:
    done = other("bundle", "import", str(file), "--id", "ror-celac")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--id" in done.stderr


# --- with the shelf ---


@pytest.fixture
def shelved(ritui: Program, tmp_path: Path) -> Path:
    """A bundle with the shelf of its maker in it."""
    path = tmp_path / "shelved.zip"
    done = ritui("bundle", "export", str(path), "kind:pilot", "--shelf")
    assert (done.returncode, "Nothing is on the shelf" in done.stderr) == (0, True)
    assert json.loads(ritui("bundle", "check", str(path), "--json").stdout)["shelf"] is False
    ritui("shelf", "add", "alma", "pierre-auger", "--list", "Visits")
    ritui("shelf", "note", "alma", "Ask Ana.", "On Monday.")
    ritui("shelf", "save", "Sun", "solar")
    done = ritui("bundle", "export", str(path), "kind:pilot", "--shelf", "--force")
    assert done.returncode == 0
    assert "Your shelf is in it as well" in done.stderr
    return path


def kept(ritui: Program) -> dict[str, dict[str, Any]]:
    found = json.loads(ritui("shelf", "list", "--json").stdout)["records"]
    return {each["id"]: each for each in found}


def test_the_shelf_goes_along_and_is_taken_in_only_when_asked(
    shelved: Path, ritui: Program, other: Program
) -> None:
    checked = json.loads(ritui("bundle", "check", str(shelved), "--json").stdout)
    assert (checked["shelf"], checked["verified"]) == (True, True)
    assert list(checked["members"])[-1] == "shelf.toml"
    ritui("bundle", "export", str(shelved.with_name("without.zip")), "kind:pilot")
    without = ritui("bundle", "check", str(shelved.with_name("without.zip")), "--json")
    assert json.loads(without.stdout)["shelf"] is False
    other("shelf", "note", "alma", "Mine.")
    before = other.paths.shelf_file.read_bytes()
    done = other("bundle", "import", str(shelved))
    assert "--shelf takes it in" in done.stderr
    assert other.paths.shelf_file.read_bytes() == before
    done = other("bundle", "import", str(shelved), "--shelf")
    assert (done.returncode, "new records" in done.stderr) == (0, True)
    found = kept(other)
    assert list(found) == ["alma", "pierre-auger"]
    assert found["alma"]["lists"] == found["pierre-auger"]["lists"] == ["Visits"]
    assert all(part in found["alma"]["note"] for part in ("Mine.", "Ask Ana. On Monday."))
    searches = json.loads(other("shelf", "searches", "--json").stdout)["searches"]
    assert [(each["name"], each["query"]) for each in searches] == [("Sun", "solar")]
    once = other.paths.shelf_file.read_bytes()
    other("bundle", "import", str(shelved), "--shelf")
    assert other.paths.shelf_file.read_bytes() == once


def test_a_shelf_that_was_tampered_with_or_cannot_be_taken_in(
    shelved: Path, other: Program, tmp_path: Path
) -> None:
    with zipfile.ZipFile(shelved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["shelf.toml"] = parts["shelf.toml"].replace(b"Ask Ana", b"Ask Eve")
    tampered = put(tmp_path / "tampered.zip", zipped(*parts.items()))
    broken = put(tmp_path / "broken.zip", made(shelf_toml=b"record = 1\n"))
    for file in (tampered, broken):
        done = other("bundle", "import", str(file), "--shelf")
        assert (done.returncode, done.stdout) == (4, "")
        assert "shelf.toml" in done.stderr
        assert other("bundle", "check", str(file), "--json").returncode == 4
    # Nor is anything taken in where the reader's own shelf cannot be understood.
    other.paths.shelf_file.parent.mkdir(parents=True, exist_ok=True)
    put(other.paths.shelf_file, b"mine [")
    assert other("bundle", "import", str(shelved), "--shelf").returncode == 4
    assert other.paths.shelf_file.read_bytes() == b"mine ["
    listed = json.loads(other("list", "--json").stdout)
    assert listed["total"] == 506
    assert json.loads(other("sources", "--json").stdout)["sources"][-1]["kind"] != "bundle"
    assert other("bundle", "import", str(tampered)).returncode == 4
    other.paths.shelf_file.unlink()
    bare = other("bundle", "import", str(put(tmp_path / "bare.zip", made())), "--shelf")
    assert (bare.returncode, bare.stderr) == (0, "There is no shelf in it.\n")


def test_an_imported_one_is_removed(file: Path, other: Program) -> None:
    imported(other, str(file))
    found = json.loads(other("list", "source:bundle-ri-office", "--json").stdout)
    assert found["total"] == 506
    wrong = other("bundle", "remove", "bundle-ri-ofice")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "bundle-ri-office" in wrong.stderr
    assert other("bundle", "remove", "ror-celac").returncode == 1
    done = other("bundle", "remove", "bundle-ri-office", "--json")
    assert json.loads(done.stdout) == {"id": "bundle-ri-office", "removed": 567}
    assert other("list", "source:bundle-ri-office").returncode == 2
    assert json.loads(other("list", "--json").stdout)["total"] == 506
    assert len(json.loads(other("timeline", "--json").stdout)["events"]) == 61
    assert "bundle-ri-office" not in other("sources").stdout
    assert other("bundle", "remove", "bundle-ri-office").returncode == 1
    # What was held of it is forgotten, so an older one is none any more.
    assert imported(other, str(file))["added"] == 567
