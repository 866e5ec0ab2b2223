"""What is guessed of a new source, and what the settings get of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritui.model.record import KEYS
from ritui.model.source import BUNDLED, Source
from ritui.services import adding
from ritui.services.adding import CHOICES, UPDATED, Plan, guess, guess_decimal
from ritui.sources.look import Columns
from tests.conftest import PAYLOADS

CSV = PAYLOADS / "generic" / "instalaciones-excel.csv"


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("Nombre", "name"), ("NOME", "name"), ("name", "name"), ("Institución", "name"),
        ("sigla", "acronym"), ("Acrónimo", "acronym"), ("Ciudad", "city"), ("Cidade", "city"),
        ("Città", "city"), ("lat", "lat"), ("Latitud", "lat"), ("LONGITUDE", "lon"),
        ("lng", "lon"), ("Sitio web", "website"), ("sitio_web", "website"), ("URL", "website"),
        ("País", "country"), ("Paese", "country"), ("country_code", "country"),
        ("Año", "established"), ("Ano de criação", "established"), ("Year", "established"),
        ("Correo electrónico", "contacts.email"), ("Teléfono", "contacts.phone"),
        ("ROR ID", "identifiers.ror"), ("Palabras clave", "fields"), ("Descrição", "summary"),
        ("properties.nombre", "name"), ("address.city", "city"), ("last_updated", UPDATED),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_name(column: str, key: str) -> None:
    assert guess(Columns({column: ""})) == {column: key}


def test_each_key_is_guessed_once_and_the_surer_name_wins() -> None:
    columns = ["Título", "Nombre", "country", "country_code", "Estado", "x y"]
    assert guess(Columns(dict.fromkeys(columns, ""))) == {
        "Nombre": "name", "country_code": "country",
    }  # fmt: skip


def test_a_column_at_the_top_comes_before_one_inside() -> None:
    assert guess(Columns({"owner.name": "", "name": ""})) == {"name": "name"}


def test_every_guess_and_choice_is_a_key_of_a_record() -> None:
    assert {key.partition(".")[0] for key in CHOICES} - {UPDATED} <= set(KEYS)
    assert set(adding._GUESSES) <= set(CHOICES)
    headers = [header for each in adding._GUESSES.values() for header in each.split(", ")]
    assert len(headers) == len(set(headers))
    assert headers == [adding._worded(header) for header in headers]


@pytest.mark.parametrize(
    ("sample", "sign"), [("-27,46", ","), ("-27.46", "."), ("", "."), ("1,234,5", ".")]
)
def test_the_decimal_sign_is_seen_in_the_points(sample: str, sign: str) -> None:
    found = Columns({"a": "1,5", "y": sample})
    assert guess_decimal(found, {"a": "established", "y": "lat"}) == sign


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.org/list.CSV?x=1", "csv"), ("~/a.tsv", "csv"),
        ("/a/b.geojson", "geojson"),
        ("https://example.org/a.json", "json"), ("a.ndjson", "jsonl"), ("a.toml", "toml"),
        ("https://example.org/feed/", "feed"), ("https://example.org/news.rss", "feed"),
        ("https://api.ror.org/v2/organizations", "ror"), ("https://example.org/", ""),
        ("https://example.org/api/3/action/", "ckan"), ("http://[", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_kind_that_an_address_looks_like(url: str, kind: str) -> None:
    assert adding.proposed_kind(url) == kind


def test_names_that_are_proposed() -> None:
    url = "https://www.example.org/data/instalaciones_2026.csv"
    assert adding.proposed_title(url) == "Instalaciones 2026 (example.org)"
    assert adding.proposed_title("/home/me/list.csv") == "List"
    assert adding.proposed_id("csv", url) == "csv-example-org"
    assert adding.free_id("csv", url, ()) == "instalaciones-2026"
    assert adding.free_id("feed", url, ()) == "feed-example-org"
    taken = [Source("instalaciones-2026", "csv"), Source("instalaciones-2026-2", "csv")]
    assert adding.free_id("csv", url, taken) == "instalaciones-2026-3"
    assert adding.free_id("csv", f"/a/{BUNDLED}.csv", ()) == f"{BUNDLED}-2"
    for odd in ("", "/", "/a/日本.csv", "https://example.org/" + "x" * 99 + ".csv"):
        assert adding.is_id(adding.free_id("csv", odd, ())), odd


def test_a_plan_as_the_settings_have_it() -> None:
    plan = Plan(
        "csv", "/a/list.csv", "list", "List",
        columns={"Año": "established", "Nombre": "name", "Fecha": UPDATED},
        decimal=",", country="AR",
        more={"max_records": 5, "map": {"legal": "Forma"}, "defaults": {"region": "LAC"}},
    )  # fmt: skip
    assert plan.values() == {
        "kind": "csv", "title": "List", "url": "/a/list.csv", "decimal": ",", "updated": "Fecha",
        "max_records": 5, "defaults": {"country": "AR", "region": "LAC"},
        "map": {"name": "Nombre", "established": "Año", "legal": "Forma"},
    }  # fmt: skip
    assert Plan("feed", "https://example.org/feed").values() == {
        "kind": "feed", "url": "https://example.org/feed",
    }  # fmt: skip


def test_a_draft_is_read_as_the_settings_will_be(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    plan = Plan("csv", str(CSV), "list", "List", columns={"Nombre": "name"})
    source, problems = adding.draft(path, plan.id, plan.values())
    assert (source and source.title, list(problems)) == ("List", [])
    wrong, problems = adding.draft(path, "list", {**plan.values(), "every": "soon"})
    assert wrong is None
    assert len(problems) == 1
    assert not path.exists()


def test_what_comes_with_the_program_is_known() -> None:
    assert adding.is_shipped("ror-celac")
    assert not adding.is_shipped("mine")
    assert adding.is_taken(BUNDLED, ())
    assert not adding.is_taken("mine", [Source("other", "csv")])
