"""What tests of every layer share: a home of one's own, and the program as its readers run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.paths import Paths, find_paths
from ritui.services.library import open_library
from tests.loopback import NO_WAY_OUT, loopback_only, settle

PAYLOADS = Path(__file__).parent / "payloads"
"""Recorded answers of real services; where they are from is beside them."""

PATIENCE = 60
"""Seconds after which a program that should have ended is taken to hang."""


@dataclass
class Program:
    """The program, in a process of its own, with a home of its own and nothing else around it."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    """A command that runs the program, for somebody else say."""

    @property
    def paths(self) -> Paths:
        return find_paths(str(self.home))

    @property
    def command(self) -> list[str]:
        return [*self.before, sys.executable, "-m", "ritui"]

    def surroundings(self, env: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The whole environment of a run; None takes a variable away."""
        wished: dict[str, str | None] = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home.parent),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "RITUI_HOME": str(self.home),
            **NO_WAY_OUT,
            **self.environment,
            **(env or {}),
        }
        return {name: value for name, value in wished.items() if value is not None}

    def __call__(
        self,
        *arguments: str,
        stdin: str = "",
        env: Mapping[str, str | None] | None = None,
        command: list[str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end, which must come soon and without a traceback."""
        done = subprocess.run(
            [*(command or self.command), *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env=self.surroundings(env),
            timeout=PATIENCE,
            check=False,
        )
        for complaint in ("Traceback", "Exception ignored"):
            assert complaint not in done.stderr + done.stdout, done.stderr
        return done

    def shell(
        self, script: str, env: Mapping[str, str | None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a line of shell in which ``ritui`` is the program."""
        line = f'ritui() {{ "{sys.executable}" -m ritui "$@"; }}; {script}'
        return self(command=["bash", "-c", line], env=env)


@pytest.fixture(scope="session", autouse=True)
def strangers() -> Iterator[list[str]]:
    """Other machines that were tried to reach, which no test can."""
    with loopback_only() as tried:
        yield tried


@pytest.fixture(autouse=True)
def _only_this_machine(strangers: list[str]) -> Iterator[None]:
    """Fail a test that tried to talk to another machine, however it took that it could not."""
    yield
    tried, strangers[:] = tuple(strangers), ()
    assert not tried


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the program was started before; to be copied, never used.

    No source is enabled in it: a test that asks one says which.
    """
    home = tmp_path_factory.mktemp("warm") / "home"
    library, notices = open_library(find_paths(str(home)))
    library.close()
    assert not notices
    settle(find_paths(str(home)))
    return home


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    """The folders of a reader who never started the program. They do not exist yet."""
    return find_paths(str(tmp_path / "home"))


@pytest.fixture
def ritui(warm: Path, tmp_path: Path) -> Program:
    """The program in a home in which it was started before, and no source is enabled."""
    return Program(Path(shutil.copytree(warm, tmp_path / "warm-home")))


@pytest.fixture
def fresh_ritui(tmp_path: Path) -> Program:
    """The program before its first start, with the sources that a new reader has."""
    return Program(tmp_path / "fresh-home")


@pytest.fixture
def replay(httpserver: HTTPServer) -> Callable[[str], str]:
    """Serve a folder of payloads by its ``index.json``; gives the address of the server."""

    def serve(folder: str) -> str:
        known: dict[tuple[str, frozenset[tuple[str, str]]], dict[str, Any]] = {}
        for entry in json.loads((PAYLOADS / folder / "index.json").read_text("utf-8"))["entries"]:
            asked = urlsplit(entry["request"]["url"])
            known[asked.path, frozenset(parse_qsl(asked.query))] = entry["response"]

        def answer(request: Request) -> Response:
            asked = frozenset(request.args.items(multi=True))
            found = known.get((request.path, asked))
            if found is None:
                return Response(f"not recorded: {request.url}", 404)
            body = (PAYLOADS / folder / found["file"]).read_bytes()
            return Response(body, found["status"], found["headers"])

        httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
        return httpserver.url_for("").rstrip("/")

    return serve
