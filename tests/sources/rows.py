"""Every kind of source with a good answer: how it is asked, and what is at which address."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ritui.model.source import Source
from tests import bundles

PAYLOADS: Final = Path(__file__).parents[1] / "payloads"
MAP: Final = {
    "name": "name", "country": "country", "city": "city", "lat": "lat", "lon": "lon",
    "identifiers.ror": "ror",
}  # fmt: skip
ITEMS: Final = ["Q4201403", "Q98090260"]


@dataclass(frozen=True, slots=True)
class Good:
    """What is right at an address."""

    body: bytes
    media: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Site = Callable[[str, Mapping[str, str], str], Good | None]
"""Path, parameters and the server's own address to what is there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way in which a kind is asked."""

    name: str
    """Its kind, and what is special: ``wordpress-posts``."""
    kind: str
    options: Mapping[str, Any]
    """Those of the source; ``{}`` in a text is the server's address."""
    site: Site
    form: str = "json"
    """What a good answer is: ``json``, ``xml``, ``html``, ``text`` or ``zip``."""
    at: str = "/"
    """Beginning of the paths at which the wrong thing is."""
    paged: bool = False

    def source(self, base: str) -> Source:
        """The source, at a server."""
        return Source(self.name, self.kind, enabled=True, options=_at(self.options, base))


def _at(value: Any, base: str) -> Any:
    if isinstance(value, str):
        return value.replace("{}", base)
    if isinstance(value, list):
        return [_at(each, base) for each in value]
    if isinstance(value, dict):
        return {key: _at(each, base) for key, each in value.items()}
    return value


def read(*place: str) -> bytes:
    """A recorded answer."""
    return PAYLOADS.joinpath(*place).read_bytes()


def one(path: str, good: Good) -> Site:
    """A site with one address."""
    return lambda asked, _, __: good if asked == path else None


def _ror(path: str, params: Mapping[str, str], _: str) -> Good | None:
    return Good(read("ror", f"country-UY-page{params['page']}.json"))


def _release() -> bytes:
    with zipfile.ZipFile(io.BytesIO(read("ror", "v2.9-2026-06-23-ror-data.zip"))) as archive:
        return archive.read("v2.9-2026-06-23-ror-data.json")


def _deposit(path: str, _: Mapping[str, str], base: str) -> Good | None:
    if path == "/files/release.zip":
        return Good(read("ror", "v2.9-2026-06-23-ror-data.zip"), "application/zip")
    file = {"key": "v2.9-ror-data.zip", "size": 1, "links": {"self": f"{base}/files/release.zip"}}
    return Good(json.dumps({"files": [file]}).encode())


def _json_pages(path: str, params: Mapping[str, str], _: str) -> Good | None:
    items = json.loads(read("generic", "facilities.json"))["data"]["items"]
    place = (int(params["page"]) - 1) * 10
    return Good(json.dumps(items[place : place + 10], ensure_ascii=False).encode())


def _wordpress(path: str, params: Mapping[str, str], base: str) -> Good | None:
    if path == "/":
        link = f'<{base}/wp-json/>; rel="https://api.w.org/"'
        return Good(b"<html>", "text/html", {"Link": link})
    if path == "/wp-json/":
        return Good(read("wordpress", "root.json"))
    if path == "/wp-json/wp/v2/posts":
        counts = {"X-WP-Total": "5", "X-WP-TotalPages": "2"}
        return Good(read("wordpress", f"posts-page{params['page']}.json"), headers=counts)
    return None


def _feed(_: str, params: Mapping[str, str], base: str) -> Good | None:
    number = int(params.get("page", "1"))
    link = f'<atom:link rel="next" href="{base}/feed?page={number + 1}"/>' if number < 3 else ""
    item = f"<item><title>Año {number}</title><pubDate>2026-11-0{number}</pubDate></item>"
    space = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    whole = f'<rss version="2.0" {space}><channel>{link}{item}</channel></rss>'
    return Good(whole.encode(), "application/rss+xml")


def _datacite(path: str, params: Mapping[str, str], _: str) -> Good | None:
    page = json.loads(read("re3data", f"datacite-climate-page{params['page[number]']}.json"))
    page["meta"] |= {"total": 50, "totalPages": 2}
    return Good(json.dumps(page, ensure_ascii=False).encode())


def _re3data(path: str, _: Mapping[str, str], __: str) -> Good | None:
    refs = ("r3d100010468", "r3d100011274")
    if path == "/api/repositories":
        entries = "".join(f"<repository><id>{each}</id></repository>" for each in refs)
        return Good(f"<list>{entries}</list><!-- ñ -->".encode(), "text/xml")
    ref = path.rpartition("/")[2]
    return Good(read("re3data", f"repository-{ref}.xml"), "text/xml") if ref in refs else None


