"""Bombs at their full size: no kind lets one into memory."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from ritui.errors import SourceUnusable
from ritui.sources.fetch import Door
from tests.conftest import PATIENCE
from tests.sources.rows import ROWS, Good
from tests.sources.wrong import Stage, instead, packed, staged

MOST: Final = 64 * 2**20
"""Bytes by which a bomb may make a process larger that has read the good answers."""
SIZE: Final = 80 * 2**20
"""Bytes that a bomb inflates to: more than any answer may have, but for a dump."""
UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system counts."""

PROGRAM: Final = """
import asyncio, json, os, resource, sys
from pathlib import Path
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.services.sync import sync
from ritui.sources.fetch import Door
from tests.sources.rows import ROWS

def peak():
    try:  # On Linux, what getrusage tells begins with the size of whoever started the program.
        return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def ask(name, row, place):
    async def run():
        async with Door(trust_env=False) as door:
            return await sync(library, [row.source(place)], door=door, force=True)

    before = peak()
    library, _ = open_library(find_paths(sys.argv[1]))
    [result] = asyncio.run(run())
    library.close()
    print(json.dumps([name, row.name, result.state, peak() - before]), flush=True)

for name, places in json.loads(sys.argv[2]).items():
    for row in (each for each in ROWS if each.name in places):
        if name == "good":
            ask(name, row, places[row.name])
        elif os.fork() == 0:  # so that each begins from the same
            ask(name, row, places[row.name])
            os._exit(0)
        else:
            os.wait()
"""
"""Asks every row's source when it is good, then when it is a bomb; prints by how much it grew."""


def _filled(good: Good) -> bytes:
    return packed(good.body, b" ", SIZE)


@cache
def _zip() -> bytes:
    """A zip whose only member is the bomb; it has the name that a release has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("release.json", "manifest.json"):
            with archive.open(name, "w") as file:
                file.write(b"[")
                for _ in range(SIZE >> 20):
                    file.write(b" " * 2**20)
    return buffer.getvalue()


BOMBS: Final[dict[str, tuple[str, Callable[[Good], bytes]]]] = {
    "once": ("gzip", _filled),
    "zeros": ("gzip", lambda _: packed(b"", b"\0", SIZE)),
    "twice": ("gzip, gzip", lambda good: gzip.compress(_filled(good))),
    "twice, told once": ("gzip", lambda good: gzip.compress(_filled(good))),
    "zip": ("identity", lambda _: _zip()),
}
"""How it is said to be encoded, and what it is."""
CASES: Final = [(name, row) for name in BOMBS for row in ROWS if row.form == "zip" or name != "zip"]


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not tell how large it was")
async def test_no_bomb_is_ever_in_memory(warm: Path, tmp_path: Path) -> None:
    home = shutil.copytree(warm, tmp_path / "home")
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        places: dict[str, dict[str, str]] = {name: {} for name in ("good", *BOMBS)}
        for row in ROWS:
            good = await stack.enter_async_context(staged(Stage(row)))
            places["good"][row.name] = good.base
        for name, row in CASES:
            encoding, make = BOMBS[name]
            act = instead(lambda good, _, make=make: make(good), Content_Encoding=encoding)  # type: ignore[misc]  # bound
            bad = await stack.enter_async_context(staged(Stage(row, act)))
            places[name][row.name] = bad.base
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, str(home), json.dumps(places)),
            cwd=Path(__file__).parents[2],
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await program.communicate()
    assert program.returncode == 0
    lines = [json.loads(line) for line in output.splitlines()]
    warmed, bombed = lines[: len(ROWS)], lines[len(ROWS) :]
    assert {state for _, _, state, _ in warmed} == {"ok"}
    assert [(name, row) for name, row, _, _ in bombed] == [(name, row.name) for name, row in CASES]
    # A sitemap may be a gzip file; this one is too long as well.
    assert {state for _, _, state, _ in bombed} == {"failed"}
    largest = max(bombed, key=lambda line: int(line[3]))
    assert 0 < largest[3] * UNIT < MOST, largest


class Full(io.BytesIO):
    """A file on a disk that is full."""

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


async def test_a_full_disk_is_said() -> None:
    row = next(row for row in ROWS if row.name == "ror-dump")
    async with staged(Stage(row)) as stage, Door(trust_env=False) as door:
        source = row.source(stage.base)
        with pytest.raises(SourceUnusable, match="no room to keep it: No space left on device"):
            await door.save(source, str(source.options["url"]), Full(), 2**20)
