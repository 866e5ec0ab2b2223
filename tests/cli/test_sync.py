"""``ritui sync``: what it fetches, what it prints, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.conftest import Program
from tests.loopback import settle

FIELDS = [
    "id", "state", "added", "changed", "removed", "unchanged", "rejected", "bytes", "seconds",
    "error",
]  # fmt: skip


def organisation(number: int) -> dict[str, Any]:
    return {
        "id": f"https://ror.org/0{number:06d}00",
        "names": [{"value": f"Instituto {number}", "types": ["ror_display"], "lang": "es"}],
        "locations": [{"geonames_details": {"country_code": "UY", "name": "Montevideo",
                                            "lat": -34.9, "lng": -56.2}}],
        "status": "active",
        "types": ["facility"],
        "links": [],
        "external_ids": [],
        "relationships": [],
        "domains": [],
        "established": 1990,
        "admin": {"created": {"date": "2020-01-01", "schema_version": "2.0"},
                  "last_modified": {"date": "2024-01-01", "schema_version": "2.0"}},
    }  # fmt: skip


@pytest.fixture
def source(ritui: Program, httpserver: HTTPServer) -> HTTPServer:
    """A source of three records on this machine, the only one enabled."""
    settle(
        ritui.paths,
        f'[[source]]\nid = "local"\nkind = "ror"\nurl = "{httpserver.url_for("/v2")}"\n'
        'countries = ["UY"]\n',
    )
    offer(httpserver, 3)
    return httpserver


def offer(server: HTTPServer, count: int) -> None:
    server.clear()
    items = [organisation(number) for number in range(count)]
    answer = {"number_of_results": count, "time_taken": 1, "items": items, "meta": {}}
    server.expect_request("/v2").respond_with_json(answer)


def results(ritui: Program, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    done = ritui("sync", "--json", *arguments)
    assert done.returncode == code, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["sources"]
    assert all(list(each) == FIELDS for each in found["sources"])
    listed: list[dict[str, Any]] = found["sources"]
    return listed


def test_with_nothing_enabled_it_says_how_to(ritui: Program) -> None:
    done = ritui("sync", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"sources": []}
    assert str(ritui.paths.settings_file) in done.stderr


def test_a_source_is_fetched_and_kept(ritui: Program, source: HTTPServer) -> None:
    (dry,) = results(ritui, "--dry-run")
    assert (dry["state"], dry["added"]) == ("ok", 3)
    assert json.loads(ritui("list", "source:bundled", "--json").stdout)["total"] == 506
    (first,) = results(ritui)
    assert (first["id"], first["state"], first["added"]) == ("local", "ok", 3)
    assert first["bytes"] > 0
    assert first["error"] is None
    found = json.loads(ritui("list", "source:local", "--json").stdout)
    assert found["total"] == 3
    (again,) = results(ritui)
    assert (again["state"], again["unchanged"]) == ("fresh", 3)
    (forced,) = results(ritui, "local", "--force")
    assert (forced["state"], forced["unchanged"]) == ("unchanged", 3)
    health = json.loads(ritui("sources", "--json").stdout)["sources"]
    assert next(each for each in health if each["id"] == "local")["records"] == 3


def test_a_table_of_results(ritui: Program, source: HTTPServer) -> None:
    done = ritui("sync")
    assert done.stdout.startswith("local\tok\t3\t0\t0\t0\t0\t")
    assert done.stderr == ""


def test_a_great_loss_is_held_back(ritui: Program, source: HTTPServer) -> None:
    results(ritui)
    offer(source, 1)
    (held,) = results(ritui, "--force", code=4)
    assert held["state"] == "held"
    assert json.loads(ritui("list", "source:local", "--json").stdout)["total"] == 3
    assert "--accept-loss" in ritui("sync", "--force").stderr
    (taken,) = results(ritui, "--force", "--accept-loss")
    assert (taken["state"], taken["removed"]) == ("ok", 2)


def test_a_failure_keeps_what_was_there(ritui: Program, source: HTTPServer) -> None:
    results(ritui)
    source.clear()
    source.expect_request("/v2").respond_with_data("gone", status=404)
    done = ritui("sync", "--force", "--json")
    assert done.returncode == 3
    (failed,) = json.loads(done.stdout)["sources"]
    assert failed["state"] == "failed"
    assert "404" in failed["error"]
    assert "404" in done.stderr
    assert json.loads(ritui("list", "source:local", "--json").stdout)["total"] == 3


def test_offline_nobody_is_asked(ritui: Program, source: HTTPServer) -> None:
    (refused,) = results(ritui, "--offline", code=3)
    assert refused["state"] == "failed"
    assert "offline" in refused["error"]
    assert source.log == []
