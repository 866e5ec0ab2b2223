"""The kind ``csv`` against tables as spreadsheets and portals save them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from ritui.errors import SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.source import Source
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.table import Csv, decoded

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "generic"
ENGLISH = {
    "name": "name", "acronym": "acronym", "country": "country", "city": "city", "lat": "lat",
    "lon": "lon", "website": "website", "established": "established", "fields": "types",
    "identifiers.ror": "ror", "identifiers.wikidata": "wikidata", "partners": "aliases",
}  # fmt: skip
SPANISH = {
    "name": "Nombre", "names.es": "Nombre", "acronym": "Sigla", "country": "País",
    "city": "Ciudad", "lat": "Latitud", "lon": "Longitud", "website": "Sitio web",
    "established": "Año",
}  # fmt: skip


async def read(door: Door, url: str, **options: Any) -> Page:
    source = Source("snrh", "csv", options={"url": url, **options})
    Csv.check(source)
    [page] = [page async for page in Csv.pages(source, door)]
    return page


async def read_bytes(open_door: Doors, folder: Path, body: bytes, **options: Any) -> Page:
    file = folder / "table.csv"
    file.write_bytes(body)
    return await read(open_door(), str(file), **{"map": {"name": "name"}, **options})


def names(page: Page) -> list[str]:
    return [claim.values["name"] for claim in page.claims]


def by_id(page: Page) -> dict[str, Claim]:
    return {claim.values["id"]: claim for claim in page.claims}


async def test_commas(open_door: Doors, replay: Callable[[str], str]) -> None:
    url = replay("generic") + "/facilities.csv"
    page = await read(open_door(), url, map=ENGLISH, updated="updated")
    assert (len(page.claims), page.faults, page.dropped) == (40, (), ())
    auger = by_id(page)["ror-04x4znw66"]
    assert dict(auger.values) == {
        "id": "ror-04x4znw66",
        "kind": "infrastructure",
        "name": "Pierre Auger Observatory",
        "country": "AR",
        "city": "Malargüe",
        "lat": -35.47791,
        "lon": -69.58521,
        "fields": ["facility"],
        "established": 2004,
        "website": "https://www.auger.org/",
        "identifiers": {"ror": "https://ror.org/04x4znw66", "wikidata": "Q794886"},
        "region": "LAC",
    }
    assert auger.evidence[0].retrieved == "2025-03-26"
    quoted = by_id(page)["ror-02h8m2a72"].values
    assert quoted["name"] == "Instituto de Investigación sobre Sociedades, Territorios y Culturas"
    assert by_id(page)["ror-03h7hkg24"].values["fields"] == ["facility", "government"]


@pytest.mark.parametrize("file", ["instalaciones.csv", "instalaciones-latin1.csv"])
async def test_excel_in_spanish(open_door: Doors, replay: Callable[[str], str], file: str) -> None:
    url = f"{replay('generic')}/{file}"
    defaults = {"country": "AR", "licence": "CC-BY-4.0"}
    page = await read(open_door(), url, map=SPANISH, decimal=",", defaults=defaults)
    assert (len(page.claims), page.faults, page.dropped) == (40, (), ())
    first = by_id(page)["instituto-de-ciencias-antropologicas-ar-snrh"]
    assert dict(first.values) == {
        "id": "instituto-de-ciencias-antropologicas-ar-snrh",
        "kind": "infrastructure",
        "name": "Instituto de Ciencias Antropológicas",
        "names": {"es": "Instituto de Ciencias Antropológicas"},
        "acronym": "ICA",
        "country": "AR",
        "city": "Buenos Aires",
        "lat": -34.61315,
        "lon": -58.37723,
        "established": 1947,
        "website": "http://antropologia.institutos.filo.uba.ar",
        "region": "LAC",
    }
    assert first.evidence[0].licence == "CC-BY-4.0"
    assert "Instituto de Altos Estudios Espaciales “Mario Gulich”" in names(page)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("name\r\nÁ\r\n".encode("utf-16"), ["Á"]),
        ("name\r\nÁ\r\n".encode("utf-16-le"), ["Á"]),
        ("name\r\nÁ\r\n".encode("utf-16-be"), ["Á"]),
        (b"name,b\rA,1\rB,2\r", ["A", "B"]),
        (b"\n\n b , name \n1,A\n,\n2,B", ["A", "B"]),
        (b"sep=|\r\nname|b\r\nA,a|1\r\n", ["A,a"]),
        (b"name\tb\nA;a\t1\n", ["A;a"]),
        (b'b,x;y;z,name\n1,2,"A ""a""\nb"\n', ['A "a" b']),
        (b"a;b;name\n1,2,3;2;A\n", ["A"]),
        (b"name,b,\nA,1,\nB\nC,,,,\n", ["A", "B", "C"]),
        (b"name,name\nA,B\n", ["A"]),
    ],
)
async def test_forms(open_door: Doors, tmp_path: Path, body: bytes, found: list[str]) -> None:
    page = await read_bytes(open_door, tmp_path, body)
    assert (names(page), page.faults, page.dropped) == (found, (), ())


async def test_bad_rows_are_named_by_their_line(open_door: Doors, tmp_path: Path) -> None:
    body = b'name,b\n"A\na",1\nB,2,3\n,4\n"C"c,5\nD,6\nE'
    page = await read_bytes(open_door, tmp_path, body, map={"name": "name", "city": "town"})
    assert names(page) == ["A a", "D"]
    assert page.faults == (
        "line 4: 3 values for 2 columns",
        "line 5: it has no name",
        "line 6: ',' expected after '\"'",
        "line 8: it stops in the middle, at value 1 of 2",
    )
    assert page.dropped == ("no column “town” for city",)


async def test_cut_inside_a_letter_or_a_quotation(open_door: Doors, tmp_path: Path) -> None:
    whole = (PAYLOADS / "facilities.csv").read_bytes()
    body = whole[: whole.index("í".encode(), 3_000) + 1]
    page = await read_bytes(open_door, tmp_path, body, map=ENGLISH)
    assert names(page)[0].endswith("y el Hábitat Humano")
    assert page.faults[-1].endswith("of 13")
    assert "characters that could not be decoded: 1" in page.dropped
    page = await read_bytes(open_door, tmp_path, b'name,b\nA,1\n"B,2\nC,3\n')
    assert names(page) == ["A"]
    assert page.faults == ("line 3: unexpected end of data",)


@pytest.mark.parametrize(
    ("body", "options", "words"),
    [
        (b"", {}, "an empty answer where CSV was due"),
        (b"<!DOCTYPE html><title>Sign in</title>", {}, "HTML page titled “Sign in” where CSV"),
        (b"PK\x03\x04" + b"\0" * 200, {}, "a ZIP or Excel file where CSV was due"),
        (b"\x1f\x8b\x08\x00", {}, "compressed data where CSV was due"),
        (b'{"name": "A"}', {}, "no column “name”; there are “{"),
        (b"Nombre;Sigla\nA;B\n", {}, "no column “name”; there are “Nombre”, “Sigla”"),
        (b"name\n\x81\x8d\n", {}, "in neither UTF-8, UTF-16 nor Windows-1252"),
        (b"name\n\xe1\n", {"encoding": "utf-8"}, "not in utf-8, at byte 5"),
        (b"name,b\n,1\n", {}, "none of 1 records could be read"),
    ],
)
async def test_what_cannot_be_used(
    open_door: Doors, tmp_path: Path, body: bytes, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(SourceUnusable, match=words):
        await read_bytes(open_door, tmp_path, body, **options)


async def test_the_content_is_believed_and_not_the_header(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    for body, charset in [("Año", "iso-8859-1"), ("Año", "utf-8"), ("Año", "nonsense")]:
        encoding = "cp1252" if charset == "utf-8" else "utf-8"
        head = {"Content-Type": f"text/csv; charset={charset}"}
        httpserver.clear()
        httpserver.expect_request("/a").respond_with_data(
            f"name;x\n{body};1\n".encode(encoding), headers=head
        )
        page = await read(open_door(), httpserver.url_for("/a"), map={"name": "name"})
        assert names(page) == ["Año"]


def test_encodings() -> None:
    assert decoded(b"name\n" + b"A" * 100 + b"\0B").endswith("\0B")
    assert decoded("Añ€".encode("cp1252")) == "Añ€"
    assert decoded(b"\xef\xbb\xbfA") == decoded(b"\xef\xbb\xbfA", "utf-8") == "A"
    assert decoded("áéíóú".encode() + b"\xe1") == "áéíóú\ufffd"
    assert decoded("¤".encode("iso-8859-15", "replace"), "iso-8859-15") == "?"


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"encoding": "utf8"}, "utf-8"),
        ({"delimiter": ":"}, None),
        ({"delimeter": ";"}, "delimiter"),
        ({"items": "data"}, None),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str | None) -> None:
    given = {"url": "/a.csv", "map": {"name": "n"}, **options}
    with pytest.raises(UnknownWord) as caught:
        Csv.check(Source("a", "csv", options=given))
    if nearest is not None:
        assert caught.value.nearest == nearest