def _portal(path: str, params: Mapping[str, str], _: str) -> Good | None:
    if path.endswith("/organization_list"):
        found = json.loads(read("ckan", "organization_list.json"))["result"]
        start = int(params["offset"])
        result: Any = found[start : start + int(params["limit"])]
    else:
        found = json.loads(read("ckan", "package_search-demo.json"))["result"]["results"]
        found += json.loads(read("ckan", "package_search.json"))["result"]["results"]
        start = int(params["start"])
        some = found[start : start + int(params["rows"])]
        result = {"count": len(found), "results": some}
    whole = {"success": True, "result": result}
    return Good(json.dumps(whole, ensure_ascii=False).encode())


def _pages(path: str, _: Mapping[str, str], base: str) -> Good | None:
    if path == "/robots.txt":
        return Good(b"User-agent: *\nDisallow: /no/\n", "text/plain")
    if path == "/sitemap.xml":
        places = "".join(f"<url><loc>{base}/lab/{each}</loc></url>" for each in "abc")
        return Good(f"<urlset>{places}</urlset>".encode(), "text/xml")
    if path.startswith("/lab/"):
        thing = {"@type": "Organization", "name": f"Laboratório {path[-1]}"}
        thing |= {"@id": f"https://labs.example.org/{path[-1]}", "description": "Água " * 20}
        script = json.dumps(thing, ensure_ascii=False)
        page = f'<!doctype html><script type="application/ld+json">{script}</script>'
        return Good(page.encode(), "text/html")
    return None


def _bundle() -> bytes:
    records = [{**bundles.RECORD, "id": f"b{n}", "name": f"Año {n}"} for n in range(9)]
    return bundles.made(bundles.lines(*records), events_jsonl=bundles.lines(bundles.EVENT))


def file_row(kind: str, file: str, media: str, **options: Any) -> Row:
    """A row of a kind that reads one file."""
    given = {"url": f"{{}}/{file}", "map": MAP, **options}
    form = "json" if "json" in media and kind != "jsonl" else "text"
    return Row(kind, kind, given, one(f"/{file}", Good(read("generic", file), media)), form)


PAGED: Final = {"style": "page", "limit": 10}
ROWS: Final = (
    Row("ror", "ror", {"url": "{}/v2", "countries": ["UY"]}, _ror, paged=True),
    Row(
        "ror-dump", "ror-dump", {"url": "{}/release.zip"},
        one("/release.zip", Good(read("ror", "v2.9-2026-06-23-ror-data.zip"), "application/zip")),
        "zip",
    ),
    Row("ror-dump-json", "ror-dump", {"url": "{}/r.json"}, one("/r.json", Good(_release()))),
    Row("ror-dump-deposit", "ror-dump", {"url": "{}/api/records/7"}, _deposit, at="/api/"),
    file_row("csv", "facilities.csv", "text/csv; charset=utf-8"),
    file_row("json", "facilities.json", "application/json", items="data.items"),
    Row(
        "json-pages", "json", {"url": "{}/list", "map": MAP, "page": PAGED}, _json_pages,
        paged=True,
    ),
    file_row("jsonl", "facilities.jsonl", "application/x-ndjson"),
    file_row(
        "geojson", "facilities.geojson", "application/geo+json", map={"name": "properties.name"}
    ),
    file_row("toml", "directory.toml", "application/toml"),
    Row("wordpress", "wordpress", {"url": "{}/"}, _wordpress, paged=True),
    Row(
        "wordpress-posts", "wordpress", {"url": "{}/", "as": "event"}, _wordpress,
        at="/wp-json/wp/v2/posts", paged=True,
    ),
    Row(
        "feed", "feed", {"url": "{}/feed"},
        one("/feed", Good(read("feeds", "wordpress-es.rss"), "application/rss+xml")), "xml",
    ),
    Row("feed-pages", "feed", {"url": "{}/feed"}, _feed, "xml", paged=True),
    Row("re3data", "re3data", {"url": "{}/re3data"}, _datacite, paged=True),
    Row(
        "re3data-xml", "re3data", {"url": "{}/api/repositories", "via": "re3data"}, _re3data,
        "xml",
    ),
    Row(
        "re3data-document", "re3data", {"url": "{}/api/repositories", "via": "re3data"}, _re3data,
        "xml", at="/api/repository/",
    ),
    Row(
        "wikidata", "wikidata", {"url": "{}/sparql", "items": ITEMS},
        one("/sparql", Good(read("wikidata", "composed-facilities.json"))),
    ),
    Row("ckan", "ckan", {"url": "{}/", "rows": 2}, _portal, paged=True),
    Row(
        "ckan-organizations", "ckan", {"url": "{}/", "action": "organization_list", "rows": 10},
        _portal, paged=True,
    ),
    Row("jsonld", "jsonld", {"url": "{}/"}, _pages, "html"),
    Row("jsonld-sitemap", "jsonld", {"url": "{}/"}, _pages, "xml", at="/sitemap"),
    Row(
        "jsonld-page", "jsonld", {"urls": [f"{{}}/lab/{each}" for each in "abc"]}, _pages, "html",
        at="/lab/",
    ),
    Row("bundle", "bundle", {"url": "{}/b.zip"}, one("/b.zip", Good(_bundle(), "application/zip")),
        "zip"),
)  # fmt: skip
