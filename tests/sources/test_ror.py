"""The kind ``ror`` against recorded and composed answers of its API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SettingUnreadable, SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import Claim, merge
from ritui.model.normal import Unfit
from ritui.model.source import Source
from ritui.sources.base import Page, find_kind
from ritui.sources.fetch import Door
from ritui.sources.ror import Ror, claim_from, read_record

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "ror"
PATH = "/v2/organizations"


async def read(door: Door, url: str, **options: Any) -> list[Page]:
    source = Source("ror-celac", "ror", options={"url": url + PATH, **options})
    Ror.check(source)
    return [page async for page in Ror.pages(source, door)]


def by_id(pages: list[Page]) -> dict[str, Claim]:
    return {claim.values["id"]: claim for page in pages for claim in page.claims}


def record(**changes: Any) -> dict[str, Any]:
    """A real record, changed where a test needs it."""
    whole: dict[str, Any] = json.loads((PAYLOADS / "recorded-single-02trn6p95.json").read_bytes())
    return whole | changes


def claim(**changes: Any) -> Claim:
    raw = json.dumps(record(**changes)).encode()
    return claim_from(read_record(raw), Source("ror", "ror"))[0]


async def test_walks_to_the_last_page_and_no_further(
    open_door: Doors, replay: Callable[[str], str], httpserver: HTTPServer
) -> None:
    pages = await read(open_door(), replay("ror"), countries=["UY"])
    assert [len(page.claims) for page in pages] == [20, 3]
    assert [page.expected for page in pages] == [23, 23]
    assert all(page.faults == page.dropped == () for page in pages)
    asked = [request.args.to_dict() for request, _ in httpserver.log]
    assert asked == [{"filter": "country.country_code:UY", "page": number} for number in ("1", "2")]
    claims = by_id(pages)
    assert len(claims) == 23

    pasteur = claims["ror-04dpm2z73"]
    assert pasteur.ref == "https://ror.org/04dpm2z73"
    assert dict(pasteur.values) == {
        "id": "ror-04dpm2z73",
        "kind": "infrastructure",
        "name": "Institut Pasteur de Montevideo",
        "names": {"es": "Institut Pasteur de Montevideo"},
        "region": "LAC",
        "country": "UY",
        "city": "Montevideo",
        "lat": -34.90328,
        "lon": -56.18816,
        "status": "operational",
        "established": 2006,
        "website": "http://www.pasteur.edu.uy/",
        "identifiers": {
            "ror": "https://ror.org/04dpm2z73",
            "fundref": "501100016217",
            "grid": "grid.418532.9",
            "isni": "0000 0004 0403 6035",
            "wikidata": "Q5917646",
        },
    }
    [entry] = pasteur.evidence
    assert (entry.source, entry.title, entry.url) == ("ror-celac", "ROR", pasteur.ref)
    assert (entry.retrieved, entry.licence) == ("2026-05-05", "CC0-1.0")
    assert set(entry.fields) == set(pasteur.values)
    assert "town" in pasteur.cautions["lat"]
    assert "town" in merge([pasteur]).caveats[0]

    editorial = claims["ror-01a58dz79"].values
    assert (editorial["country"], editorial["countries"]) == ("AR", ["UY", "PE"])
    assert (editorial["city"], editorial["acronym"]) == ("Buenos Aires", "EMC")


async def test_one_short_page_and_an_empty_one(
    open_door: Doors, replay: Callable[[str], str], httpserver: HTTPServer
) -> None:
    url = replay("ror")
    pages = await read(open_door(), url, query="münster", **{"as": "network"})
    claims = by_id(pages)
    assert len(claims) == 13
    assert {each.values["kind"] for each in claims.values()} == {"network"}
    assert "University Hospital Münster" in {each.values["name"] for each in claims.values()}
    assert [page.expected for page in await read(open_door(), url, query="xxx")] == [0]
    assert len(httpserver.log) == 2


async def test_one_filter_for_all_conditions(open_door: Doors, httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH).respond_with_json({"number_of_results": 0, "items": []})
    url = httpserver.url_for("").rstrip("/")
    options = {"types": "facility", "countries": ["AR", "UY"], "all_status": True}
    await read(open_door(), url, client_id=" id-4711 ", **options)
    [(request, _)] = httpserver.log
    assert request.args["filter"] == (
        "types:facility,country.country_code:AR,country.country_code:UY"
    )
    assert (request.args["all_status"], request.headers["Client-Id"]) == ("true", "id-4711")
    assert request.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    ("client", "pause"), [({}, 6.0), ({"client_id": "id-4711"}, 1.0)]
)  # fmt: skip
async def test_is_slower_without_a_client_id(
    open_door: Doors,
    replay: Callable[[str], str],
    clock: Any,
    client: dict[str, str],
    pause: float,
) -> None:
    url = replay("ror").replace("localhost", "127.1")  # no loopback by its name
    await read(open_door(), url, countries=["UY"], **client)
    assert clock.waits == [pause]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("error-filter.json", "filter key 'country_code' is illegal; filter 'facility' is not"),
        ("error-illegal-parameter.json", "query parameter 'per_page' is illegal"),
        ("error-page-range.json", "page '501' outside of range 1-500"),
        ("error-not-found.json", "is not a valid ROR ID"),
        ("recorded-single-02trn6p95.json", "not a list of ROR records"),
        ("error-429.txt", "the text “Rate Limit Exceeded.*” where JSON was due"),
    ],
)
async def test_errors_that_come_with_success(
    open_door: Doors, httpserver: HTTPServer, file: str, words: str
) -> None:
    httpserver.expect_request(PATH).respond_with_data((PAYLOADS / file).read_bytes())
    with pytest.raises(SourceUnusable, match=words) as caught:
        await read(open_door(), httpserver.url_for("").rstrip("/"))
    assert caught.value.source == "ror-celac"


async def test_limit_without_a_word_when(open_door: Doors, httpserver: HTTPServer) -> None:
    body = (PAYLOADS / "error-429.txt").read_bytes()
    httpserver.expect_request(PATH).respond_with_data(body, 429, content_type="text/plain")
    with pytest.raises(SourceRefused, match="ROR API rate limit is 2000") as caught:
        await read(open_door(), httpserver.url_for("").rstrip("/"))
    assert caught.value.status == 429
    assert len(httpserver.log) == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><title>Just a moment...</title>", "HTML page titled “Just a moment...”"),
        (b"", "an empty answer where JSON was due"),
        (b'{"number_of_results": 2, "items": [', "truncated"),
        (b'{"items":' + b"[" * 100_000, "recursion"),
        (b'{"number_of_results": "many", "items": []}', r"\$\.number_of_results"),
        (b'{"number_of_results": 10001, "items": []}', "10,001 records, of which ROR gives 10,000"),
        (b'{"number_of_results": 5, "items": []}', "page 1 has no new record, after 0 of 5"),
    ],
)
async def test_answers_that_cannot_be_used(
    open_door: Doors, httpserver: HTTPServer, body: bytes, words: str
) -> None:
    httpserver.expect_request(PATH).respond_with_data(body, content_type="application/json")
    with pytest.raises(SourceUnusable, match=words):
        await read(open_door(), httpserver.url_for("").rstrip("/"))


async def test_a_page_that_comes_again_ends_it(open_door: Doors, httpserver: HTTPServer) -> None:
    body = (PAYLOADS / "country-AR-page1.json").read_bytes()
    httpserver.expect_request(PATH).respond_with_data(body)
    with pytest.raises(SourceUnusable, match="page 2 has no new record, after 20 of 235"):
        await read(open_door(), httpserver.url_for("").rstrip("/"))
    assert len(httpserver.log) == 2


async def test_what_came_twice_is_kept_once_and_said(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    first = json.loads((PAYLOADS / "country-UY-page1.json").read_bytes())
    second = json.loads((PAYLOADS / "country-UY-page2.json").read_bytes())
    second["items"][0] = first["items"][5]

    def answer(request: Request) -> Response:
        return Response(json.dumps(first if request.args["page"] == "1" else second))

    httpserver.expect_request(PATH).respond_with_handler(answer)
    pages = await read(open_door(), httpserver.url_for("").rstrip("/"))
    assert len(by_id(pages)) == sum(len(page.claims) for page in pages) == 22
    assert pages[-1].faults == ("came twice: 1, so that others may be missing",)


async def test_a_bad_record_is_named_and_the_rest_goes_on(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    nameless = record(id="https://ror.org/04dpm2z73", names=[])
    items = [record(names=7), nameless, {}, "x", record(established=970)]
    body = json.dumps({"number_of_results": len(items), "items": items})
    # Half of a surrogate pair, which no text may hold, in an otherwise good record.
    body = body.replace('"Montevideo"', '"Monte\\ud83dvideo \\ud83d\\ude00"')
    httpserver.expect_request(PATH).respond_with_data(body)
    [page] = await read(open_door(), httpserver.url_for("").rstrip("/"))
    assert [each.values["city"] for each in page.claims] == ["Monte\ufffdvideo 😀"]
    types, nobody, empty, text = page.faults
    assert types.startswith("https://ror.org/02trn6p95: Expected `array`, got `int`")
    assert nobody == "https://ror.org/04dpm2z73: it has no name"
    assert empty.startswith("page 1, record 3: Object missing required field `id`")
    assert text.startswith("page 1, record 4: Expected `object`, got `str`")
    [dropped] = page.dropped
    assert dropped.startswith("https://ror.org/02trn6p95: established: 970")


def test_names_in_languages() -> None:
    names = [
        {"lang": "pt", "types": ["label"], "value": "Laboratório Nacional"},
        {"lang": "en", "types": ["label"], "value": "An older English name"},
        {"lang": None, "types": ["alias"], "value": "The LN"},
        {"lang": "en", "types": ["ror_display", "label"], "value": "National [Lab] \u202e\x1b[2J "},
        {"lang": None, "types": ["acronym"], "value": "LN"},
        {"lang": "es", "types": ["acronym"], "value": "LNB"},
        {"lang": "es", "types": ["alias"], "value": "Antes otro"},
    ]
    said = claim(names=names).values
    assert said["name"] == "National [Lab]"
    assert said["names"] == {
        "en": "National [Lab]",
        "pt": "Laboratório Nacional",
        "und": "The LN",
    }
    assert said["acronym"] == "LN"
    # Joiners stay: Indic scripts need them. Without a language the name is just the name.
    joined = "ക്ഷ\u200dപരീക്ഷ"
    alone = claim(names=[{"lang": None, "types": ["ror_display", "label"], "value": joined + " "}])
    assert alone.values["name"] == joined
    assert "names" not in alone.values


def test_a_name_without_a_language_is_said_once() -> None:
    shown = {"lang": None, "types": ["label", "ror_display"], "value": "The Lab"}
    names = [
        {"lang": "es", "types": ["label"], "value": "El Laboratorio"},
        {"lang": None, "types": ["alias"], "value": "El Laboratorio"},
        {"lang": None, "types": ["alias", "acronym"], "value": "Lab"},
        {"lang": None, "types": ["acronym"], "value": "TL"},
        shown,
    ]
    said = claim(names=names).values
    assert (said["name"], said["acronym"]) == ("The Lab", "Lab")
    assert said["names"] == {"es": "El Laboratorio", "und": "Lab"}
    only = claim(names=[shown, {"lang": None, "types": ["alias"], "value": "The Lab"}]).values
    assert "names" not in only


def test_the_countries_of_the_other_places() -> None:
    codes = ["uy", "AR", None, "UY", "br"]
    places = [{"geonames_details": {"country_code": code}} for code in codes]
    said = claim(locations=[{"geonames_details": None}, *places]).values
    assert (said["country"], said["countries"]) == ("UY", ["AR", "BR"])


@pytest.mark.parametrize(
    ("status", "ours", "caution"),
    [
        ("active", "operational", None),
        ("inactive", "ended", "ROR lists this as no longer active; continued by CNEA"),
        ("withdrawn", "ended", "ROR has withdrawn this record"),
        ("unheard-of", None, None),
    ],
)
def test_status(status: str, ours: str | None, caution: str | None) -> None:
    after = [{"type": "successor", "id": "https://ror.org/03xjwb503", "label": "CNEA"}]
    said = claim(status=status, relationships=after)
    assert said.values.get("status") == ours
    assert ("status" in said.cautions) == bool(caution)
    assert said.cautions.get("status", "").startswith(caution or "")


def test_places_and_identifiers_that_are_missing_or_odd() -> None:
    place = {"country_code": "FR", "name": "Nouméa", "lat": 0, "lng": 0}
    ids = [
        {"type": "wikidata", "all": ["Q1", "Q2"], "preferred": "Q2"},
        {"type": "grid", "all": [], "preferred": None},
    ]
    said = claim(locations=[{"geonames_details": place}], external_ids=ids, links=[])
    assert said.values["identifiers"] == {"ror": "https://ror.org/02trn6p95", "wikidata": "Q2"}
    assert (said.values["region"], said.values["city"]) == ("EU", "Nouméa")
    assert not {"lat", "lon", "website", "countries"} & said.values.keys()
    assert said.cautions == {}
    nowhere = claim(locations=[], external_ids=[{"type": "wikidata", "all": ["no item"]}])
    assert not {"region", "country", "city"} & nowhere.values.keys()
    assert nowhere.values["identifiers"] == {"ror": "https://ror.org/02trn6p95"}
    abroad = {"country_code": "JP", "name": "Tokyo", "lat": 35.7, "lng": 139.7}
    assert "region" not in claim(locations=[{"geonames_details": abroad}]).values
    with pytest.raises(Unfit, match="not a ROR id"):
        claim(id="https://example.org/1")


def test_every_shared_record_becomes_a_claim() -> None:
    source = Source("ror", "ror")
    for path in PAYLOADS.glob("*page1.json"):
        envelope = msgspec.json.decode(path.read_bytes())
        for item in envelope["items"]:
            said, faults = claim_from(read_record(msgspec.json.encode(item)), source)
            shown = [n["value"] for n in item["names"] if "ror_display" in n["types"]]
            assert said.values["name"] == shown[0].strip()
            assert faults == []


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"country": ["AR"]}, "countries"),
        ({"types": ["facilities"]}, "facility"),
        ({"countries": ["UK"]}, None),
        ({"as": "infrastructures"}, "infrastructure"),
        ({"all_status": "yes"}, None),
        ({"url": "file:///etc/passwd"}, ""),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str | None) -> None:
    assert find_kind("ror") is Ror
    with pytest.raises(UnknownWord) as caught:
        Ror.check(Source("a", "ror", options=options))
    if nearest is not None:
        assert caught.value.nearest == nearest
    with pytest.raises(UnknownWord):
        find_kind("rorr")


async def test_client_id_from_a_file(
    open_door: Doors, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request(PATH).respond_with_json({"number_of_results": 0, "items": []})
    url, file = httpserver.url_for("").rstrip("/"), tmp_path / "client-id"
    with pytest.raises(SettingUnreadable, match="no such file or directory"):
        await read(open_door(), url, client_id_file=str(file))
    file.write_text("two words-4711\n")
    with pytest.raises(SettingUnreadable) as caught:
        await read(open_door(), url, client_id_file=str(file))
    assert "4711" not in str(caught.value)
    file.write_text("id-4711\n")
    await read(open_door(), url, client_id_file=str(file))
    assert httpserver.log[0][0].headers["Client-Id"] == "id-4711"
