"""Wrong answers of any source: the run ends, says why, and keeps what was there before."""

from __future__ import annotations

import asyncio
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from ritui.i18n import Messages
from ritui.model.query import parse
from ritui.paths import find_paths
from ritui.services.library import Library, open_library
from ritui.services.sync import Result, sync
from ritui.sources import KINDS
from ritui.sources.answer import Limits
from ritui.sources.fetch import Door
from tests.sources.conftest import Clock
from tests.sources.rows import ROWS, Good, Row, one
from tests.sources.wrong import PUBLIC, SMALL, WRONGS, Stage, Wrong, later, staged


@dataclass(frozen=True, slots=True)
class Ends:
    """How a wrong thing ends for one row, where that differs from the others."""

    words: str
    """Part of the error's sentence; where it is no error, of what the result names as wrong."""
    state: str = "failed"


JSON_CUT: Final = Ends("Input data was truncated")
XML_CUT: Final = Ends("XML that stops in the middle")
NO_ZIP: Final = Ends("no whole zip file")
DECLARED: Final = Ends("encoding specified in XML declaration is incorrect")
READ_RIGHT: Final = Ends("", "unchanged")
"""It is no error: what the answer says is understood all the same."""

ENDS: Final[dict[str, dict[str, Ends]]] = {
    "half": {
        **dict.fromkeys(("ror", "ror-dump-deposit", "re3data", "ckan", "ckan-organizations",
                         "wordpress", "wordpress-posts"), JSON_CUT),
        **dict.fromkeys(("feed", "feed-pages", "re3data-xml", "re3data-document", "jsonld",
                         "jsonld-sitemap"), XML_CUT),
        **dict.fromkeys(("json", "json-pages", "geojson"), Ends("not JSON: ")),
        **dict.fromkeys(("ror-dump", "bundle"), NO_ZIP),
        "ror-dump-json": Ends("it stops in the middle"),
        "wikidata": Ends("the answer was cut off in the middle"),
        "toml": Ends("Unterminated string"),
        "jsonld-page": Ends("none of 3 pages has a record: .*Unterminated string"),
        # Whole lines are whole records. That the other half is gone is noticed by their number.
        "csv": Ends("line 21: it stops in the middle, at value 2 of 13", "held"),
        "jsonl": Ends("line 20: not JSON", "held"),
    },
    "utf-16": {
        "jsonl": Ends("not UTF-8, at byte 0"),
        "toml": Ends("not UTF-8, at byte 0"),
        **dict.fromkeys(("feed", "re3data-xml", "re3data-document"), DECLARED),
        # Its mark says what it is, and these read it.
        **dict.fromkeys(("csv", "feed-pages", "jsonld", "jsonld-sitemap", "jsonld-page"),
                        READ_RIGHT),
    },
    "latin-1": {
        "ror-dump-json": Ends("not UTF-8, in 41 of 41 records"),
        "feed": Ends("XML that is damaged in line 11"),
        # One of two documents has other letters, and cannot be read: too many for one run.
        **dict.fromkeys(("re3data-xml", "re3data-document"),
                        Ends("r3d100010468: XML that is damaged in line 77", "held")),
        # By their own letters, what is not UTF-8 is read as Windows-1252.
        **dict.fromkeys(("csv", "feed-pages", "jsonld", "jsonld-page"), READ_RIGHT),
        # There are no other letters in these.
        **dict.fromkeys(("ror-dump-deposit", "jsonld-sitemap", "wordpress", "wordpress-posts"),
                        READ_RIGHT),
    },
    "shape": {
        "ror": Ends("JSON that is not a list of ROR records"),
        "ror-dump": Ends("a zip with 0 JSON files where one was due"),
        "ror-dump-json": Ends("where a release of ROR was due"),
        "ror-dump-deposit": Ends("a record without a zip file"),
        "csv": Ends("no column “name”; there are “colour = 1”"),
        "json": Ends("no list at “data.items”"),
        "json-pages": Ends("not a list, nor is there one in it"),
        "jsonl": Ends("none of 1 records could be read: line 1: not JSON"),
        "geojson": Ends("no list at “features”"),
        "toml": Ends("not a list, nor is there one in it"),
        "wordpress": Ends("Expected `array`, got `object`"),
        "wordpress-posts": Ends("Expected `array`, got `object`"),
        "feed": Ends("XML of another kind, <colours>, where a feed was due"),
        "feed-pages": Ends("XML of another kind, <colours>, where a feed was due"),
        "re3data": Ends("JSON that is not a list of repositories"),
        "re3data-xml": Ends("<colours> where a list of repositories was due"),
        "re3data-document": Ends("none of 2 repositories could be read: .*<colours> without"),
        "wikidata": Ends("missing required field `head`"),
        "ckan": Ends("JSON that is not an answer of CKAN"),
        "ckan-organizations": Ends("JSON that is not an answer of CKAN"),
        "jsonld": Ends("an HTML page titled “Colours” where a sitemap was due"),
        "jsonld-sitemap": Ends("XML where a sitemap was due"),
        "jsonld-page": Ends("no JSON-LD in an HTML page titled “Colours”"),
        "bundle": Ends("without manifest.json, so it is no bundle"),
    },
    "repeats": {
        "json-pages": Ends("page 2 is the same as one before it"),
        # A feed tells the newest; what it told before stays, whatever its further pages say.
        "feed-pages": READ_RIGHT,
    },
    "bomb": {"jsonld": Ends("robots.txt cannot be used: more than 2,097,152 bytes")},
    "bomb-in-bomb": {
        "ror-dump": Ends("a ZIP or Excel file where a list was due"),
        # A release may be packed, and then it is a bomb.
        "ror-dump-json": Ends("more than 1,048,576 bytes"),
        # A sitemap may be packed, and this one inflates to less than it may.
        "jsonld-sitemap": READ_RIGHT,
    },
    "crowd": dict.fromkeys(("csv", "jsonl", "ror-dump-json"), Ends("more than 200,000 records")),
    # These services think long; the time of the whole answer ends them.
    "never": {
        "re3data": Ends("not complete after 3 s"),
        "wikidata": Ends("not complete after 3 s"),
        "ror-dump": Ends("no answer within 2 s"),
    },
}  # fmt: skip

