"""Syncing: from a key to the screen while the app refreshes a registry, and at rest before that."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from tests.terminal import KEYS, QUIET

from benchmarks.homes import Home, Homes, environment
from benchmarks.search import SEARCHES
from benchmarks.table import Goal, Row, row
from benchmarks.watch import FOOTER, RITUI, Piece, Watched
from ritui.config import read
from ritui.paths import find_paths
from ritui.resources import asset
from ritui.services.library import open_library

SOURCE: Final = "registry"
_SCREEN: Final = Goal(at_most=33)
_BUSY: Final = "R stops"
"""What the head of the screen says as long as a refresh goes on."""
_ONE_IN: Final = 100
"""One in so many records differs between the two states of the registry."""
_LONGEST: Final = 5.0
"""Seconds after which a key is taken to have no answer."""
_ROWS_DOWN: Final = 25
"""Keys after which one goes back to the first row."""
_AT_REST: Final = 8
"""Keys pressed before every refresh."""
_DELETE_ALL: Final = "\x15"
_PLACED = re.compile(rb"\x1b\[(\d+);\d+H")
_CODE = re.compile(rb"\x1b(?:\[[^@-~]*[@-~]|\][^\x1b\x07]*(?:\x07|\x1b\\))")
_HEAD: Final = 1
"""The line in which a refresh is shown to go on; what is drawn there is no answer to a key."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is refreshed while somebody types."""

    title: str
    home: Home
    dumps: Sequence[Path]
    """States of the registry, by turns."""
    times: int
    """Refreshes for each sort of keys."""
    is_fresh: bool = False
    """Whether each begins in a home as it was."""


SORTS: Final = ("row down", "a letter")
"""What is pressed: one of these again and again."""


class Reply(NamedTuple):
    """When the answer to a key came, in milliseconds after it."""

    first: float
    last: float


@dataclass(slots=True)
class Replies:
    """Answers to one sort of key."""

    rest: list[Reply] = field(default_factory=list)
    """While nothing else was done."""
    busy: list[Reply] = field(default_factory=list)
    """While a refresh went on from the key to the end of its answer."""
    ended: list[Reply] = field(default_factory=list)
    """While one ended: what comes last is its end, and not the answer."""
    seconds: list[float] = field(default_factory=list)
    """Of the refreshes, from the key that starts them."""


class Typist(Watched):
    """Somebody who goes on while the head of the screen tells of a refresh."""

    def __enter__(self) -> Typist:
        return self

    def presses_on(self, sort: str, words: Iterator[str]) -> Iterator[Reply]:
        """One key of a sort after the other, and what comes of it, for as long as is asked.

        Args:
            sort: One of `SORTS`.
            words: What to type, if that is the sort.
        """
        yield from self._goes_down() if sort == "row down" else self._searches(words)

    def replies(self, key: str) -> Reply:
        """Press a key, by name or as a character; wait until all it changes below the head came.

        Raises:
            AssertionError: Nothing did.
        """
        self.drains()
        self._since = time.perf_counter()
        os.write(self.process.child_fd, KEYS.get(key, key).encode())
        pieces: list[Piece] = []
        first, last, wait = 0.0, 0.0, _LONGEST
        while (left := last + wait - (time.perf_counter() - self._since)) > 0:
            data = self._next(left)
            if data is None:
                break
            pieces.append(Piece(time.perf_counter() - self._since, data))
            if is_below_head(data, goes_on=bool(last)):
                last, wait = pieces[-1].at, QUIET
                first = first or last
        for piece in pieces:
            self._put(piece)
        if not last:
            raise AssertionError(f"nothing came of {key}\n{self.text}")
        return Reply(first * 1000, last * 1000)

    @property
    def is_busy(self) -> bool:
        """Whether a refresh goes on."""
        return _BUSY in self.lines[0]

    def _goes_down(self) -> Iterator[Reply]:
        for turn in itertools.count(1):
            yield self.replies("down")
            if turn % _ROWS_DOWN == 0:
                self.replies("home")

    def _searches(self, words: Iterator[str]) -> Iterator[Reply]:
        self.replies("/")
        for word in words:
            yield from map(self.replies, word)
            self.replies(_DELETE_ALL)


