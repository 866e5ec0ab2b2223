"""Bundles are written whole and the same, and only what is newer and whole takes a place."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ritui.errors import CannotWrite, RituiError
from ritui.i18n import Messages, offered_languages
from ritui.model.claim import Claim
from ritui.model.query import Query, parse
from ritui.model.record import Provenance
from ritui.model.shelf import Kept, Search
from ritui.model.source import Event, Health, Source
from ritui.paths import find_paths
from ritui.services.bundle import (
    BundleIdTaken,
    BundleOlder,
    BundleShrunk,
    BundleUnreadable,
    check_bundle,
    default_id,
    import_bundle,
)
from ritui.services.bundle_write import TITLE, export_bundle, write_bundle
from ritui.services.export import FileExists
from ritui.services.imported import NotImported, imported, remove_imported
from ritui.services.library import Library, open_library
from ritui.sources.bundlefile import BundleRefused, Manifest
from ritui.store.answer import StaleAnswer
from ritui.store.shelf import ShelfFile, shelf_text

TIME = "2026-11-24T12:00:00+00:00"
LATER = "2026-11-25T12:00:00+00:00"
ID = "bundle-ritui-directory"


@pytest.fixture
def library(warm: Path, tmp_path: Path) -> Iterator[Library]:
    """A directory as it comes with the program."""
    opened, notices = open_library(find_paths(str(shutil.copytree(warm, tmp_path / "home"))))
    assert not notices
    yield opened
    opened.close()


@pytest.fixture
def other(tmp_path: Path, library: Library) -> Library:
    """A second one of what the first bundle has, and of more: an institution's own."""
    claims = [own(f"lab-{number}") for number in range(10)]
    event = Event("2026-12", "Open day", related=("lab-1",), source="own")
    library.replace("own", claims, [event], Health("own", "ok"))
    return library


def own(id_: str, name: str = "") -> Claim:
    values = {"id": id_, "kind": "infrastructure", "name": name or f"Lab {id_}", "country": "UY"}
    evidence = (Provenance("own", "", "", "2026-11-01", "CC-BY-4.0"),)
    return Claim("own", id_, values, evidence)


def written(library: Library, **settings: Any) -> bytes:
    buffer = io.BytesIO()
    write_bundle(buffer, library.catalog, **{"created": TIME, **settings})
    return buffer.getvalue()


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def records(library: Library, query: str = "") -> dict[str, dict[str, Any]]:
    found = library.catalog.values(library.catalog.search(parse(query)))
    return {record["id"]: record for record in found}


