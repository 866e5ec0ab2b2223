"""``ritui sources``: what is configured, and how it fared."""

from __future__ import annotations

import json

from ritui.model.source import Health
from ritui.services.library import open_library
from ritui.sources import KINDS
from tests.conftest import Program


def test_the_shipped_sources(fresh_ritui: Program) -> None:
    found = json.loads(fresh_ritui("sources", "--json").stdout)["sources"]
    assert [(each["id"], each["enabled"]) for each in found] == [
        ("ror-celac", True),
        ("ror-all", False),
        ("re3data-lac", False),
        ("wikidata-known", False),
        ("resinfra-news", True),
        ("lifewatch-news", True),
    ]
    assert {each["state"] for each in found} == {"never"}
    listed = fresh_ritui("sources", "list", "--json").stdout
    assert listed == fresh_ritui("sources", "--json").stdout
    assert "ror-celac" in fresh_ritui("sources", "--format", "ids").stdout.split()
    rows = dict(line.split("\t", 1) for line in fresh_ritui("sources").stdout.splitlines())
    assert rows["ror-celac"].split("\t")[1:4] == ["true", "never", "0"]
    assert rows["ror-all"].split("\t")[1:4] == ["false", "never", "0"]


def test_in_a_settled_home_none_is_enabled(ritui: Program) -> None:
    found = json.loads(ritui("sources", "--json").stdout)["sources"]
    assert "ror-celac" in {each["id"] for each in found}
    assert not [each["id"] for each in found if each["enabled"]]


def test_one_source_in_full(ritui: Program) -> None:
    found = json.loads(ritui("sources", "show", "ror-celac", "--json").stdout)
    assert found["kind"] == "ror"
    assert "UY" in found["options"]["countries"]
    assert "countries\tAG AR " in ritui("sources", "show", "ror-celac").stdout


def test_how_it_fared(ritui: Program) -> None:
    library, _ = open_library(ritui.paths)
    error = {
        "key": "error.source-unreachable",
        "source": "ror-celac",
        "url": "https://api.ror.org/",
        "reason": "no route to host",
    }
    library.remember(Health("ror-celac", "failed", tried="2026-01-01T00:00:00+00:00", error=error))
    library.close()
    assert "no route to host" in ritui("sources", "show", "ror-celac").stdout
    found = json.loads(ritui("sources", "show", "ror-celac", "--json").stdout)
    assert found["state"] == "failed"
    assert found["error"]["reason"] == "no route to host"


def test_the_kinds(ritui: Program) -> None:
    found = json.loads(ritui("sources", "kinds", "--json").stdout)["kinds"]
    assert [each["kind"] for each in found] == list(KINDS)
    assert all(each["gives"] for each in found)
