"""Homes that cannot be written: the directory is served from memory, and that is said."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.source import Health
from ritui.services.library import open_library
from tests.conftest import Program


def serves_from_memory(ritui: Program, home: str) -> None:
    done = ritui("--home", home, "list", "--format", "ids")
    assert done.returncode == 0
    assert len(done.stdout.split()) == 506
    assert len(done.stderr.splitlines()) == 1
    assert "memory" in done.stderr


def test_a_home_below_a_file(fresh_ritui: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    serves_from_memory(fresh_ritui, str(tmp_path / "file" / "home"))


def test_a_home_where_nobody_may_write(fresh_ritui: Program) -> None:
    if not Path("/proc/self").is_dir():
        pytest.skip("this system has no /proc, which refuses everybody")
    serves_from_memory(fresh_ritui, "/proc/ritui-home")


@pytest.fixture
def somebody(warm: Path) -> Iterator[Program]:
    """The program, run by somebody whom permissions bind, in a home that was used before."""
    if os.name == "nt":
        pytest.skip("Windows has no such permissions")
    # Not below pytest's own folders, which only their owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="ritui-tests-"))
    folder.chmod(0o755)
    program = Program(Path(shutil.copytree(warm, folder / "home")))
    if os.geteuid() == 0:
        program.before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        try:
            tried = subprocess.run(
                [*program.command, "--version"], capture_output=True, check=False
            )
        except FileNotFoundError:
            tried = None
        if tried is None or tried.returncode:
            shutil.rmtree(folder)
            pytest.skip("run as the superuser, and nobody else may run this Python")
    yield program
    for path in (program.home, program.paths.cache):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_home_serves_what_it_holds(somebody: Program) -> None:
    library, _ = open_library(somebody.paths)
    values, _ = normalise({"id": "fetched", "kind": "network", "name": "Fetched before"})
    library.replace("other", [Claim("other", "1", values)], [], Health("other", "ok"))
    library.close()
    somebody.paths.store_file.chmod(0o444)
    somebody.paths.cache.chmod(0o555)
    somebody.home.chmod(0o555)
    done = somebody("list", "--format", "ids")
    assert done.returncode == 0
    assert len(done.stdout.split()) == 507
    assert "fetched" in done.stdout.split()
    assert len(done.stderr.splitlines()) == 1
    assert "memory" in done.stderr


def test_a_home_that_may_not_be_entered(somebody: Program) -> None:
    somebody.home.chmod(0o000)
    done = somebody("list")
    assert done.returncode == 2
    assert str(somebody.paths.settings_file) in done.stderr
    assert somebody("paths").returncode == 0
    assert somebody("doctor").returncode == 0


def test_paths_and_doctor_in_such_a_home(fresh_ritui: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    home = str(tmp_path / "file" / "home")
    assert fresh_ritui("--home", home, "paths").returncode == 0
    assert fresh_ritui("--home", home, "doctor").returncode == 0
    assert fresh_ritui("--home", home, "doctor", "--repair").returncode == 0


def test_a_bug_reports_itself(fresh_ritui: Program, tmp_path: Path) -> None:
    code = (
        "import sys, ritui.cli.dispatch as d, ritui.__main__ as m\n"
        "def broken(arguments): raise LookupError('lost')\n"
        "d.main = broken\n"
        "sys.exit(m.run(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", code]
    done = fresh_ritui("list", command=command)
    assert done.returncode == 70
    assert "lost" in done.stderr
    log = fresh_ritui.paths.log_file
    assert str(log) in done.stderr
    assert "Traceback" in log.read_text(encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    env = {"RITUI_HOME": str(tmp_path / "file" / "home"), "TMPDIR": str(tmp_path)}
    done = fresh_ritui("list", command=command, env=env)
    assert done.returncode == 70
    (report,) = tmp_path.glob("ritui-*.log")
    assert str(report) in done.stderr
