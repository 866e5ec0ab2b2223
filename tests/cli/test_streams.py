"""Pipes, closed streams and poor terminals: no traceback, no hang, nothing misplaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pexpect
import pytest

from tests.conftest import PATIENCE, Program

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX shells and terminals")


@pytest.mark.parametrize("command", ["list", "list --json", "export", "facets", "timeline", ""])
def test_a_reader_who_leaves(ritui: Program, command: str) -> None:
    done = ritui.shell(f"ritui {command} | head -n 1; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_a_reader_who_never_reads(ritui: Program) -> None:
    done = ritui.shell("ritui list | true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (0, "")


def test_no_input_is_no_reason_to_wait(ritui: Program) -> None:
    done = ritui.shell("ritui < /dev/null")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 506


@pytest.mark.parametrize("command", ["list", "paths", "--version", "--help", "", "lsit"])
@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(ritui: Program, command: str, closed: str) -> None:
    done = ritui.shell(f"ritui {command} {closed}")
    assert done.returncode == (2 if command == "lsit" else 0), done.stderr


def test_a_full_disk_is_said(ritui: Program) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("this system has no /dev/full")
    done = ritui.shell("ritui list > /dev/full")
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 2


def test_data_alone_on_standard_output(ritui: Program) -> None:
    ritui.paths.store_file.write_bytes(b"")
    done = ritui.shell("ritui --lang fr list --format ids 2>/dev/null")
    assert len(done.stdout.split()) == 506


def test_other_encodings_do_not_stop_it(ritui: Program) -> None:
    done = ritui("list", "--json", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "á" in done.stdout


def test_an_interrupt(ritui: Program) -> None:
    slow = (
        "import ritui.cli.list as c, sys, time\n"
        "def run(context, options):\n"
        "    sys.stderr.write('ready'); sys.stderr.flush()\n"
        # In many short waits: a signal just before a wait begins would not end a long one.
        "    for _ in range(600): time.sleep(0.1)\n"
        "c.run = run\n"
        "from ritui.__main__ import main; main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=ritui.surroundings(),
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.read(5) == b"ready"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert errors == b""


def in_terminal(ritui: Program, *arguments: str, **environment: str | None) -> tuple[int, str]:
    """The exit code and what a terminal of 80 by 24 was sent."""
    child = pexpect.spawn(
        ritui.command[0], [*ritui.command[1:], *arguments], env=ritui.surroundings(environment),
        dimensions=(24, 80), encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    sent = child.read()
    child.close()
    assert "Traceback" not in sent
    assert child.exitstatus is not None
    return child.exitstatus, sent


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_terminal_that_cannot_be_drawn_on(ritui: Program, term: str | None) -> None:
    started = time.monotonic()
    code, sent = in_terminal(ritui, TERM=term)
    assert code == 0
    assert "\x1b" not in sent
    assert len(sent.splitlines()) == 507
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("columns", [None, "40", "60", "140"])
def test_tables_fit_a_terminal(ritui: Program, columns: str | None) -> None:
    from ritui.text import width

    code, sent = in_terminal(ritui, "list", COLUMNS=columns)
    assert code == 0
    lines = sent.replace("\r", "").splitlines()
    assert lines[0].split()[:2] == ["Id", "Name"]
    assert len(lines) == 507
    widest = max(width(line) for line in lines)
    assert widest <= max(int(columns or 80), 66)
    assert "\t" not in sent


def test_a_small_terminal_gets_readable_facets(ritui: Program) -> None:
    code, sent = in_terminal(ritui, "facets", "--facet", "area")
    assert code == 0
    assert "Area" in sent
    assert "biodiversity & climate" in sent
