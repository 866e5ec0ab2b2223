"""Columns of files of which nothing is known yet, and answers that are asked for once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from ritui.errors import Offline, SourceRefused, SourceUnreachable, SourceUnusable, UnknownWord
from ritui.model.source import Source
from ritui.sources.fetch import Door
from ritui.sources.look import Columns, RememberingDoor, columns, first_page
from tests.conftest import PAYLOADS

GENERIC = PAYLOADS / "generic"


async def looked(kind: str, path: Path | str) -> Columns:
    async with Door(offline=True) as door:
        return await columns(Source("new", kind, options={"url": str(path)}), door)


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", ["instalaciones-excel.csv", "instalaciones-latin1.csv"])
async def test_a_table_as_excel_saves_it_in_spanish(name: str) -> None:
    found = await looked("csv", GENERIC / name)
    assert list(found.samples) == [
        "Nombre", "Sigla", "País", "Ciudad", "Latitud", "Longitud", "Sitio web", "Año",
    ]  # fmt: skip
    assert found.samples["Latitud"] == "-27,46056"
    assert found.samples["Año"] == "2015"
    assert found.items == ""


@pytest.mark.parametrize(
    ("kind", "name", "items", "column"),
    [
        ("json", "facilities.json", "data.items", "name"),
        ("jsonl", "facilities.jsonl", "", "name"),
        ("toml", "directory.toml", "infrastructure", "name"),
        ("geojson", "facilities.geojson", "", "properties.name"),
        ("json", "socrata-page1.json", "", "counts"),
    ],
)
async def test_documents_and_where_their_records_are(
    kind: str, name: str, items: str, column: str
) -> None:
    found = await looked(kind, GENERIC / name)
    assert found.items == items
    assert found.samples[column]
    assert not {"geometry", "geometry.coordinates", "type"} & set(found.samples)


async def test_values_inside_tables_and_lists(tmp_path: Path) -> None:
    records = [
        {"name": None, "at": {"town": {"name": "A"}}, "tags": ["x", "y"], "links": [{"url": "u"}]},
        "no record",
        {"name": "N", "late": 1},
    ]
    found = await looked("json", written(tmp_path, json.dumps(records)))
    assert dict(found.samples) == {
        "name": "N", "at.town.name": "A", "tags": "x; y", "links.url": "u", "late": "1",
    }  # fmt: skip


async def test_the_longest_list_has_the_records(tmp_path: Path) -> None:
    document = {"notes": [{"a": 1}], "body": {"rows": [{"b": 1}, {"b": 2}]}}
    found = await looked("json", written(tmp_path, json.dumps(document)))
    assert (found.items, list(found.samples)) == ("body.rows", ["b"])


async def test_a_header_without_rows_names_its_columns(tmp_path: Path) -> None:
    found = await looked("csv", written(tmp_path, "Nombre\tPaís\t\n"))
    assert dict(found.samples) == {"Nombre": "", "País": ""}


async def test_the_sign_that_excel_states(tmp_path: Path) -> None:
    found = await looked("csv", written(tmp_path, "sep=|\nname|a,b\nX|1\n"))
    assert dict(found.samples) == {"name": "X", "a,b": "1"}


async def test_hostile_names_and_values(tmp_path: Path) -> None:
    bad = {"na\x1b[2Jme": "x", "name": "A\x1b]52;c;aGk=\x07B\u202e\nC", "": "y", "t": {"a.b": 1}}
    found = await looked("json", written(tmp_path, json.dumps([bad])))
    assert dict(found.samples) == {"name": "AB C"}


async def test_a_wide_table_is_not_offered_whole(tmp_path: Path) -> None:
    text = ",".join(f"c{number}" for number in range(1000)) + "\n"
    assert len((await looked("csv", written(tmp_path, text))).samples) == 200


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("csv", b""),
        ("csv", b"<!doctype html><title>Sign in</title>"),
        ("csv", b"PK\x03\x04rest"),
        ("csv", b"\n\n"),
        ("json", b"{"),
        ("json", b'{"a": 1}'),
        ("json", b"[1, 2]"),
        ("json", b"[" * 100_000),
        ("json", b'[{"name": "\xff"}]'),
        ("jsonl", b"no\nrecord\n"),
        ("toml", b"= 1"),
        ("toml", b"a = 1"),
        ("geojson", b'{"features": 1}'),
    ],
)
async def test_what_cannot_be_looked_at(kind: str, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(SourceUnusable):
        await looked(kind, written(tmp_path, content))


async def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable):
        await looked("csv", tmp_path / "none.csv")
    with pytest.raises(Offline):
        await looked("csv", "http://127.0.0.1:9/list.csv")


async def test_a_file_is_fetched_once_for_columns_and_first_page(httpserver: HTTPServer) -> None:
    body = (GENERIC / "facilities.csv").read_bytes()
    httpserver.expect_ordered_request("/f.csv").respond_with_data(body)
    options = {"url": httpserver.url_for("/f.csv"), "map": {"name": "name"}}
    source = Source("new", "csv", options=options)
    memory: dict[tuple[str, str], object] = {}
    async with RememberingDoor(memory, trust_env=False) as door:  # type: ignore[arg-type]  # empty
        await columns(source, door)
    async with RememberingDoor(memory, trust_env=False) as door:  # type: ignore[arg-type]  # answers
        page = await first_page(source, door)
        assert door.received["new"] == 0
    assert len(page.claims) == 40
    assert len(httpserver.log) == 1


async def test_a_failure_is_not_remembered(httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/f.csv").respond_with_data("no", status=403)
    httpserver.expect_request("/f.csv").respond_with_data("name\nA\n")
    source = Source("new", "csv", options={"url": httpserver.url_for("/f.csv")})
    async with RememberingDoor({}, trust_env=False) as door:
        with pytest.raises(SourceRefused):
            await columns(source, door)
        assert (await columns(source, door)).samples == {"name": "A"}


async def test_a_first_page_needs_settings_that_can_be_honoured() -> None:
    async with Door(offline=True) as door:
        with pytest.raises(UnknownWord):
            await first_page(Source("new", "csv", options={"url": "/a.csv"}), door)
        with pytest.raises(UnknownWord):
            await first_page(Source("new", "cvs"), door)
