"""The clipboard: by real little programs on a path of one's own, else through the terminal."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import stat
import sys
from pathlib import Path

import pytest

from ritui.i18n import Messages
from ritui.ui.clipboard import LIMIT, Outcome, put, sequence, told
from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tools are shell scripts")

VARIABLES = ("WAYLAND_DISPLAY", "DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY", "TERM")
TEXT = "Ñandú: 50 € “quoted”\nand a second line; $(echo no) `no` \\ '"
SAY = Messages()


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, in surroundings in which nothing is set."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def make(folder: Path, name: str, script: str = "") -> Path:
    """A program that writes what it is given, and how it was called, into files beside it."""
    program, taken = folder / name, folder / f"{name}.taken"
    lines = ["#!/bin/sh", script or f'echo "$@" > "{taken}.how"; /bin/cat > "{taken}"']
    program.write_text("\n".join(lines) + "\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return taken


def is_alive(pid: int) -> bool:
    """Whether there is a process of a number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def sent(text: str) -> tuple[Outcome, str]:
    """What became of a text, and what the terminal was sent."""
    written: list[str] = []
    return await put(text, written.append), "".join(written)


@pytest.mark.parametrize(
    ("tool", "variable", "how"),
    [
        ("wl-copy", "WAYLAND_DISPLAY", ""),
        ("xclip", "DISPLAY", "-selection clipboard -in"),
        ("xsel", "DISPLAY", "--clipboard --input"),
        ("termux-clipboard-set", "", ""),
    ],
)
async def test_a_tool_takes_the_text_as_it_is(
    tools: Path, monkeypatch: pytest.MonkeyPatch, tool: str, variable: str, how: str
) -> None:
    taken = make(tools, tool)
    if variable:
        assert (await sent(TEXT))[0].way == "terminal"
        monkeypatch.setenv(variable, ":7")
    assert await sent(TEXT) == (Outcome("tool", tool), "")
    assert taken.read_text("utf-8") == TEXT
    assert taken.with_name(f"{tool}.taken.how").read_text().strip() == how


async def test_a_tool_of_windows_is_given_its_encoding(tools: Path) -> None:
    taken = make(tools, "clip.exe")
    assert (await sent(TEXT))[0] == Outcome("tool", "clip.exe")
    assert taken.read_bytes().decode("utf-16-le") == TEXT


async def test_a_tool_that_fails_hangs_or_is_none_leaves_it_to_the_next(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("ritui.ui.clipboard.PATIENCE", 0.2)
    make(tools, "wl-copy", "exit 1")
    make(tools, "xclip", f"echo $$ > {tools}/pid; exec /bin/sleep 60")
    (tools / "xsel").write_bytes(b"\x7fELF no program")
    (tools / "xsel").chmod(0o700)
    assert await sent(TEXT) == (Outcome("terminal"), sequence(TEXT, {}))
    pid = int((tools / "pid").read_text())
    for _ in range(200):
        if not is_alive(pid):
            break
        await asyncio.sleep(0.01)
    assert not is_alive(pid)


async def test_a_tool_that_stays_in_the_background_is_not_waited_for(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    make(tools, "xclip", f"/bin/cat > {tools}/it; /bin/sleep 60 & echo $! > {tools}/pid")
    assert (await sent(TEXT))[0] == Outcome("tool", "xclip")
    os.kill(int((tools / "pid").read_text()), 9)


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY"])
async def test_over_ssh_the_clipboard_is_that_of_the_terminal(
    tools: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("DISPLAY", "localhost:10.0")
    monkeypatch.setenv(variable, "somebody")
    taken = make(tools, "xclip")
    assert (await sent(TEXT))[0] == Outcome("terminal")
    assert not taken.exists()


async def test_tmux_is_asked_and_else_told_to_pass_it_on(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", "/tmp/nowhere,1,0")
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    wrapped = f"\x1bPtmux;\x1b{sequence(TEXT, {})}\x1b\\"
    assert await sent(TEXT) == (Outcome("terminal"), wrapped)
    taken = make(tools, "tmux")
    assert await sent(TEXT) == (Outcome("tmux", "tmux"), "")
    assert taken.read_text("utf-8") == TEXT
    assert taken.with_name("tmux.taken.how").read_text().strip() == "load-buffer -w -"


def test_what_gnu_screen_passes_on_is_the_same() -> None:
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", sequence(TEXT * 20, {"STY": "1.a"}), re.DOTALL)
    assert "".join(pieces) == sequence(TEXT * 20, {})
    assert max(map(len, pieces)) <= 240


async def test_nobody_is_told_more_than_is_known(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await sent("x" * LIMIT))[0].way == "terminal"
    assert await sent("x" * (LIMIT - 1) + "é") == (Outcome("too-long"), "")
    assert await put(TEXT, None) == Outcome("nowhere")
    monkeypatch.setenv("TERM", "linux")
    assert await sent(TEXT) == (Outcome("nowhere"), "")


@pytest.mark.parametrize("language", ["en", "es", "pt"])
@pytest.mark.parametrize("way", ["tool", "tmux", "terminal", "too-long", "nowhere"])
def test_every_outcome_has_words_and_shows_the_text(language: str, way: str) -> None:
    outcome = Outcome(way, "xsel")  # type: ignore[arg-type]  # each of its values
    said = told(outcome, "the\ntext {not a fact} [x]", Messages(language))
    assert said.endswith("the text {not a fact} [x]")
    assert ("xsel" in said) == (way == "tool")
    assert len(told(outcome, "word " * 1000, Messages(language))) < 400


@pytest.mark.parametrize("way", ["terminal", "tmux", "xclip"])
def test_in_a_real_terminal(home: Path, tmp_path: Path, way: str) -> None:
    """What one sees in the menu is what the terminal, or the tool, is given."""
    env = {"PATH": str(tmp_path)}
    if way == "tmux":
        env["TMUX"] = "/tmp/nowhere,1,0"
    if way == "xclip":
        env["DISPLAY"] = ":7"
    taken = make(tmp_path, "xclip")
    with Terminal(home, "--offline", size=(80, 24), env=env) as terminal:
        terminal.sees("506 of 506")
        terminal.presses(*"/id:alma").sees("1 of 506")
        terminal.presses("enter").settles()
        terminal.presses("y").sees("Everything, as JSON", "http://www.almaobservatory")
        said = "Copied by xclip" if way == "xclip" else "Sent to the terminal, which"
        terminal.presses("l").sees(said)
        encoded = base64.b64encode(b"http://www.almaobservatory.org/")
        plain = b"\x1b]52;c;" + encoded + b"\x07"
        wrapped = b"\x1bPtmux;\x1b" + plain + b"\x1b\\"
        if way == "xclip":
            assert taken.read_text() == "http://www.almaobservatory.org/"
            assert encoded not in terminal.sent
        else:
            assert (wrapped if way == "tmux" else plain) in terminal.sent
            assert terminal.sent.count(encoded) == 1
        terminal.presses("q")
        assert terminal.ends() == 0


@pytest.fixture
def home(warm: Path, tmp_path: Path) -> Path:
    """A home of one's own."""
    return Path(shutil.copytree(warm, tmp_path / "home"))
