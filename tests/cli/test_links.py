"""``ritui links``: which there are, what is known of them, and looking at them."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import threading
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.cli.links import COLUMNS
from ritui.model.claim import Claim
from ritui.model.record import Provenance
from ritui.model.source import Health
from ritui.services.library import open_library
from tests.conftest import PATIENCE, Program
from tests.loopback import settle


@pytest.fixture
def site(ritui: Program, httpserver: HTTPServer) -> str:
    """A source of this machine, with a record of which one link is dead."""
    httpserver.clear()
    url = f"http://127.0.0.1:{httpserver.port}"
    for path, status, to in (("/", 200, ""), ("/old", 301, "/"), ("/gone", 404, "")):
        headers = {"Location": to} if to else {}
        httpserver.expect_request(path).respond_with_data("x", status, headers)
    settle(
        ritui.paths,
        f'[[source]]\nid = "mine"\nkind = "csv"\nenabled = true\nurl = "{url}/data.csv"\n',
    )
    give(ritui, lab(f"{url}/gone", f"{url}/", f"{url}/old"))
    return url


def lab(website: str, *urls: str) -> dict[str, Any]:
    return {
        "id": "lab", "kind": "infrastructure", "name": "Lab =1+1", "website": website,
        "links": [{"rel": f"page-{n}", "url": url} for n, url in enumerate(urls)],
        "identifiers": {"ror": "https://ror.org/02mhbdp94"},
    }  # fmt: skip


def give(ritui: Program, values: dict[str, Any]) -> None:
    """What a refresh of the source does at its end."""
    library, _ = open_library(ritui.paths)
    evidence = Provenance("mine", "Mine", "", "2026-01-01", "", (*values,))
    library.replace("mine", [Claim("mine", "lab", values, (evidence,))], [], Health("mine"))
    library.close()


def links(ritui: Program, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    done = ritui("links", "id:lab", "--json", *arguments)
    assert done.returncode == code, done.stderr
    found = json.loads(done.stdout)
    assert found["total"] == len(found["links"])
    listed: list[dict[str, Any]] = found["links"]
    return listed


def test_they_are_looked_at_and_that_is_kept(
    ritui: Program, site: str, httpserver: HTTPServer
) -> None:
    before = links(ritui)
    assert [(each["rel"], each["url"], each["state"]) for each in before] == [
        ("website", f"{site}/gone", "never"),
        ("page-0", f"{site}/", "never"),
        ("page-1", f"{site}/old", "never"),
    ]
    assert httpserver.log == []
    done = ritui("links", "id:lab", "--check", "--json")
    assert done.returncode == 0
    assert "Looked at 3: answers 1, moved 1, dead 1." in done.stderr
    dead, fine, moved = json.loads(done.stdout)["links"]
    assert (dead["state"], dead["code"]) == ("dead", "404")
    assert dead["archived"] == f"https://web.archive.org/web/{dead['since'][:4]}*/{site}/gone"
    assert (fine["state"], "archived" in fine) == ("ok", False)
    assert (moved["state"], moved["moved"]) == ("moved", f"{site}/")

    # A refresh changes nothing of it; what is looked at again stays dead since then.
    give(ritui, {**lab(f"{site}/gone", f"{site}/", f"{site}/old"), "city": "Lima"})
    assert links(ritui) == [dead, fine, moved]
    [again] = links(ritui, "--check", "--state", "dead")
    assert (again["since"], again["checked"] >= dead["checked"]) == (dead["since"], True)
    httpserver.clear_log()
    assert links(ritui, "--check", "--older", "1", code=1) == []
    assert httpserver.log == []
    assert [each["rel"] for each in links(ritui, "--identifiers", "--state", "never")] == ["ror"]


def test_the_forms_say_the_same(ritui: Program, site: str) -> None:
    links(ritui, "--check")
    values = links(ritui)
    lines = ritui("links", "id:lab", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == values
    sheet = io.StringIO(ritui("links", "id:lab", "--format", "csv").stdout, newline="")
    rows = list(csv.DictReader(sheet))
    assert tuple(rows[0]) == COLUMNS
    assert [row["state"] for row in rows] == ["dead", "ok", "moved"]
    table = [line.split("\t") for line in ritui("links", "id:lab").stdout.splitlines()]
    assert [row[3:6] for row in table] == [
        [each["url"], each["state"], each["code"]] for each in values
    ]
    page = ritui("links", "id:lab", "--format", "md").stdout.splitlines()
    assert page[0] == f"| {' | '.join(COLUMNS)} |"
    assert len(page) == 5


def test_what_is_not_looked_at_keeps_its_state(
    ritui: Program, site: str, httpserver: HTTPServer
) -> None:
    known = links(ritui, "--check")
    httpserver.clear_log()
    done = ritui("links", "id:lab", "--check", "--offline", "--json")
    assert done.returncode == 3
    assert "offline" in done.stderr
    assert "3 links could not be looked at" in done.stderr
    assert json.loads(done.stdout)["links"] == known
    assert httpserver.log == []
    # What comes with the program speaks of the public network alone.
    settle(ritui.paths)
    [dead] = links(ritui, "--check", "--state", "dead")
    assert (dead["state"], dead["code"]) == ("unsure", "private")
    assert httpserver.log == []


def test_nothing_to_look_at(ritui: Program) -> None:
    assert ritui("links", "nowhere-at-all-xyz").returncode == 1
    done = ritui("links", "--state", "dead")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No link matches" in done.stderr
    wrong = ritui("links", "--state", "daed")
    assert wrong.returncode == 2
    assert "dead" in wrong.stderr
    every = ritui("links", "region:EU")
    assert every.returncode == 0
    assert "--check" in every.stderr


def test_killed_in_the_middle_it_keeps_what_was_found(
    ritui: Program, site: str, httpserver: HTTPServer
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hang(_: Request) -> Response:
        asked.set()
        go_on.wait(PATIENCE)
        return Response("late")

    httpserver.expect_request("/slow").respond_with_handler(hang)
    give(ritui, lab(f"{site}/gone", f"{site}/", f"{site}/slow"))
    command = [*ritui.command, "links", "id:lab", "--check"]
    running = subprocess.Popen(
        command, env=ritui.surroundings(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        assert asked.wait(PATIENCE)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
        go_on.set()
    assert [each["state"] for each in links(ritui)] == ["dead", "ok", "never"]
