"""Values as tables write them: countries, addresses without a scheme, cells of several lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from ritui.model.source import Source
from ritui.resources import asset
from ritui.sources.fetch import Door
from ritui.sources.mapping import Mapper
from ritui.sources.shape import country_code, country_codes, plain, shaped, split, web
from ritui.sources.table import Csv

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "generic"
CODES = country_codes()


def test_every_name_and_every_code_means_its_country() -> None:
    names: dict[str, list[str]] = json.loads(asset("vocab", "countries.json").read_bytes())
    alpha3: dict[str, str] = json.loads(asset("vocab", "alpha3.json").read_bytes())
    assert len(names) > 240
    for code, called in names.items():
        assert country_code(code, CODES) == code  # DE, LA and the like are small words, too
        assert {country_code(each.upper(), CODES) for each in called} == {code}
    for long, code in alpha3.items():
        assert country_code(long, CODES) == country_code(long.lower(), CODES) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Brasil", "BR"),
        ("brazil", "BR"),
        ("MEXICO", "MX"),
        ("Republica Dominicana", "DO"),
        ("Dominica", "DM"),
        ("Trinidad and Tobago", "TT"),
        ("St Lucia", "LC"),
        ("Bolivia (Estado Plurinacional de)", "BO"),
        ("Venezuela, República Bolivariana de", "VE"),
        ("Guinea, Equatorial", "GQ"),
        ("Korea, Republic of", "KR"),
        ("The Netherlands", "NL"),
        ("Tchéquia", "CZ"),
        ("Czech Republic", "CZ"),
        ("UK", "GB"),
        ("EE.UU.", "US"),
        # What no list agrees on, or what is none, stays as it is and is named as a fault later.
        ("Congo (the Democratic Republic of the)", None),
        ("Saint Martin (Dutch part)", None),
        ("Atlantis", None),
        ("de la", None),
        ("", None),
        ("a" * 100_000, None),
        (32, None),
        (None, None),
    ],
)
def test_countries(said: Any, code: str | None) -> None:
    assert country_code(said, CODES) == (said if code is None else code)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("www.inta.gob.ar", "https://www.inta.gob.ar"),
        ("inta.gob.ar/sedes?id=1#a", "https://inta.gob.ar/sedes?id=1#a"),
        ("WWW.UNAM.MX:8080", "https://WWW.UNAM.MX:8080"),
        ("www.educación.gob.ar", "https://www.educación.gob.ar"),
        ("//fing.edu.uy", "https://fing.edu.uy"),
        ("http://inta.gob.ar", "http://inta.gob.ar"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("no tiene", "no tiene"),
        ("s/d", "s/d"),
        ("S.A.", "S.A."),
        ("info@inta.gob.ar", "info@inta.gob.ar"),
        ("user:secret@inta.gob.ar", "user:secret@inta.gob.ar"),
        ("10.0.0.1", "10.0.0.1"),
        ("a." * 50_000, "a." * 50_000),
        (7, 7),
    ],
)
def test_addresses_without_a_scheme(said: Any, address: Any) -> None:
    assert web(said) == address


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("lasers; óptica", ["lasers", "óptica"]),
        ("lasers\nóptica\r\n\r\nx-rays;", ["lasers", "óptica", "x-rays"]),
        ("- lasers\n• óptica\n-40 °C", ["lasers", "óptica", "-40 °C"]),
        ("R&amp;D; a;b", ["R&amp;D", "a;b"]),
        (" ;\n", []),
        (7, [7]),
    ],
)
def test_cells_of_several_values(cell: Any, parts: list[Any]) -> None:
    assert split(cell) == parts


def test_other_values() -> None:
    assert plain(" a ") == "a"
    assert plain(date(2025, 3, 1)) == "2025-03-01"
    assert shaped("lat", "-27,4", ",", CODES) == "-27.4"
    assert shaped("lat", "-27,4", ".", CODES) == "-27,4"
    assert shaped("established", "1998,0", ".", CODES) == "1998"
    assert shaped("countries", "Perú\nBRA; uy", ".", CODES) == ["PE", "BR", "uy"]
    assert shaped("country", ["Perú"], ".", CODES) == "PE"
    assert shaped("details", "One; and two", ".", CODES) == ["One; and two"]


def test_in_records() -> None:
    mapped = {
        "name": "n", "names.es": "n", "country": "c", "countries": "cs", "fields": "f",
        "website": "w", "links.map": "m", "contacts.url": "p",
    }  # fmt: skip
    record = {
        "n": "Laboratorio Nacional", "c": "Estados Unidos Mexicanos", "cs": "MEX\nBrasil; Atlantis",
        "f": "óptica\nláser", "w": "www.lab.mx", "m": "m.lab.mx/1; https://b.mx", "p": "lab.mx/x",
    }  # fmt: skip
    source = Source("a", "json", options={"url": "https://x.example/", "map": mapped})
    page = Mapper(source).page([("record 1", record)])
    [claim] = page.claims
    assert dict(claim.values) == {
        "id": "laboratorio-nacional-a",
        "kind": "infrastructure",
        "name": "Laboratorio Nacional",
        "names": {"es": "Laboratorio Nacional"},
        "countries": ["MX", "BR"],
        "fields": ["óptica", "láser"],
        "contacts": [{"url": "https://lab.mx/x"}],
        "website": "https://www.lab.mx",
        "links": [{"rel": "map", "url": "https://m.lab.mx/1"}, {"rel": "map", "url": "https://b.mx"}],
    }  # fmt: skip
    assert [each.partition(": ")[2] for each in page.dropped] == [
        "country: ESTADOS UNIDOS MEXIC is not an ISO 3166-1 alpha-2 code",
        "countries: ATLANTIS is not an ISO 3166-1 alpha-2 code",
    ]


async def test_the_recorded_table_as_a_ministry_would_write_it(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    table = (PAYLOADS / "instalaciones-excel.csv").read_text("utf-8-sig")
    odd = table.replace(";AR;", ";Argentina;").replace(";PA;", ";PAN;").replace(";https://", ";")
    assert (odd.count(";Argentina;"), odd.count(";PAN;")) == (28, 10)
    httpserver.expect_request("/i.csv").respond_with_data(odd.encode("cp1252", "replace"))
    mapped = {"name": "Nombre", "names.es": "Nombre", "country": "País", "website": "Sitio web"}
    options = {"url": httpserver.url_for("/i.csv"), "map": mapped}
    source = Source("snrh", "csv", options=options)
    Csv.check(source)
    [page] = [page async for page in Csv.pages(source, open_door())]
    assert (len(page.claims), page.faults, page.dropped) == (40, (), ())
    assert {each.values["country"] for each in page.claims} == {"AR", "CR", "PA", "UY"}
    assert {each.values["region"] for each in page.claims} == {"LAC"}
    first = page.claims[0]
    assert first.values["website"] == "https://iidthh.conicet.gov.ar"
    assert first.values["names"]["es"].endswith("Territorial y el Hábitat Humano")