def members(content: bytes) -> dict[str, Any]:
    """The members of a bundle in their order, read as JSON."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {each: archive.read(each).decode() for each in archive.namelist()}
    return {
        name: [json.loads(line) for line in text.splitlines()]
        if name.endswith("l")
        else json.loads(text)
        for name, text in texts.items()
    }


def test_the_same_directory_gives_the_same_bytes(other: Library, tmp_path: Path) -> None:
    first = written(other)
    assert written(other) == first
    # Nor does it matter in which order the cache came to know it.
    again, _ = open_library(find_paths(str(tmp_path / "again")))
    again.replace("own", [own(f"lab-{n}") for n in (9, 3, 5, 1, 0, 2, 4, 8, 7, 6)], [
        Event("2026-12", "Open day", related=("lab-1",), source="own")
    ], Health("own", "ok"))  # fmt: skip
    assert written(again) == first
    again.close()
    assert written(other, created=LATER) != first
    assert written(other, title="Other") != first


def test_what_is_in_it(other: Library) -> None:
    found = members(written(other, title="Office", titles={"own": "Our labs", "unused": "x"}))
    assert list(found) == ["records.jsonl", "events.jsonl", "sources.json", "manifest.json"]
    held = records(other)
    assert [each["id"] for each in found["records.jsonl"]] == sorted(held)
    assert all(held[each["id"]] == each for each in found["records.jsonl"])
    assert len(found["events.jsonl"]) == 62
    assert found["events.jsonl"][-1] == {
        "date": "2026-12", "title": "Open day", "related": ["lab-1"], "source": "own",
    }  # fmt: skip
    bundled, own_ = found["sources.json"]["sources"]
    assert (bundled["id"], bundled["title"], bundled["records"]) == ("bundled", TITLE, 506)
    assert sum(each["records"] for each in bundled["cites"]) > 506
    assert own_ == {
        "id": "own", "title": "Our labs", "records": 10, "events": 1,
        "cites": [{"licence": "CC-BY-4.0", "retrieved": "2026-11-01", "records": 10}],
    }  # fmt: skip
    stated = found["manifest.json"]
    assert (stated["title"], stated["created"]) == ("Office", TIME)
    assert stated["counts"] == {"records": 516, "events": 62}
    under = {each.get("licence", ""): each["records"] for each in stated["licences"]}
    for licence, count in under.items():
        assert count == sum(
            any(entry.get("fields") and entry.get("licence", "") == licence
                for entry in each["provenance"])
            for each in held.values()
        )  # fmt: skip


def test_the_shelf_is_in_it_only_when_it_is_given(
    other: Library, reader: Library, tmp_path: Path
) -> None:
    mine, theirs = (ShelfFile(tmp_path / name / "shelf.toml") for name in ("mine", "theirs"))
    mine.note(Kept("alma", "ALMA"), "Ask Ana.\n\nOn Monday.", "", TIME)
    mine.put([Kept("gone", "No more", known={"city": "Lima"})], "Visits", TIME)
    mine.save(Search("Sun", "solar", TIME))
    text = shelf_text(mine.read())
    content = written(other, shelf=text)
    assert written(other, shelf=text) == content != written(other)
    assert "shelf.toml" not in members(written(other))
    found = check_bundle(put(tmp_path / "x.zip", content))
    assert (found.refused, found.shelf) == (None, mine.read())
    assert check_bundle(put(tmp_path / "y.zip", written(other))).shelf is None
    import_bundle(reader, tmp_path / "x.zip")
    assert not theirs.path.exists()
    theirs.put([Kept("alma", "ALMA")], "Mine", TIME)
    import_bundle(reader, tmp_path / "x.zip", shelf=theirs)
    alma, gone = theirs.read().records
    assert (alma.lists, alma.note) == (("Mine",), "Ask Ana.\n\nOn Monday.")
    assert (gone.id, gone.lists, gone.known) == ("gone", ("Visits",), {"city": "Lima"})
    assert [each.query for each in theirs.read().searches] == ["solar"]
    # One that is older, or lost much, takes no shelf along either.
    later = put(tmp_path / "z.zip", written(other, created=LATER, query=parse("source:own"),
                                            shelf=text.replace("Ana", "Eve")))  # fmt: skip
    with pytest.raises(BundleShrunk):
        import_bundle(reader, later, shelf=theirs)
    assert "Eve" not in theirs.path.read_text()


def test_a_bundle_is_let_go_whole(other: Library, reader: Library, tmp_path: Path) -> None:
    before = records(reader)
    import_bundle(reader, put(tmp_path / "x.zip", written(other)))
    assert len(records(reader)) == 516
    for id_ in ("own", "bundled", "bundle"):
        with pytest.raises(NotImported):
            remove_imported(reader, id_)
    with pytest.raises(NotImported):
        remove_imported(reader, ID, [Source(ID, "bundle")])
    assert remove_imported(reader, ID).removed == 578
    assert records(reader) == before
    assert reader.held(ID) == len(reader.events(ID)) == len(imported(reader.catalog)) == 0
    import_bundle(reader, tmp_path / "x.zip")


def test_a_part_of_the_directory(other: Library) -> None:
    found = members(written(other, query=parse("source:own")))
    assert [each["id"] for each in found["records.jsonl"]] == [f"lab-{n}" for n in range(10)]
    assert [each["title"] for each in found["events.jsonl"]] == ["Open day"]
    assert [each["id"] for each in found["sources.json"]["sources"]] == ["own"]
    nothing = members(written(other, query=parse("nothing-is-called-so")))
    assert nothing["manifest.json"]["counts"] == {"records": 0, "events": 0}


def test_what_is_written_verifies(other: Library, tmp_path: Path) -> None:
    content = written(other, title="Office")
    found = check_bundle(put(tmp_path / "x.zip", content))
    assert (found.refused, found.faults, found.dropped) == (None, (), ())
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.size == len(content)
    assert found.manifest
    assert (found.manifest.title, found.manifest.records) == ("Office", 516)
    assert check_bundle(tmp_path / "x.zip", most=1_000).refused


def test_a_change_meanwhile_is_noticed(other: Library) -> None:
    class Changing(io.BytesIO):
        """A file in the middle of which the directory changes."""

        def write(self, data: Any) -> int:
            if self.tell() > 10_000:
                other.replace("own", [own("lab-1", f"Lab {self.tell()}")], [], Health("own", "ok"))
            return super().write(data)

    with pytest.raises(StaleAnswer):
        write_bundle(Changing(), other.catalog, created=TIME)


# --- where it goes ---


def test_a_file_is_not_replaced_unless_that_is_wanted(other: Library, tmp_path: Path) -> None:
    def write(file: Any) -> Manifest:
        return write_bundle(file, other.catalog, created=TIME)

    target = tmp_path / "x.zip"
    assert export_bundle(target, write).records == 516
    assert target.read_bytes() == written(other)
    put(target, b"precious")
    with pytest.raises(FileExists):
        export_bundle(target, write)
    assert target.read_bytes() == b"precious"
    export_bundle(target, write, replace=True)
    assert target.read_bytes() == written(other)
    for place in (tmp_path / "none" / "x.zip", tmp_path):
        with pytest.raises(CannotWrite):
            export_bundle(place, write, replace=True)


def test_what_goes_wrong_in_the_middle_leaves_the_old(tmp_path: Path) -> None:
    def write(file: Any) -> Manifest:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    target = put(tmp_path / "x.zip", b"precious")
    with pytest.raises(CannotWrite) as caught:
        export_bundle(target, write, replace=True)
    assert caught.value.reason == "No space left on device"
    assert [each.name for each in tmp_path.iterdir()] == ["x.zip"]
    assert target.read_bytes() == b"precious"


# --- taking one in ---


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Library]:
    """Somebody else's directory, as it comes with the program."""
    opened, _ = open_library(find_paths(str(tmp_path / "reader")))
    yield opened
    opened.close()


