"""Every error that a real service was seen to give: a sentence that names it, and exit code 3."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest
import tomli_w
from pytest_httpserver import HTTPServer

from ritui.sources import KINDS
from tests.cli.test_five import COMMAND
from tests.conftest import PAYLOADS, Program
from tests.sources.rows import ROWS

GONE: Final = ("", "answered with status 404. an HTML page titled “Gone”")
"""For kinds of which no error was recorded: their files are anybody's."""

RECORDED: Final = (
    ("ror", "ror/error-429.txt", "answered with status 429. the text “Rate Limit Exceeded"),
    ("ror", "ror/error-filter.json", "ROR says: filter key 'country_code' is illegal"),
    ("ror", "ror/error-illegal-parameter.json", "query parameter 'per_page' is illegal"),
    ("ror", "ror/error-not-found.json", "is not a valid ROR ID"),
    ("ror", "ror/error-page-range.json", "page '501' outside of range 1-500"),
    ("wikidata", "wikidata/error-400-malformed.txt", "status 400. java.util.concurrent.Exec"),
    ("wikidata", "wikidata/error-429.txt", "answered with status 429. the text “Too Many Requests"),
    ("wikidata", "wikidata/error-500-timeout.txt", "status 500. java.util.concurrent.Timeout"),
    ("wordpress", "wordpress/error-401.json", "the site keeps its API closed (rest_login_requir"),
    ("wordpress", "wordpress/error-404.json", "no API of WordPress was found here: 404"),
    ("wordpress", "wordpress/error-page.json", "no API of WordPress was found here: 400"),
    ("wordpress", "wordpress/not-json.html", "where JSON was due"),
    ("ckan", "ckan/error-not-found.json", "answered with status 404"),
    ("ckan-organizations", "ckan/error-not-found.json", "answered with status 404"),
    ("re3data", "re3data/error-404.xml", "answered with status 404. XML"),
    ("re3data-xml", "re3data/error-404.xml", "answered with status 404. XML"),
    ("feed", "feeds/unrecognised.xml", "where a feed was due"),
    *((name, *GONE) for name in ("ror-dump", "csv", "json", "jsonl", "geojson", "toml", "bundle")),
    ("jsonld", "", "no sitemap, in robots.txt or at /sitemap.xml"),
)


def test_nothing_that_was_recorded_is_left_out() -> None:
    tried = {file for _, file, _ in RECORDED}
    errors = {path.relative_to(PAYLOADS).as_posix() for path in PAYLOADS.glob("*/error-*")}
    assert errors
    assert errors <= tried
    kinds = {row.name: row.kind for row in ROWS}
    assert {kinds[name] for name, _, _ in RECORDED} == {*KINDS}


def status_of(file: str) -> int:
    """The status that a payload was recorded with."""
    folder, _, name = file.partition("/")
    entries = json.loads((PAYLOADS / folder / "index.json").read_text("utf-8"))["entries"]
    return next(int(e["response"]["status"]) for e in entries if e["response"]["file"] == name)


@pytest.mark.parametrize(("name", "file", "words"), RECORDED)
def test_a_recorded_error(
    ritui: Program, httpserver: HTTPServer, name: str, file: str, words: str
) -> None:
    body = (PAYLOADS / file).read_bytes() if file else b"<!doctype html><title>Gone</title>"
    server = httpserver.expect_request(re.compile(".*"))
    server.respond_with_data(body, status_of(file) if file else 404)
    here = httpserver.url_for("").rstrip("/")
    source = next(row for row in ROWS if row.name == name).source(here)
    table: dict[str, Any] = {"id": source.id, "kind": source.kind, **source.options}
    ritui.paths.config.mkdir(parents=True, exist_ok=True)
    ritui.paths.settings_file.write_text(tomli_w.dumps({"source": [table]}), encoding="utf-8")
    done = ritui("sync", source.id, "--json", command=COMMAND)
    assert done.returncode == 3
    [result] = json.loads(done.stdout)["sources"]
    assert result["state"] == "failed"
    assert here in result["error"]
    assert words in result["error"]
    assert f"ritui: {result['error']}\n" in done.stderr
    assert len(httpserver.log) >= 1
