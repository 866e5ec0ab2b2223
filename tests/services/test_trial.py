"""Attempts at sources of which nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from ritui.config import Config
from ritui.model.source import Source
from ritui.paths import find_paths
from ritui.services.library import Library, open_library
from ritui.services.trial import Trial, informed
from tests.conftest import PAYLOADS

CSV = PAYLOADS / "generic" / "instalaciones-excel.csv"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library, _ = open_library(find_paths(str(tmp_path)))
    yield library
    library.close()


async def test_a_trial_asks_once_and_again_when_told(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/l.csv").respond_with_data(CSV.read_bytes())
    url = httpserver.url_for("/l.csv")
    trial = Trial(Config(proxy_from_env=False), offline=False)
    looked = await trial.columns(Source("l", "csv", options={"url": url}))
    source = Source("l", "csv", options={"url": url, "map": {"name": "Nombre", "lat": "Latitud"}})
    found = await trial.page(source)
    assert (found.records, len(found.names), found.faults) == (40, 3, ())
    assert len(found.dropped) == 40
    assert looked.samples.keys() >= {"Nombre"}
    assert len(httpserver.log) == 1
    await trial.page(source, again=True)
    assert len(httpserver.log) == 2
    assert trial.bytes == len(CSV.read_bytes())


async def test_a_source_that_asks_about_the_directory_is_told_what_it_has(
    library: Library, httpserver: HTTPServer
) -> None:
    empty = {"head": {"vars": ["item"]}, "results": {"bindings": []}}
    httpserver.expect_request("/sparql").respond_with_json(empty)
    source = Source(
        "w", "wikidata", options={"items": "known", "url": httpserver.url_for("/sparql")}
    )
    items = library.catalog.wikidata_items()
    assert items
    assert informed(source, library.catalog).options["items"] == items
    other = Source("w", "csv", options={"items": "known"})
    assert informed(other, library.catalog) is other
    trial = Trial(Config(proxy_from_env=False), offline=False)
    assert (await trial.page(source, catalog=library.catalog)).records == 0
    assert items[0] in httpserver.log[0][0].url