def test_taking_one_in(other: Library, reader: Library, tmp_path: Path) -> None:
    file = put(tmp_path / "x.zip", written(other))
    manifest, result = import_bundle(reader, file)
    assert (manifest.title, result.id, result.state) == (TITLE, ID, "ok")
    assert (result.added, result.changed, result.removed, result.unchanged) == (578, 0, 0, 0)
    theirs, ours = records(other), records(reader)
    assert ours.keys() == theirs.keys()
    for id_, record in ours.items():
        shown = {key: value for key, value in record.items() if key != "provenance"}
        assert shown == {k: v for k, v in theirs[id_].items() if k != "provenance"}
    (entry,) = ours["lab-1"]["provenance"]
    assert (entry["source"], entry["title"], entry["licence"]) == (ID, "own", "CC-BY-4.0")
    assert entry["retrieved"] == "2026-11-01"
    # The reviewed directory still comes first where both speak.
    alba = ours["alba"]["provenance"]
    assert all(each["source"] == "bundled" for each in alba if each.get("fields"))
    assert reader.health()[ID].records == 516
    assert [each.source for each in reader.catalog.events("2026-12")] == [ID]
    assert imported(reader.catalog) == [Source(ID, "bundle", TITLE)]
    assert imported(reader.catalog, [Source(ID, "bundle")]) == []
    _, again = import_bundle(reader, file)
    assert (again.state, again.unchanged) == ("unchanged", 578)


def test_a_later_one_takes_its_place_and_an_older_one_does_not(
    other: Library, reader: Library, tmp_path: Path
) -> None:
    old = put(tmp_path / "old.zip", written(other))
    claims = [own("lab-0", "Renamed"), *(own(f"lab-{n}") for n in range(2, 12))]
    other.replace("own", claims, [], Health("own", "ok"))
    new = put(tmp_path / "new.zip", written(other, created=LATER))
    import_bundle(reader, old)
    _, result = import_bundle(reader, new)
    counts = (result.added, result.changed, result.removed, result.unchanged)
    assert counts == (2, 1, 2, 506 + 8 + 61)
    assert records(reader)["lab-0"]["name"] == "Renamed"
    before = records(reader)
    with pytest.raises(BundleOlder) as caught:
        import_bundle(reader, old)
    assert (caught.value.created, caught.value.held) == (TIME, LATER)
    assert records(reader) == before
    import_bundle(reader, old, accept_older=True)
    assert records(reader)["lab-0"]["name"] == "Lab lab-0"
    # What was taken last is what counts from now on.
    import_bundle(reader, new)


