"""``ritui sync`` with five sources, of which one hangs and one is no source at all."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.conftest import Program
from tests.sources.rows import MAP, read
from tests.terminal import Terminal

IDS = ("table", "document", "news", "hangs", "broken")
COMMAND = [
    sys.executable,
    "-c",
    "import sys\n"
    "from ritui.sources.answer import Limits\n"
    # The program as it is, but for its patience: seconds, and tries.
    "usual = Limits.__init__.__defaults__\n"
    "Limits.__init__.__defaults__ = (1.0, 1.0, 4.0, *usual[3:6], 1, *usual[7:])\n"
    "from ritui.__main__ import main\n"
    "main()",
]
"""Waits a second for an answer, instead of thirty, and asks once."""


@pytest.fixture
def hanging() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return  # the end of the test

        thread = threading.Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in taken:
            each.close()


@pytest.fixture(params=["200", "500"])
def five(
    request: pytest.FixtureRequest, ritui: Program, httpserver: HTTPServer, hanging: str
) -> tuple[Program, str]:
    """The program with five sources, and what it has to say of the broken one."""
    page, status = "<!doctype html><title>Down for repair</title>", int(request.param)
    for path, body, media in (
        ("/t.csv", read("generic", "facilities.csv"), "text/csv"),
        ("/d.json", read("generic", "facilities.json"), "application/json"),
        ("/feed", read("feeds", "reader-full.rss"), "application/rss+xml"),
    ):
        httpserver.expect_request(path).respond_with_data(body, content_type=media)
    httpserver.expect_request("/broken").respond_with_data(page, status, content_type="text/html")
    here, mapped = httpserver.url_for("").rstrip("/"), json.dumps(MAP).replace('": "', '" = "')
    ritui.paths.config.mkdir(parents=True, exist_ok=True)
    ritui.paths.settings_file.write_text(
        "".join(
            f'[[source]]\nid = "{id_}"\nkind = "{kind}"\nurl = "{url}"\n{more}\n'
            for id_, kind, url, more in (
                ("table", "csv", f"{here}/t.csv", f"map = {mapped}"),
                ("document", "json", f"{here}/d.json", f'items = "data.items"\nmap = {mapped}'),
                ("news", "feed", f"{here}/feed", ""),
                ("hangs", "json", f"{hanging}/d.json", f"map = {mapped}"),
                ("broken", "json", f"{here}/broken", f"map = {mapped}"),
            )
        ),
        encoding="utf-8",
    )
    told = {
        200: f"broken: the answer of {here}/broken cannot be used: "
        "an HTML page titled “Down for repair” where JSON was due.",
        500: f"broken: {here}/broken answered with status 500. "
        "an HTML page titled “Down for repair”",
    }
    return ritui, told[status]


def test_three_are_kept_and_two_are_told(five: tuple[Program, str], hanging: str) -> None:
    ritui, broken = five
    done = ritui("sync", "--json", *IDS, command=COMMAND)
    assert done.returncode == 3
    results = {each["id"]: each for each in json.loads(done.stdout)["sources"]}
    assert tuple(results) == IDS
    assert {id_: (each["state"], each["added"]) for id_, each in results.items()} == {
        "table": ("ok", 40), "document": ("ok", 40), "news": ("ok", 2),
        "hangs": ("failed", 0), "broken": ("failed", 0),
    }  # fmt: skip
    assert [each["error"] for each in results.values()][:3] == [None] * 3
    hangs = f"hangs: {hanging}/d.json did not answer: no answer within 1 s."
    assert results["hangs"]["error"] == hangs
    assert results["broken"]["error"].startswith(broken)
    assert f"ritui: {hangs}\n" in done.stderr
    assert f"ritui: {broken}" in done.stderr
    assert done.stderr.count("What was fetched before is still served") == 2

    for id_ in ("table", "document"):
        assert json.loads(ritui("list", f"source:{id_}", "--json").stdout)["total"] == 40
    events = json.loads(ritui("timeline", "--json").stdout)["events"]
    assert len([each for each in events if each["source"] == "news"]) == 2
    states = json.loads(ritui("sources", "--json").stdout)["sources"]
    assert {each["id"]: each["state"] for each in states if each["id"] in IDS} == {
        "table": "ok", "document": "ok", "news": "ok", "hangs": "failed", "broken": "failed",
    }  # fmt: skip


def test_the_report_at_a_terminal(five: tuple[Program, str], hanging: str) -> None:
    ritui, broken = five
    home, size = Path(ritui.home), (160, 40)
    with Terminal(home, "sync", *IDS, size=size, command=COMMAND) as terminal:
        assert terminal.ends() == 3
        lines = [line.rstrip() for line in terminal.lines if line.strip()]
    begin = next(place for place, line in enumerate(lines) if line.startswith("Source "))
    titles, *rows = lines[begin:]
    assert titles.split() == [
        "Source", "State", "Added", "Changed", "Removed", "Unchanged", "Rejected", "Bytes",
        "Seconds",
    ]  # fmt: skip
    assert [row.split()[:6] for row in rows] == [
        ["table", "updated", "40", "0", "0", "0"],
        ["document", "updated", "40", "0", "0", "0"],
        ["news", "updated", "2", "0", "0", "0"],
        ["hangs", "failed", "0", "0", "0", "0"],
        ["broken", "failed", "0", "0", "0", "0"],
    ]
    # Of each column all rows have their value at the same place.
    places = [titles.index(title) for title in titles.split()]
    assert all(row[place] != " " == row[place - 1] for row in rows for place in places[1:])
    told = " ".join(" ".join(lines[:begin]).split())
    assert f"ritui: hangs: {hanging}/d.json did not answer: no answer within 1 s." in told
    assert f"ritui: {broken}" in told
