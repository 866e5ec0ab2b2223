"""Peers: other programs of the terminal at the same work, beside ritui in the same run.

Programs in Python are installed by pip into environments of their own, as pip is set up here, and
stay where the larger homes are. What cannot be installed or does not start is said and left out.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.homes import Home, Homes, environment, say
from benchmarks.search import SEARCHES
from benchmarks.table import Row, row
from benchmarks.watch import FOOTER, RITUI, Watched, size_of

_ROWS: Final = 720
"""What the other programs list: as many as there are of what one of them is made for."""
_INSTALLING: Final = 600.0
"""Seconds after which an installation is given up."""
_PATIENCE: Final = 600.0
"""Seconds after which a program that finds text is given up."""
_LATE: Final = 1.0
"""Seconds without a byte after which a start is over."""
_F5: Final = "\x1b[15~"
"""What a terminal sends for that key."""


@dataclass(frozen=True)
class Peer:
    """A program that lists something on a terminal."""

    name: str
    prepare: Callable[[Path], Sequence[str]]
    """Makes what it lists in a folder, which is its home; gives its arguments."""
    shows: Sequence[str]
    """What is on its screen when it is there."""
    needs: Sequence[str] = ()
    """What is installed with it."""
    keys: Sequence[str] = ()
    """What is pressed until a row down is a row down."""
    lists: str = ""
    """What is on the screen after that."""
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Case:
    """A program that is ready to be started."""

    title: str
    command: Sequence[str]
    home: Path
    shows: Sequence[str]
    keys: Sequence[str] = ()
    lists: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Start everything in turn, go down in every list, and ask what finds text for a letter."""
    apps = [
        _Case(f"ritui, {name} records", RITUI, home.path, (home.count, FOOTER))
        for name, home in homes.each
    ]
    cases = [*apps, *_installed(homes)]
    walls: dict[str, list[float]] = {case.title: [] for case in cases}
    sizes: dict[str, list[float]] = {case.title: [] for case in cases}
    peaks: dict[str, list[float]] = {case.title: [] for case in cases}
    for turn in range((2 if quick else 9) + 1):
        for case in [*cases]:
            try:
                with Watched(case.home, command=case.command, env=case.env) as app:
                    wall = app.shown_at(*case.shows)
                    app.gathers(wait=_LATE)
                    if turn:  # the first is for the files to be in memory
                        walls[case.title].append(wall * 1000)
                        sizes[case.title].append(len(app.sent) / 1000)
                        peaks[case.title] += [each for each in (app.peak_mb(),) if each]
            except AssertionError:
                say(f"{case.title} is left out: it showed no first screen")
                cases.remove(case)
    small = walls[apps[0].title]
    for case in cases:
        title = f"first full frame: {case.title}, beside the smallest ritui"
        yield row(title, "ms", walls[case.title], beside=small)
    for case in cases:
        yield row(f"bytes of the start: {case.title}", "kB", sizes[case.title])
    for case in cases:
        if peaks[case.title]:
            yield row(f"peak memory of the start: {case.title}", "MB", peaks[case.title])
    for case in cases:
        yield from _down(case, 4 if quick else 20)
    for name, home in homes.each[1:]:
        yield from _finders(homes, name, home, 1 if quick else 3)


def _down(case: _Case, times: int) -> Iterator[Row]:
    """A row down: what is sent, and how long that takes."""
    with Watched(case.home, command=case.command, env=case.env) as app:
        app.shown_at(*case.shows)
        for key in case.keys:
            app.asks(key, wait=5)
        if case.lists not in app.text:
            say(f"{case.title} is left out of going down: its list never came")
            return
        app.asks("down")
        answers = [app.asks("down") for _ in range(times)]
    sent = [size_of(pieces) / 1000 for pieces in answers if pieces]
    if sent:
        yield row(f"bytes of a row down: {case.title}", "kB", sent)
        late = [pieces[-1].at * 1000 for pieces in answers if pieces]
        yield row(f"row down to last byte: {case.title}", "ms", late)


def _installed(homes: Homes) -> Iterator[_Case]:
    """The programs that could be installed, each with its version in its title."""
    for peer in PEERS:
        environment_ = homes.kept / "peers" / peer.name
        reason = _install(environment_, peer)
        if reason:
            say(f"{peer.name} is left out: {reason}")
            continue
        home = homes.fresh()
        home.mkdir(parents=True)
        command = (str(environment_ / "bin" / peer.name), *peer.prepare(home))
        yield _Case(f"{peer.name} {_version(environment_, peer.name)}", command, home,
                    peer.shows, peer.keys, peer.lists, peer.env)  # fmt: skip


