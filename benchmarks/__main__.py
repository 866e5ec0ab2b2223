"""Run the benchmarks and print one table."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sqlite3
import sys
import sysconfig
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

import ritui
from benchmarks import (
    busy,
    commandline,
    ingest,
    match,
    moving,
    peers,
    search,
    startup,
    syncing,
    wire,
)
from benchmarks import map as world
from benchmarks.homes import CHECKOUT, DUMP, KEPT, MIDDLE, MILLION, REAL, Homes, say
from benchmarks.table import Row, as_markdown, as_text

PAGE: Final = CHECKOUT / "docs" / "performance.md"
BEGIN, END = "<!-- results: python -m benchmarks --markdown -->", "<!-- end of results -->"
"""What the generated part of the page stands between."""


class Group(Protocol):
    """Measurements that belong together."""

    def __call__(self, homes: Homes, *, quick: bool) -> Iterator[Row]:
        """Measure, and give a row for each thing measured."""


GROUPS: Final[Mapping[str, Group]] = {
    "startup": startup.measure,
    "moving": moving.measure,
    "map": world.measure,
    "search": search.measure,
    "match": match.measure,
    "busy": busy.measure,
    "syncing": syncing.measure,
    "commandline": commandline.measure,
    "ingest": ingest.measure,
    "wire": wire.measure,
    "memory": wire.memory,
}
"""What is measured when nothing else is said, in this order."""
ASKED: Final[Mapping[str, Group]] = {"peers": peers.measure}
"""What is measured only when it is named."""


def main() -> int:
    """Measure what is asked for.

    Returns:
        0, however slow everything was; 1 when something could not be measured.
    """
    options = _options()
    say("compiling")
    _compile()
    if not DUMP.is_file():
        say("there is no dump of a registry beside the checkout: its rows are skipped")
    rows: list[Row] = []
    failed = False
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ritui-benchmarks-") as folder:
        homes = Homes(Path(folder), kept=options.homes, sizes=_sizes(options))
        for name in options.only or GROUPS:
            say(name)
            begun = time.monotonic()
            try:
                for each in {**GROUPS, **ASKED}[name](homes, quick=options.quick):
                    rows.append(each)
            except KeyboardInterrupt:  # what was measured until then is shown
                failed = True
                break
            except Exception:  # noqa: BLE001  # the group ends here, and is reported
                failed = True
                traceback.print_exc()
            say(f"{name} took {time.monotonic() - begun:.0f} s")
    say(f"done in {time.monotonic() - started:.0f} s")
    sys.stdout.write(as_markdown(rows) if options.markdown else as_text(rows))
    if options.markdown and not options.only and not failed:
        _write_page(rows, quick=options.quick)
    return int(failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few runs, within two minutes")
    parser.add_argument(
        "--large",
        action="store_true",
        help="a million records as well: three gigabytes of disk, and some minutes to fill them",
    )
    parser.add_argument(
        "--homes",
        type=Path,
        default=KEPT,
        metavar="DIR",
        help="where the larger homes, and the programs compared with, stay between runs",
    )
    names = [*GROUPS, *ASKED]
    parser.add_argument(
        "--only", action="append", choices=names, metavar="NAME",
        help=f"one group, may be given again: {', '.join(names)}",
    )  # fmt: skip
    parser.add_argument(
        "--markdown", action="store_true",
        help="print Markdown and, when nothing is left out, write it into docs/performance.md",
    )  # fmt: skip
    return parser.parse_args()


def _sizes(options: argparse.Namespace) -> list[int]:
    """Records of the larger homes."""
    sizes = [REAL] if options.quick else [REAL, MIDDLE]
    return [*sizes, MILLION] if options.large else sizes


def _compile() -> None:
    """Compile ritui and everything installed beside it: no reader's first start is measured."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    folders |= {str(Path(ritui.__file__).parent), str(Path(__file__).parent)}
    for folder in sorted(folders):
        compileall.compile_dir(folder, quiet=2)


def _write_page(rows: list[Row], *, quick: bool) -> None:
    """Put the table in the place of the one on the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = f"{BEGIN}\n\n{_where(quick=quick)}\n\n{as_markdown(rows)}\n{END}"
    PAGE.write_text(before + text + after, "utf-8")


def _where(*, quick: bool) -> str:
    """On what the measurements were made."""
    runs = "few runs (`--quick`)" if quick else "all runs"
    facts = (
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"ritui {ritui.__version__}",
        f"Python {platform.python_version()}",
        f"Textual {version('textual')}",
        f"SQLite {sqlite3.sqlite_version}",
        f"{platform.system()} on {platform.machine()}, {os.cpu_count()} processors",
        f"load {os.getloadavg()[0]:.1f} at the end",
        runs,
    )
    return f"Measured {', '.join(facts)}."


if __name__ == "__main__":
    sys.exit(main())
