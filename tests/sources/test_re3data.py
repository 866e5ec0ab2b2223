"""The kind ``re3data`` against recorded answers of DataCite."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import Claim, merge
from ritui.model.source import Source
from ritui.model.vocab import CELAC_MEMBERS, EU_MEMBERS
from ritui.resources import asset
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.re3data import Re3data
from ritui.sources.repository import domains_of

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "re3data"
PATH = "/re3data"
BRAZIL = ["r3d100013258", "r3d100013658", "r3d100010267", "r3d100012582", "r3d100011665"]
"""Repositories with a Brazilian institution; of the third it only pays."""


async def read(door: Door, url: str, **options: Any) -> list[Page]:
    source = Source("re3data", "re3data", options={"url": url + PATH, **options})
    Re3data.check(source)
    return [page async for page in Re3data.pages(source, door)]


def by_id(pages: list[Page]) -> dict[str, Claim]:
    return {claim.ref: claim for page in pages for claim in page.claims}


def payload(file: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((PAYLOADS / file).read_bytes())
    return whole


def serve(server: HTTPServer, *pages: dict[str, Any]) -> str:
    """One answer for each page number, and nothing after them."""

    def answer(request: Request) -> Response:
        number = int(request.args["page[number]"])
        if number > len(pages):
            return Response((PAYLOADS / "datacite-past-the-end.json").read_bytes())
        return Response(json.dumps(pages[number - 1]), content_type="application/json")

    server.expect_request(PATH).respond_with_handler(answer)
    return server.url_for("").rstrip("/")


def climate() -> list[dict[str, Any]]:
    """Two recorded pages of eight, as if they were all."""
    pages = [payload(f"datacite-climate-page{number}.json") for number in (1, 2)]
    for page in pages:
        page["meta"] |= {"total": 50, "totalPages": 2}
    return pages


async def test_walks_to_the_last_page_and_no_further(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    pages = await read(open_door(), serve(httpserver, *climate()), query="climate")
    assert [len(page.claims) for page in pages] == [25, 25]
    assert [page.expected for page in pages] == [50, 50]
    assert [page.faults for page in pages] == [(), ()]
    # The second page too has a next link, which leads to another endpoint.
    asked = [request.args.to_dict() for request, _ in httpserver.log]
    assert asked == [
        {"query": "climate", "page[number]": number, "page[size]": "1000"} for number in ("1", "2")
    ]
    assert {request.headers["Accept"] for request, _ in httpserver.log} == {"application/json"}
    assert [request.path for request, _ in httpserver.log] == [PATH, PATH]

    claims = by_id(pages)
    assert len(claims) == 50
    canada = claims["r3d100012094"]
    values = dict(canada.values)
    assert values.pop("summary").startswith("This web site provides adjusted and homogenized")
    assert values == {
        "id": "re3data-r3d100012094",
        "kind": "infrastructure",
        "name": "Adjusted and Homogenized Canadian Climate Data",
        "acronym": "AHCCD",
        "names": {"fr": "Données Climatiques Canadiennes Ajustées et Homogénéisées"},
        "country": "CA",
        "host": "Environment and Climate Change Canada",
        "domains": ["environment"],
        "fields": [
            "Natural Sciences",
            "Atmospheric Science and Oceanography",
            "Atmospheric Science",
            "Water Research",
            "Hydrogeology, Hydrology, Limnology, Urban Water Management, Water Chemistry, "
            "Integrated Water Resources Management",
            "Geosciences (including Geography)",
            "Meteorology",
            "Climatology",
            "precipitation",
            "surface air temperature",
            "surface pressure",
            "surface wind speed",
        ],
        "contacts": [{"email": "AHCCD@ec.gc.ca"}],
        "website": values["website"],
        "identifiers": {"re3data": "r3d100012094", "doi": "10.17616/R3VW75"},
    }
    assert values["website"].startswith("https://www.canada.ca/en/environment-climate-change/")
    [entry] = canada.evidence
    assert (entry.source, entry.title, entry.licence) == ("re3data", "re3data", "CC0-1.0")
    assert entry.url == "https://www.re3data.org/repository/r3d100012094"
    assert set(entry.fields) == set(canada.values)
    assert "DFG" in canada.cautions["domains"]
    assert "DFG" in merge([canada]).caveats[0]
    assert claims["r3d100011691"].evidence[0].retrieved == "2016-02-22"

    coriolis = claims["r3d100011710"].values
    assert (coriolis["established"], coriolis["ended"]) == (2001, 2020)
    assert coriolis["status"] == "ended"
    assert "status" not in values
    # A record without a DOI is still one; an address that is none is named.
    assert claims["r3d100013260"].values["identifiers"] == {"re3data": "r3d100013260"}
    [website] = [each for page in pages for each in page.dropped if "website" in each]
    assert website.startswith("r3d100013134: website: not a web address: http://IRD")


async def test_who_is_host_and_where(open_door: Doors, httpserver: HTTPServer) -> None:
    claims = by_id(await read(open_door(), serve(httpserver, *climate())))

    def place(ref: str) -> tuple[Any, ...]:
        return tuple(claims[ref].values.get(key) for key in ("region", "country", "countries"))

    assert place("r3d100011691") == ("EU", "NO", None)
    assert claims["r3d100011691"].values["host"] == "Norwegian Institute for Air Research"
    assert place("r3d100011655") == ("LAC", "MX", ["US"])
    # The European Union and international bodies have a region and no country.
    assert place("r3d100012141") == ("EU", None, None)
    assert place("r3d100011956") == ("EU", None, ["DE", "NL", "FR", "CH", "SE", "GB"])
    assert place("r3d100011880") == ("global", None, ["CO", "US"])
    # Nobody is responsible in general: no host, and so no seat.
    assert place("r3d100012288") == (None, None, ["AT"])
    assert "host" not in claims["r3d100012288"].values


async def test_latin_america(
    open_door: Doors, replay: Callable[[str], str], httpserver: HTTPServer
) -> None:
    url = replay("re3data")
    pages = await read(open_door(), url, query="lac", keep={"regions": ["LAC"]})
    [page] = pages
    assert (len(page.claims), page.expected, page.faults) == (23, 23, ())
    assert len(httpserver.log) == 1
    claims = by_id(pages)

    rosario = claims["r3d100013212"].values
    assert rosario["name"].startswith("Repositorio de datos de investigación")
    assert rosario["names"] == {"en": "Research data repository of Universidad del Rosario"}
    assert (rosario["country"], rosario["region"]) == ("CO", "LAC")
    assert rosario["established"] == 2019
    assert rosario["domains"] == ["social-cultural", "health-food", "physical-sciences-engineering"]
    assert claims["r3d100013258"].values["names"] == {
        "pt": "Coleção Digital - Dados de Pesquisa @PUC-Rio"
    }
    assert claims["r3d100013258"].values["domains"] == ["data-computing-digital"]
    intellectum = claims["r3d100013382"].values
    assert intellectum["acronym"] == "RII"
    assert intellectum["names"]["es"] == "Repositorio Institucional Intellectum"
    # In its only language another name is an alias: found, never shown for the name.
    assert claims["r3d100010267"].values["names"] == {"und": "Exploring the earth under the sea"}
    assert claims["r3d100010267"].values["acronym"] == "IODP"

    assert claims["r3d100013399"].values["contacts"] == [
        {
            "name": "Diego Daniel Castillo Medellín",
            "role": "Ingeniero de Soporte Tecnológico",
            "email": "ing.crai@usantotomas.edu.co",
        },
        {"email": "repositorio@usantotomas.edu.co"},
    ]
    assert page.dropped == ("r3d100010212: contacts: no address in henke@aip. de",)

    # Any institution counts, whatever its part; both conditions must hold of the same one.
    [brazil] = await read(open_door(), url, query="lac", keep={"countries": ["BR"]})
    assert [each.ref for each in brazil.claims] == BRAZIL
    both = {"countries": ["BR"], "regions": ["EU"]}
    assert (await read(open_door(), url, query="lac", keep=both))[0].claims == ()
    [network] = await read(open_door(), url, query="lac", **{"as": "platform"})
    assert {each.values["kind"] for each in network.claims} == {"platform"}


async def test_nothing_found(open_door: Doors, httpserver: HTTPServer) -> None:
    [page] = await read(open_door(), serve(httpserver, payload("datacite-empty.json")), query="xxx")
    assert page == Page(expected=0)
    assert len(httpserver.log) == 1


async def test_repositories_by_doi(
    open_door: Doors, replay: Callable[[str], str], httpserver: HTTPServer
) -> None:
    pages = await read(open_door(), replay("re3data"), dois=["10.17616/r3qp53", "10.17616/R3NONE"])
    zenodo = by_id(pages)["r3d100010468"].values
    assert (zenodo["name"], zenodo["names"]) == ("Zenodo", {"und": "Research. Shared"})
    assert (zenodo["host"], zenodo["region"]) == ("OpenAIRE", "EU")
    assert "country" not in zenodo
    assert zenodo["established"] == 2013
    assert zenodo["domains"] == ["social-cultural", "health-food", "physical-sciences-engineering"]
    assert zenodo["contacts"] == [
        {"email": "info@zenodo.org"},
        {"url": "https://zenodo.org/contact"},
    ]
    assert pages[1] == Page(faults=("10.17616/R3NONE: re3data has no such repository",))


async def test_an_unknown_doi_answered_with_another_record(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    body = (PAYLOADS / "datacite-single-r3qp53.json").read_bytes()
    httpserver.expect_request(f"{PATH}/10.17616/R3XXXX").respond_with_data(body)
    [page] = await read(open_door(), httpserver.url_for("").rstrip("/"), dois="10.17616/R3XXXX")
    assert page.claims == ()
    assert page.faults == ("10.17616/R3XXXX: not known; the answer is about 10.17616/R3QP53",)


async def test_past_the_end_and_a_page_that_comes_again(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    first, second = climate()
    first["meta"] |= {"totalPages": 3, "total": 75}
    second["meta"] |= {"totalPages": 3, "total": 75}
    url = serve(httpserver, first, second)
    *_, last = await read(open_door(), url)
    # The third answer is the recorded one: no data, and another total.
    assert last.faults == ("50 of 1997 records came; others are missing",)
    assert len(httpserver.log) == 3
    httpserver.clear()
    with pytest.raises(SourceUnusable, match="page 2 has no new record, after 25 of 75"):
        await read(open_door(), serve(httpserver, first, first, second))


async def test_what_comes_twice_is_kept_once_and_said(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    first, second = climate()
    second["data"][0] = first["data"][3]
    pages = await read(open_door(), serve(httpserver, first, second))
    assert [len(page.claims) for page in pages] == [25, 24]
    assert pages[-1].faults == ("49 of 50 records came; others are missing",)


async def test_a_bad_record_is_named_and_the_rest_goes_on(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    whole = payload("datacite-lac-a.json")
    good, *others = whole["data"][:6]
    others[0]["attributes"]["institutions"] = "none"
    others[1]["attributes"]["repositoryName"] = " "
    others[2]["attributes"]["re3dataId"] = "../etc"
    others[3]["attributes"] |= {"startDate": "970-01-01", "endDate": "1995-12-2"}
    others[3]["attributes"]["institutions"][0]["country"] = "QQQ"
    others[3]["attributes"]["repositoryContacts"] = [{"text": "info(at)example.org."}]
    whole["data"] = [good, *others, "x", {}]
    whole["meta"]["total"] = 8
    [page] = await read(open_door(), serve(httpserver, whole))
    assert [claim.ref for claim in page.claims] == [
        good["attributes"]["re3dataId"],
        others[3]["attributes"]["re3dataId"],
        others[4]["attributes"]["re3dataId"],
    ]
    array, nameless, id_, text, empty = page.faults
    assert array.startswith(f"{others[0]['id']}: Expected `array | null`, got `str`")
    assert nameless == f"{others[1]['id']}: it has no name"
    assert id_ == f"{others[2]['id']}: not an id of re3data: ../etc"
    assert text.startswith("page 1, record 7: Expected `object`, got `str`")
    assert empty.startswith("page 1, record 8: Object missing required field")
    odd = page.claims[1].values
    assert (odd["ended"], odd["contacts"]) == (1995, [{"email": "info@example.org"}])
    assert "country" not in odd
    assert [each.partition(": ")[2] for each in page.dropped] == [
        "country: QQQ is not an ISO 3166-1 alpha-3 code",
        "established: invalid literal for int() with base 10: '970-'",
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ((PAYLOADS / "error-404.xml").read_bytes(), "XML where JSON was due"),
        (b"<!doctype html><title>Bad gateway</title>", "HTML page titled “Bad gateway”"),
        (b"", "an empty answer where JSON was due"),
        (b'{"data": [], "meta": {"total": 2', "truncated"),
        (b'{"data":' + b"[" * 100_000, "recursion"),
        (b'{"data": [], "meta": {"total": "many"}}', r"\$\.meta"),
        (b'{"errors": [{"status": "400", "title": "Bad size"}]}', "DataCite says: Bad size"),
        (b'{"data": []}', "not a list of repositories"),
        (b"{}", "not a list of repositories"),
    ],
)
async def test_answers_that_cannot_be_used(
    open_door: Doors, httpserver: HTTPServer, body: bytes, words: str
) -> None:
    httpserver.expect_request(PATH).respond_with_data(body, content_type="application/json")
    with pytest.raises(SourceUnusable, match=words) as caught:
        await read(open_door(), httpserver.url_for("").rstrip("/"))
    assert caught.value.source == "re3data"


async def test_not_found(open_door: Doors, httpserver: HTTPServer) -> None:
    body = (PAYLOADS / "error-404.xml").read_bytes()
    httpserver.expect_request(PATH).respond_with_data(body, 404, content_type="text/xml")
    with pytest.raises(SourceRefused) as caught:
        await read(open_door(), httpserver.url_for("").rstrip("/"))
    assert (caught.value.status, caught.value.reason) == (404, "XML")


@pytest.mark.parametrize(
    ("subjects", "domains"),
    [
        # Boards are numbered on through all areas: 313 is not part of 31 Chemistry.
        ("3 Natural Sciences|313 Atmospheric Science", ["environment"]),
        ("31 Chemistry|301 Molecular Chemistry", ["physical-sciences-engineering"]),
        ("34 Geosciences|32 Physics", ["environment", "physical-sciences-engineering"]),
        ("4 Engineering|44 Computer Science|409 Computer Science", ["data-computing-digital"]),
        ("40904 Intelligent and Automated Systems", ["data-computing-digital"]),
        ("45 Construction Engineering|410 Architecture", ["physical-sciences-engineering"]),
        ("2 Life Sciences|11 Humanities|102 History", ["health-food", "social-cultural"]),
        ("207 Agriculture", ["health-food"]),
        ("9 Something new|no number", []),
    ],
)
def test_domains(subjects: str, domains: list[str]) -> None:
    assert domains_of(subjects.split("|")) == domains


def test_the_table_of_countries_is_whole() -> None:
    pairs = json.loads(asset("vocab", "alpha3.json").read_bytes())
    assert len(pairs) == len(set(pairs.values())) == 249
    assert set(pairs.values()) >= EU_MEMBERS | CELAC_MEMBERS
    assert (pairs["DEU"], pairs["CHL"], pairs["COD"], pairs["TLS"]) == ("DE", "CL", "CD", "TL")


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"keeps": {}}, "keep"),
        ({"via": "xml"}, None),
        ({"keep": {"region": ["LAC"]}}, "regions"),
        ({"keep": {"regions": ["LATAM"]}}, None),
        ({"keep": {"countries": ["BRA"]}}, None),
        ({"keep": ["LAC"]}, ""),
        ({"dois": ["10.5281/zenodo.1"]}, ""),
        ({"as": "infrastructures"}, "infrastructure"),
        ({"url": "ftp://example.org/"}, ""),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str | None) -> None:
    with pytest.raises(UnknownWord) as caught:
        Re3data.check(Source("a", "re3data", options=options))
    if nearest is not None:
        assert caught.value.nearest == nearest
