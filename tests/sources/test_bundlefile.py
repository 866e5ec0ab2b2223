"""The file of a bundle: what is not whole, in whatever way, is refused as a whole."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ritui.model.source import Source
from ritui.resources import assets
from ritui.sources import bundlefile
from ritui.sources.base import FILE, Page
from ritui.sources.bundle import read_pages
from ritui.sources.bundlefile import BundleNewer, BundleRefused, Reader
from tests.bundles import EVENT, RECORD, lines, made, manifest, zipped


def read(content: bytes, most: int = FILE) -> list[Page]:
    reader = Reader(io.BytesIO(content), "theirs.zip", most)
    reader.verify()
    return [*read_pages(reader, Source("theirs", "bundle"))]


def refusal(content: bytes, most: int = FILE) -> str:
    """Why a bundle is not used, not even in part."""
    with pytest.raises(BundleRefused) as caught:
        read(content, most)
    assert caught.value.file == "theirs.zip"
    assert caught.value.reason.isprintable()
    return caught.value.reason


@pytest.fixture(scope="module")
def content() -> bytes:
    """A bundle of some length, with all its members."""
    records = [{**RECORD, "id": f"lab-{n}", "city": f"{n * 7919 % 1000}"} for n in range(900)]
    origins = {"sources": [{"id": "own", "title": "Our labs"}]}
    return made(
        lines(*records),
        events_jsonl=lines(EVENT, EVENT),
        sources_json=json.dumps(origins).encode(),
        shelf_toml=b'[[record]]\nid = "alma"\nname = "ALMA"\n',
    )


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("member", ["records.jsonl", "events.jsonl", "sources.json", "shelf.toml"])
def test_a_member_that_was_changed(content: bytes, member: str) -> None:
    members = unpacked(content)
    content = members[member]
    same = content.replace(b"a", b"b", 1)
    for changed in (same, content + b" ", content[:-1], b"", content[: len(content) // 2]):
        reason = refusal(zipped(*{**members, member: changed}.items()))
        assert member in reason
        assert "not what its manifest says" in reason or "are due" in reason
    rest = [(name, each) for name, each in members.items() if name != member]
    assert f"{member} is in its manifest, but not in it" == refusal(zipped(*rest))
    assert "two members are called" in refusal(zipped(*members.items(), (member, content)))
    other = zipped(("x.json", content), *rest).replace(b"x.json", b"m.json")
    assert refusal(other)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "other"}, "format"),
        ({"format": None}, "missing required field `format`"),
        ({"version": 2}, "a newer ritui made it: form 2, and 1 is read here"),
        ({"version": 2, "members": None, "counts": "?"}, "a newer ritui made it"),
        ({"version": 0}, "format"),
        ({"version": "1"}, "Expected `int`"),
        ({"title": "\x1b[0m\u200b"}, "title"),
        ({"title": None}, "title"),
        ({"created": "yesterday"}, "yesterday"),
        ({"created": "2026-11-24T12:00:00"}, "time zone"),
        ({"created": "0001-01-01T00:00:00+14:00"}, ""),
        ({"counts": {"records": 2}}, "records.jsonl has 1 lines where 2 are due"),
        ({"counts": {"records": 0}}, "records.jsonl has more than 0 lines where 0 are due"),
        ({"counts": {"records": 1, "events": 1}}, "events.jsonl has 0 lines where 1 are due"),
        ({"counts": {"records": -1}}, "counts"),
        ({"counts": {"records": 10**15}}, "counts"),
        ({"counts": {"records": 10**30}}, ""),
        ({"members": {}}, "records.jsonl is in it, but not in its manifest"),
        ({"members": {"records.jsonl": {"size": -1, "sha256": "0" * 64}}}, "members"),
        ({"members": {"records.jsonl": {"size": 1, "sha256": "z" * 64}}}, "members"),
        ({"members": {"records.jsonl": {"size": 10**12, "sha256": "0" * 64}}}, "bytes are in it"),
        ({"members": [1]}, "Expected `object`"),
        ({"licences": 7}, "Expected `array`"),
    ],
)
def test_a_manifest_that_is_none(change: dict[str, Any], reason: str) -> None:
    assert reason in refusal(made(stated=change))


def patched(content: bytes, name: bytes, at: int, value: bytes) -> bytes:
    """A zip with something else in the header of a member in its table of contents."""
    place = content.index(b"PK\x01\x02", content.index(name))
    while content[place + 46 : place + 46 + len(name)] != name:
        place = content.index(b"PK\x01\x02", place + 1)
    return content[: place + at] + value + content[place + at + len(value) :]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a zip"),
        (b"<!doctype html><title>Sign in</title>", "not a zip"),
        (zipped(), "without manifest.json, so it is no bundle"),
        (zipped(("Manifest.json", b"{}")), "without manifest.json"),
        (zipped(("manifest.json", b"{}")), "format"),
        (zipped(("manifest.json", b"[" * 100_000)), "manifest.json"),
        (zipped(("manifest.json", b"\xff\xfe")), "manifest.json"),
        (zipped(("manifest.json", b" " * 5_000_000)), "manifest.json has more than 4,194,304"),
        (zipped(("manifest.json", json.dumps(manifest({})).encode())), "without records.jsonl"),
        (made(sources_json=b"{"), "sources.json: Input data was truncated"),
        (made(sources_json=b" " * 4_200_000), "a line of more than 4,194,304 bytes"),
        (made(b" " * 4_200_000 + b"\n"), "a line of more than 4,194,304 bytes"),
        (made(method=zipfile.ZIP_LZMA), "manifest.json is compressed in a way"),
        (made(method=zipfile.ZIP_BZIP2), "manifest.json is compressed in a way"),
        (patched(made(), b"records.jsonl", 8, b"\x01"), "records.jsonl is encrypted"),
        (patched(made(), b"records.jsonl", 10, b"\x63"), "records.jsonl is compressed in a way"),
        (made(extra=tuple((f"x{n}", b"") for n in range(100))), "more than 100 members"),
        (made(extra=tuple((f"{n}{'x' * 60_000}", b"") for n in range(80))), "too long"),
        (made(extra=(("a", b""), ("a", b""))), "two members are called a"),
        (made(extra=(("a\x00b", b""), ("a\x00c", b""))), "two members are called a"),
        (made(b"\n" * 3_000_000), "counts"),
    ],
)  # fmt: skip
def test_what_is_no_bundle(content: bytes, reason: str) -> None:
    assert reason in refusal(content)


def test_a_bomb_is_left_before_it_bursts(monkeypatch: pytest.MonkeyPatch) -> None:
    inflated = 0
    compare = bundlefile._lines

    def counted(member: Any) -> Any:
        nonlocal inflated
        for line in compare(member):
            inflated += len(line)
            yield line

    monkeypatch.setattr(bundlefile, "_lines", counted)
    bomb = (b'{"id":"x"}' + b" " * 1_000_000 + b"\n") * 40
    # It says itself how much it is: nothing of it is inflated.
    assert "more than 16,000,000 bytes are in it" in refusal(made(bomb), 1_000_000)
    assert inflated == 0
    # It says it is small: no more is inflated than that, and a line.
    small = {"records.jsonl": {"size": 100, "sha256": "0" * 64}}
    assert "not what its manifest says" in refusal(made(bomb, stated={"members": small}))
    assert 0 < inflated <= 1_100_000


def test_names_are_never_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    outside = ("../out.txt", f"{tmp_path}/out.txt", "C:\\out.txt", "a/../../out", "records.jsonl/")
    extra = tuple((name, b"hostile") for name in (*outside, "\x1b[31m", "out.txt"))
    (page,) = read(made(extra=extra))
    assert len(page.claims) == 1
    assert [*tmp_path.rglob("*")] == [here]


def test_cut_anywhere_it_is_refused(content: bytes) -> None:
    places = {1, 21, 22, 4_096, len(content) // 2, *range(len(content) - 400, len(content), 13)}
    for place in sorted(places):
        assert refusal(content[:place])
    for place in (0, 100, len(content) // 3):
        assert refusal(content[:place] + content[place + 50 :])


def test_with_one_byte_changed_it_is_refused_or_the_same() -> None:
    # Some bytes mean nothing, such as dates of members; no other may pass.
    content = made(lines(RECORD, {**RECORD, "id": "two"}), events_jsonl=lines(EVENT))
    whole = read(content)
    refused = 0
    for place in range(len(content)):
        for flip in (1, 128):
            changed = bytes([content[place] ^ flip])
            try:
                found = read(content[:place] + changed + content[place + 1 :])
            except BundleRefused:
                refused += 1
            else:
                assert found == whole, place
    assert refused > len(content)


def test_one_of_a_newer_form_says_so() -> None:
    with pytest.raises(BundleNewer):
        read(made(stated={"version": 2}))


def test_the_form_is_described() -> None:
    text = (assets().parent / "docs" / "sources.md").read_text("utf-8")
    example = re.search(r"^## Bundles\n.*?^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert example
    stated = json.loads(example[1])
    for member in stated["members"].values():
        member["sha256"] = "0" * 64
    members = [(name, b"") for name in stated["members"]]
    content = zipped(("manifest.json", json.dumps(stated).encode()), *members)
    found = Reader(io.BytesIO(content), "example").manifest
    assert found.title == "RI office of Uruguay"
    assert (found.records, found.events) == (506, 61)
    assert found.licences == {"CC0-1.0": 312, "": 260}