def is_below_head(data: bytes, *, goes_on: bool) -> bool:
    """Whether some bytes draw anything below the first line.

    Args:
        data: For the terminal, as they were read in one go.
        goes_on: Whether they may be the rest of what was drawn there just before.
    """
    before, *parts = _PLACED.split(data)
    # The cursor is put back into the line that is typed into after every frame, and draws nothing.
    drawn = zip(parts[::2], parts[1::2], strict=True)
    below = any(int(line) > _HEAD and _CODE.sub(b"", text) for line, text in drawn)
    return below or (goes_on and bool(_CODE.sub(b"", before)))


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Type into a large directory while some of it changes, and into a small one that fills."""
    if homes.dump is None:
        return
    for case in cases(homes, quick=quick):
        yield from rows(case, run(case))


def cases(homes: Homes, *, quick: bool) -> Iterator[Case]:
    """What is refreshed: one in a hundred of a registry that is held, and all of it at first."""
    assert homes.dump is not None
    other = homes.fresh()
    records = changed(homes.dump, other)
    start = homes.fresh()
    small = _with_total(start)
    held = homes.fresh()
    shutil.copytree(start, held)
    configure(held, homes.dump)
    fill(held, "sync", SOURCE)
    large = _with_total(held)
    some = f"while 1 % of {records:,} change"
    yield Case(some, large, (other, homes.dump), 1 if quick else 8)
    yield Case(f"while {records:,} come", small, (homes.dump,), 1 if quick else 2, is_fresh=True)


def _with_total(path: Path) -> Home:
    found = json.loads(fill(path, "list", "--limit", "1", "--json"))
    return Home(path, found["total"])


def run(case: Case) -> dict[str, Replies]:
    """Press keys at rest and during refreshes; the answers by the sort of key."""
    found = {sort: Replies() for sort in SORTS}
    dumps = itertools.cycle(case.dumps)
    words = itertools.cycle([search.typed for search in SEARCHES])
    for turn, (sort, replies) in itertools.product(range(case.times), found.items()):
        home = case.home.path
        if case.is_fresh:
            home = home.with_name(f"{home.name}-{turn}-{sort.replace(' ', '-')}")
            shutil.copytree(case.home.path, home)
        configure(home, next(dumps))
        forget_when(home)
        with Typist(home) as app:
            app.shown_at(case.home.count, FOOTER)
            replies.rest += itertools.islice(app.presses_on(sort, words), _AT_REST)
            _refresh(app, sort, words, replies)
        if case.is_fresh:
            shutil.rmtree(home)
    return found


def _refresh(app: Typist, sort: str, words: Iterator[str], replies: Replies) -> None:
    """Start a refresh, and press keys to its end."""
    if sort != "row down":
        app.replies(_DELETE_ALL)
        app.replies("escape")
    app.presses("R").sees(_BUSY)
    begun = time.perf_counter()
    for reply in app.presses_on(sort, words):
        if not app.is_busy:
            replies.ended.append(reply)
            break
        replies.busy.append(reply)
    replies.seconds.append(time.perf_counter() - begun)


def rows(case: Case, found: Mapping[str, Replies]) -> Iterator[Row]:
    """The rows of a case."""
    for sort, replies in found.items():
        head = f"{sort}, {case.home.total:,} records"
        for title, some, goal in (
            ("at rest", replies.rest, None),
            (case.title, replies.busy, _SCREEN),
        ):
            last = [reply.last for reply in some]
            if not last:
                continue  # it was over before a key was
            yield row(f"{head}, {title}: last byte, p50", "ms", last)
            yield row(f"{head}, {title}: last byte, p95", "ms", last, quantile=0.95, goal=goal)
            yield row(f"{head}, {title}: last byte, longest", "ms", last, quantile=1.0)
        ended = [reply.first for reply in replies.ended]
        yield row(f"{head}, as that ends: first byte, longest", "ms", ended, quantile=1.0)
        taken = [seconds * 1000 for seconds in replies.seconds]
        yield row(f"{head}, {case.title}: the whole refresh", "ms", taken)


def changed(dump: Path, other: Path) -> int:
    """Write a dump in which one in a hundred records says something else.

    Args:
        dump: JSON, one record a line.
        other: A file that is not there yet.

    Returns:
        How many records there are.
    """
    count = 0
    with dump.open("rb") as old, other.open("wb") as new:
        for line in old:
            text = line.strip()
            if not text.startswith(b"{"):
                new.write(line)
                continue
            count += 1
            if count % _ONE_IN == 0:
                end = b"," if text.endswith(b",") else b""
                record = json.loads(text.removesuffix(b","))
                record["established"] = (record["established"] or 1900) + 1
                if count % (2 * _ONE_IN) == 0:
                    record["names"][0]["value"] += " (2)"
                line = json.dumps(record, ensure_ascii=False).encode() + end + b"\n"
            new.write(line)
    return count


def configure(home: Path, dump: Path) -> None:
    """Let the settings of a home name a dump, and nothing that is elsewhere."""
    file = find_paths(str(home)).settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    shipped = read(file.with_name("none.toml"), asset("directory", "sources.toml")).sources
    off = "".join(f'[[source]]\nid = "{each.id}"\nenabled = false\n' for each in shipped)
    text = f'[[source]]\nid = "{SOURCE}"\nkind = "ror-dump"\nurl = "{dump}"\n'
    file.write_text(off + text, encoding="utf-8")


def forget_when(home: Path) -> None:
    """Let a home's registry have been asked so long ago that it is asked again."""
    library, _ = open_library(find_paths(str(home)))
    health = library.health().get(SOURCE)
    if health is not None:
        library.remember(replace(health, succeeded="2020-01-01T00:00:00+00:00"))
    library.close()


def fill(home: Path, *arguments: str) -> str:
    """Run the program in a home to its end; what it printed."""
    command = [*RITUI, "--home", str(home), *arguments]
    done = subprocess.run(
        command, env=environment(), stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return done.stdout