OTHER: Final = Row(
    "other", "csv", {"url": "{}/labs.csv", "map": {"name": "name"}},
    one("/labs.csv", Good(b"name\nAnother laboratory\n", "text/csv")),
)  # fmt: skip
"""A source that is good whatever happens to others."""


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine that nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    names = ["subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


@pytest.fixture(scope="session")
def filled(warm: Path) -> Iterator[Path]:
    """A cache that holds what every row's source says when it is right."""
    with TemporaryDirectory() as folder:
        paths = find_paths(str(shutil.copytree(warm, Path(folder) / "home")))
        library, _ = open_library(paths)
        results = asyncio.run(fill(library))
        library.close()
        assert {each.id: each.state for each in results} == {row.name: "ok" for row in ROWS}
        yield paths.store_file


async def fill(library: Library) -> list[Result]:
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(Door(trust_env=False))
        sources = []
        for row in ROWS:
            stage = await stack.enter_async_context(staged(Stage(row)))
            sources.append(row.source(stage.base))
        return await sync(library, sources, door=door)


def held(library: Library, source: str) -> tuple[list[str], list[str]]:
    """All records and events that the cache has of a source, wherever its server was."""
    bodies = list[str]()
    if library.held(source):  # else a query does not know it
        bodies += library.catalog.bodies(library.catalog.search(parse(f"source:{source}")))
    told = (bodies, map(repr, library.events(source)))
    records, events = ([re.sub(r"127\.0\.0\.1:\d+", "", each) for each in list_] for list_ in told)
    return sorted(records), sorted(events)


async def resolve(host: str) -> list[str]:
    return {PUBLIC: ["93.184.215.14"]}[host]


async def check(row: Row, wrong: Wrong, filled: Path, tls: ssl.SSLContext | None = None) -> None:
    """Ask a source that is wrong, beside one that is right, and look how both end."""
    clock = Clock()
    ends = ENDS.get(wrong.name, {}).get(row.name, Ends(wrong.words))
    assert ends.words or ends == READ_RIGHT, "every row has to be thought of"
    with TemporaryDirectory() as folder:
        paths = find_paths(folder)
        paths.store_file.parent.mkdir(parents=True)
        shutil.copy(filled, paths.store_file)
        library, notices = open_library(paths)
        assert not notices
        before = held(library, row.name)
        assert any(before)
        async with (
            staged(Stage(OTHER), host="localhost") as other,
            staged(Stage(OTHER)) as elsewhere,
            staged(Stage(row, wrong.act), host=wrong.host, tls=tls) as stage,
            Door(
                trust_env=False,
                limits=Limits(tries=1, **wrong.limits),
                sleep=clock.sleep,
                clock=clock,
                resolve=resolve,
            ) as door,
        ):
            stage.elsewhere = elsewhere.base
            source = row.source(stage.base)
            if wrong.is_bomb and row.kind != "re3data":  # which has no such option
                source = replace(source, options={**source.options, "max_bytes": SMALL})
            asked = [source, OTHER.source(other.base)]
            result, second = await sync(library, asked, door=door, force=True)
        health = library.health()[row.name]
        after = held(library, row.name)
        library.close()
    assert stage.requests or wrong.tls == "strange"
    assert elsewhere.requests == []
    assert (second.state, second.added) == ("ok", 1)
    assert after == before
    if ends.state == "failed":
        assert result.error is not None
        sentence = Messages("en").error(result.error)[0]
        assert stage.base in sentence
        assert re.search(ends.words, sentence), sentence
        assert "a fault of ritui" not in sentence
        assert result.state == health.state == "failed"
        assert health.error["key"] == result.error.key
    else:
        # The address of the server is part of what is known, and it is another one each time.
        assert result.state in ({"ok", "unchanged"} if ends == READ_RIGHT else {ends.state})
        assert result.error is None
        assert re.search(ends.words, "\n".join(result.faults))
        assert bool(result.faults) is bool(ends.words)


CASES: Final = [
    (row, wrong)
    for wrong in WRONGS
    for row in ROWS
    if row.form in wrong.forms and (row.paged or not wrong.paged)
]


def test_every_kind_is_tried() -> None:
    assert {row.kind for row in ROWS} == {*KINDS}
    names = [row.name for row in ROWS]
    assert all({*ends} <= {*names} for ends in ENDS.values())
    assert {*ENDS} <= {wrong.name for wrong in WRONGS}


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        pytest.param(row, wrong, id=f"{row.name}-{wrong.name}")
        for row, wrong in CASES
        if not (wrong.is_slow or wrong.tls)
    ],
)
async def test_a_wrong_answer(row: Row, wrong: Wrong, filled: Path) -> None:
    await check(row, wrong, filled)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        pytest.param(row, replace(wrong, act=later(wrong.act)), id=f"{row.name}-{wrong.name}")
        for row, wrong in CASES
        if row.paged and wrong.name in {"html", "cut", "half", "empty", "shape", "to-file"}
    ],
)
async def test_a_good_page_and_then_a_wrong_one(row: Row, wrong: Wrong, filled: Path) -> None:
    await check(row, wrong, filled)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [pytest.param(row, wrong, id=f"{row.name}-{wrong.name}") for row, wrong in CASES if wrong.tls],
)
async def test_a_wrong_way_to_be_sure_who_answers(
    row: Row,
    wrong: Wrong,
    filled: Path,
    certificate: tuple[Path, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cert, context = certificate
    if wrong.tls == "known":
        if sys.platform != "linux":
            pytest.skip("elsewhere the system's own store decides, not a variable")
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    await check(row, wrong, filled, context)


@pytest.mark.parametrize("wrong", [each for each in WRONGS if each.is_slow], ids=lambda w: w.name)
async def test_an_answer_that_never_comes_or_never_ends(wrong: Wrong, filled: Path) -> None:
    """Every row at once, each with a door and a cache of its own, to wait for all together."""
    async with asyncio.TaskGroup() as group:
        for row in ROWS:
            group.create_task(check(row, wrong, filled), name=row.name)
