"""The two sizes that are designed, and a reader at each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.reader import Reader, reading


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """A size of the terminal."""
    found: tuple[int, int] = request.param
    return found


@pytest.fixture
def home(tmp_path: Path, warm: Path) -> Path:
    """A home of one's own in which the program was started before, and no source is enabled."""
    return Path(shutil.copytree(warm, tmp_path / "home"))


@pytest.fixture
def new_home(tmp_path: Path) -> Path:
    """The home of a new reader: nothing is there, so the program does as it was made."""
    return tmp_path / "new-home"


@pytest.fixture
async def reader(home: Path, size: tuple[int, int]) -> AsyncIterator[Reader]:
    """Someone who starts the program."""
    async with reading(home, size) as someone:
        yield someone
