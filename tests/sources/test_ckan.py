"""The kind ``ckan`` against recorded answers of portals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceRefused, SourceUnusable, UnknownWord
from ritui.model.source import Source
from ritui.sources.base import Page
from ritui.sources.ckan import Ckan, api_root, claim_from
from ritui.sources.fetch import Door

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "ckan"
ROOT = "https://data.example.org/api/3/action/"


async def read(door: Door, url: str, **options: Any) -> list[Page]:
    source = Source("portal", "ckan", options={"url": url, **options})
    Ckan.check(source)
    return [page async for page in Ckan.pages(source, door)]


def recorded(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_bytes())["result"]


def claims(pages: list[Page]) -> list[str]:
    return [claim.ref for page in pages for claim in page.claims]


def portal(httpserver: HTTPServer, action: str, items: list[Any], cap: int = 1000) -> str:
    """A portal that pages as CKAN does, and never gives more than ``cap`` at once."""

    def answer(request: Request) -> Response:
        if action == "package_search":
            start, rows = int(request.args["start"]), int(request.args["rows"])
            some = items[start : start + min(rows, cap)]
            result: Any = {"count": len(items), "results": some}
        else:
            start, rows = int(request.args["offset"]), int(request.args["limit"])
            result = items[start : start + min(rows, cap)]
        return Response(json.dumps({"success": True, "result": result}))

    httpserver.expect_request(f"/api/3/action/{action}").respond_with_handler(answer)
    return httpserver.url_for("/")


async def test_data_sets(open_door: Doors, httpserver: HTTPServer) -> None:
    found = recorded("package_search-demo.json")["results"]
    found += recorded("package_search.json")["results"]
    url = portal(httpserver, "package_search", found)
    pages = await read(open_door(), url, query="suelo", filter="type:dataset", rows=2)
    assert claims(pages) == [each["id"] for each in found]
    assert [page.expected for page in pages] == [5, 5, 5]
    assert all(page.faults == () for page in pages)
    asked = [request.args.to_dict() for request, _ in httpserver.log]
    assert [each["start"] for each in asked] == ["0", "2", "4"]
    assert {each["q"] for each in asked} == {"suelo"}
    assert {each["fq"] for each in asked} == {"type:dataset"}
    assert {each["sort"] for each in asked} == {"metadata_modified desc"}
    few = await read(open_door(), url, max_records=3, rows=2)
    assert len(claims(few)) == 3


def test_a_data_set_in_full() -> None:
    item = recorded("package_search.json")["results"][0]
    source = Source("portal", "ckan", title="EnviDat", options={"country": "AR"})
    said, unfit = claim_from(item, source, ROOT)
    assert unfit == []
    assert said.ref == item["id"]
    values = dict(said.values)
    assert values.pop("summary").startswith("This dataset contains idealized")
    id_ = values.pop("id")
    assert id_.startswith("portal-the-importance-of-hot-summers")
    assert id_.endswith(f"-{item['id'][:8]}")
    assert len(id_) == 80
    assert values.pop("fields")[:2] == ["ATMOSPHERIC HEATWAVES", "CLIMATE CHANGE"]
    [link] = values.pop("links")
    assert (link["rel"], link["url"]) == ("zip", item["resources"][0]["url"])
    assert values == {
        "kind": "infrastructure",
        "name": item["title"],
        "region": "LAC",
        "country": "AR",
        "lat": 46.558292,
        "lon": 7.834626,
    }
    [entry] = said.evidence
    assert (entry.title, entry.retrieved) == ("EnviDat", "2026-08-04")
    assert entry.url == f"{ROOT}package_show?id={item['id']}"
    assert "area" in said.cautions["lat"]


async def test_organisations(open_door: Doors, httpserver: HTTPServer) -> None:
    found = recorded("organization_list.json")
    url = portal(httpserver, "organization_list", found, cap=10)
    pages = await read(open_door(), url, action="organization_list")
    assert claims(pages) == [each["id"] for each in found]
    assert [len(page.claims) for page in pages] == [10, 10, 5, 0]
    claim = pages[0].claims[0]
    assert claim.values["name"] == "Alpine Environment and Natural Hazards"
    assert "\r" not in claim.values["summary"]
    assert "organization_show" in claim.evidence[0].url


async def test_organisations_of_a_portal_that_does_not_page(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    body = (PAYLOADS / "organization_list.json").read_bytes()
    httpserver.expect_request("/api/action/organization_list").respond_with_data(body)
    url = httpserver.url_for("/api/action")
    pages = await read(open_door(), url, action="organization_list")
    assert len(claims(pages)) == 25
    assert pages[-1].faults == ("page 2 has no new record, after 25: others may be missing",)
    with pytest.raises(SourceRefused):
        await read(open_door(), httpserver.url_for("/"), action="organization_list")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"success": False, "error": {"message": "Denied", "__type": "X"}}, "CKAN says: Denied"),
        ({"success": False, "error": {"rows": ["too many"], "__type": "V"}}, "rows: ['too many']"),
        ({"success": False}, "CKAN says: no reason"),
        ({"success": True, "result": []}, "without a list"),
        ({"success": True, "result": {"count": 1}}, "without a list"),
        ({"dataset": []}, "not an answer of CKAN"),
        (["a"], "not an answer of CKAN"),
    ],
)
async def test_answers_without_records(
    open_door: Doors, httpserver: HTTPServer, body: Any, reason: str
) -> None:
    httpserver.expect_request("/api/3/action/package_search").respond_with_json(body)
    with pytest.raises(SourceUnusable) as caught:
        await read(open_door(), httpserver.url_for("/"))
    assert reason in caught.value.reason


async def test_what_a_portal_refuses(open_door: Doors, httpserver: HTTPServer) -> None:
    body = (PAYLOADS / "error-not-found.json").read_bytes()
    httpserver.expect_request("/api/3/action/package_search").respond_with_data(body, status=404)
    with pytest.raises(SourceRefused, match="Not found"):
        await read(open_door(), httpserver.url_for("/"))
    httpserver.clear()
    httpserver.expect_request("/api/3/action/package_search").respond_with_data("<html></html>")
    with pytest.raises(SourceUnusable, match="HTML"):
        await read(open_door(), httpserver.url_for("/"))


async def test_a_search_that_gives_the_same_again(open_door: Doors, httpserver: HTTPServer) -> None:
    body = (PAYLOADS / "package_search.json").read_bytes()
    httpserver.expect_request("/api/3/action/package_search").respond_with_data(body)
    with pytest.raises(SourceUnusable, match="page 2 has no new record, after 2"):
        await read(open_door(), httpserver.url_for("/"))
    assert len(httpserver.log) == 2


async def test_a_bad_record_is_named_and_the_rest_goes_on(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    good = recorded("package_search.json")["results"][0]
    items = [7, {}, {"id": "a"}, {**good, "state": "deleted"}, good | {"spatial": "{"}]
    [page] = await read(open_door(), portal(httpserver, "package_search", items))
    assert len(page.claims) == 1
    assert page.faults == (
        "page 1, record 1: not an object",
        "page 1, record 2: it has no id",
        "a: it has no name",
        f"{good['id']}: the portal has deleted it",
    )
    assert page.dropped[0].startswith(f"{good['id']}: spatial: ")


def test_odd_values() -> None:
    box = {"type": "Polygon", "coordinates": [[[-60, -40], [-50, -40], [-50, -30], [-60, -30]]]}
    item = {
        "id": "x", "name": "x", "title": {"es": "Equipo", "en": "Device"}, "tags": ["a", 7, {}],
        "groups": [{"title": "Ciencia"}], "resources": [{"url": "ftp://a/"}, 7, {"url": None},
        {"url": "https://example.org/a.csv", "format": " CSV "}, {"url": "https://example.org/b"}],
        "extras": [{"key": "spatial", "value": json.dumps(box)}], "notes": None, "url": "nowhere",
    }  # fmt: skip
    said, unfit = claim_from(item, Source("p", "ckan"), ROOT)
    assert said.values["name"] == "Device"
    assert said.values["names"] == {"es": "Equipo", "en": "Device"}
    assert said.values["fields"] == ["a", "Ciencia"]
    assert [each["rel"] for each in said.values["links"]] == ["csv", "data"]
    assert (said.values["lat"], said.values["lon"]) == (-35, -55)
    assert unfit == ["website: not a web address: nowhere"]
    named = claim_from({**item, "spatial": "Uruguay"}, Source("p", "ckan"), ROOT)[0]
    assert "lat" not in named.values


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://datos.gob.ar", "https://datos.gob.ar/api/3/action/"),
        ("https://example.org/ckan/?a=b#c", "https://example.org/ckan/api/3/action/"),
        ("https://www.envidat.ch/api/action/", "https://www.envidat.ch/api/action/"),
        ("https://example.org/api/3/action", "https://example.org/api/3/action/"),
    ],
)
def test_where_the_actions_are(url: str, root: str) -> None:
    assert api_root(url) == root


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"actoin": "x"}, "action"),
        ({"action": "organisation_list"}, "organization_list"),
        ({"action": "organization_list", "query": "x"}, ""),
        ({"country": "UK"}, None),
        ({"as": "infrastructures"}, "infrastructure"),
        ({"url": "some/path"}, ""),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str | None) -> None:
    with pytest.raises(UnknownWord) as caught:
        Ckan.check(Source("a", "ckan", options={"url": "https://example.org/", **options}))
    if nearest is not None:
        assert caught.value.nearest == nearest