def _install(folder: Path, peer: Peer) -> str:
    """Install a program, unless it is there; why that could not be done, or nothing."""
    if (folder / "bin" / peer.name).is_file():
        return ""
    say(f"installing {peer.name}")
    python = folder / "bin" / "python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    try:
        # With the caller's settings of pip, which say where packages come from.
        for command in ((sys.executable, "-m", "venv", "--clear", folder),
                        (*pip, peer.name, *peer.needs),
                        (python, "-m", "compileall", "-q", folder)):  # fmt: skip
            done = subprocess.run(
                [*map(str, command)], capture_output=True, encoding="utf-8", timeout=_INSTALLING
            )
            # What does not compile is not needed to start: packages carry such files.
            if done.returncode and "compileall" not in command:
                return (done.stderr.strip() or "it cannot be installed").splitlines()[-1]
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return ""


def _version(folder: Path, name: str) -> str:
    asked = f"import importlib.metadata as m; print(m.version({name!r}), m.version('textual'))"
    said = subprocess.run(
        [str(folder / "bin" / "python"), "-c", asked], capture_output=True, encoding="utf-8"
    )
    own, _, textual = said.stdout.strip().partition(" ")
    return f"{own} (Textual {textual})"


def _finders(homes: Homes, name: str, home: Home, passes: int) -> Iterator[Row]:
    """What finds text in lines, asked anew for every letter of the searches; only lines come."""
    lines = homes.fresh()
    with closing(sqlite3.connect(home.path / "cache" / "directory.sqlite")) as connection:
        rows = connection.execute("SELECT json_extract(row, '$[1]') FROM record ORDER BY place")
        lines.write_text("".join(f"{each}\n" for (each,) in rows), "utf-8")
    for program, version, command in (
        ("fzf", "--version", ("fzf", "--filter")),
        ("rg", "--version", ("rg", "--ignore-case", "--fixed-strings", "--")),
    ):
        if shutil.which(program) is None:
            say(f"{program} is left out: it is not on the path")
            continue
        said = subprocess.run([program, version], capture_output=True, encoding="utf-8").stdout
        number = next((word for word in said.split() if word[0].isdigit()), "")
        times = [_find(command, search.typed[:end], lines)
                 for _ in range(passes) for search in SEARCHES
                 for end in range(1, len(search.typed) + 1)]  # fmt: skip
        title = f"{program} {number}, names of {name} records, no counts: a letter"
        yield row(f"{title}, p50", "ms", times)
        yield row(f"{title}, p95", "ms", times, quantile=0.95)
    lines.unlink()


def _find(command: Sequence[str], text: str, lines: Path) -> float:
    """Milliseconds of one run over all lines; it makes no difference whether any is found."""
    with lines.open("rb") as file:
        started = time.perf_counter()
        subprocess.run(
            [*command, text], stdin=file, stdout=subprocess.DEVNULL, env=environment(),
            timeout=_PATIENCE, check=False,
        )  # fmt: skip
        return (time.perf_counter() - started) * 1000


def _peps(home: Path) -> Sequence[str]:
    """Proposals where peplum keeps those it has fetched."""
    folder = home / ".local" / "share" / "peplum"
    folder.mkdir(parents=True)
    none = dict.fromkeys(
        ("sponsor", "delegate", "discussions_to", "post_history", "resolution", "requires",
         "replaces", "superseded_by")
    )  # fmt: skip
    same = {
        **none, "authors": "A. Person", "author_names": ["A. Person"], "status": "Final",
        "type": "Standards Track", "topic": "", "created": "01-Jan-2001", "python_version": "3.1",
    }  # fmt: skip
    held = {
        str(number): {**same, "number": number, "title": f"Proposal {number}", "url": ""}
        for number in range(1, _ROWS + 1)
    }
    (folder / "peps.json").write_text(json.dumps(held), "utf-8")
    return ()


def _requests(home: Path) -> Sequence[str]:
    """A collection of requests for posting, none of which is ever sent."""
    folder = home / "collection"
    folder.mkdir()
    for number in range(1, _ROWS + 1):
        text = f"name: Request {number:03d}\nmethod: GET\nurl: https://host.invalid/{number}\n"
        (folder / f"{number:03d}.posting.yaml").write_text(text, "utf-8")
    return ("--collection", str(folder))


def _table(home: Path) -> Sequence[str]:
    """A database with one table for harlequin."""
    file = home / "some.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE thing (number INTEGER, name TEXT)")
        connection.executemany(
            "INSERT INTO thing VALUES (?, ?)", ((n, f"Thing {n:03d}") for n in range(1, _ROWS + 1))
        )
    return ("--adapter", "sqlite", "--limit", str(_ROWS), str(file))


PEERS: Final = (
    Peer("peplum", _peps, (f"({_ROWS})", "Proposal 12"), lists="Proposal 12"),
    # Its release does not bound the parser that its editor uses, and dies with the latest.
    Peer("posting", _requests, ("Request 012", "Response"), needs=("tree-sitter<0.26",),
         lists="Request 012", env={"POSTING_FOCUS__ON_STARTUP": "collection"}),
    Peer("harlequin", _table, ("main db", "Query Results"),
         keys=("select * from thing", "\n", _F5), lists="Thing 001"),
)  # fmt: skip
"""Programs of the kind that ritui is, and written with the same library."""