def test_another_title_is_another_source(other: Library, reader: Library, tmp_path: Path) -> None:
    import_bundle(reader, put(tmp_path / "a.zip", written(other, created=LATER)))
    office = put(tmp_path / "b.zip", written(other, title="RI office", query=parse("source:own")))
    _, result = import_bundle(reader, office)
    assert (result.id, result.added) == ("bundle-ri-office", 11)
    assert [each.id for each in imported(reader.catalog)] == ["bundle-ri-office", ID]
    assert reader.held(ID) == 516


def test_one_that_lost_much_is_not_taken(other: Library, reader: Library, tmp_path: Path) -> None:
    import_bundle(reader, put(tmp_path / "a.zip", written(other)))
    small = put(tmp_path / "b.zip", written(other, created=LATER, query=parse("source:own")))
    with pytest.raises(BundleShrunk) as caught:
        import_bundle(reader, small)
    assert (caught.value.found, caught.value.held) == (10, 516)
    assert reader.held(ID) == 516
    _, result = import_bundle(reader, small, accept_loss=True)
    assert (result.removed, reader.held(ID)) == (506 + 61, 10)


def test_the_id_of_another_source_is_not_taken(
    other: Library, reader: Library, tmp_path: Path
) -> None:
    file = put(tmp_path / "a.zip", written(other))
    reader.replace("own", [own("x")], [], Health("own", "ok"))
    settings = [Source("ror-celac", "ror"), Source("theirs", "bundle")]
    for id_ in ("bundled", "ror-celac", "own"):
        with pytest.raises(BundleIdTaken):
            import_bundle(reader, file, id_=id_, configured=settings)
    # A bundle that is fetched where there is a network is carried where there is none.
    reader.replace("theirs", [own("y")], [], Health("theirs", "ok"))
    assert import_bundle(reader, file, id_="theirs", configured=settings)[1].removed == 1
    import_bundle(reader, file, id_="mine")
    strange = put(tmp_path / "b.zip", written(other, title="Other"))
    with pytest.raises(BundleIdTaken):
        import_bundle(reader, strange, id_="mine")


def test_what_is_refused_changes_nothing(other: Library, reader: Library, tmp_path: Path) -> None:
    content = written(other)
    before, health = records(reader), reader.health()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b"Lab lab-1", b"Lab lab-!"))
    for bad in (buffer.getvalue(), content[:-30], content[: len(content) // 2], b"PK", b""):
        with pytest.raises(BundleRefused):
            import_bundle(reader, put(tmp_path / "x.zip", bad))
        assert check_bundle(tmp_path / "x.zip").refused
    found = check_bundle(put(tmp_path / "x.zip", buffer.getvalue()))
    assert found.manifest
    assert found.manifest.title == TITLE
    assert (records(reader), reader.health()) == (before, health)
    for missing in (tmp_path / "none.zip", tmp_path, Path("a\x00b")):
        with pytest.raises(BundleUnreadable):
            import_bundle(reader, missing)
        with pytest.raises(BundleUnreadable):
            check_bundle(missing)


def test_a_directory_in_memory_takes_one_in(other: Library, tmp_path: Path) -> None:
    file = put(tmp_path / "x.zip", written(other))
    blocked = put(tmp_path / "blocked", b"")
    memory, notices = open_library(find_paths(str(blocked)))
    assert notices
    assert import_bundle(memory, file)[1].added == 578
    assert len(memory.catalog.search(Query())) == 516
    memory.close()


@pytest.mark.parametrize(
    ("title", "id_"),
    [
        ("ritui directory", "bundle-ritui-directory"),
        ("Dirección de Investigación, Uruguay", "bundle-direccion-de-investigacion-urugua"),
        ("研究", "bundle"),
        ("../../x", "bundle-x"),
    ],
)
def test_ids_are_made_of_titles(title: str, id_: str) -> None:
    assert default_id(title) == id_
    assert len(id_) <= 40


@pytest.mark.parametrize("language", offered_languages())
def test_refusals_speak_every_language(language: str) -> None:
    say = Messages(language)
    refusals: Mapping[RituiError, str] = {
        BundleOlder("f", "T", TIME, LATER): LATER,
        BundleShrunk("f", "T", 1, 10): "10",
        BundleIdTaken("own"): "own",
        BundleUnreadable("f", "why"): "why",
        BundleRefused("f", "why"): "why",
        NotImported("own"): "own",
    }
    for error, fact in refusals.items():
        what, remedy = say.error(error)
        assert fact in what
        assert remedy
