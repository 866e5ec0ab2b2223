"""Files of this machine, as the body of a source."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ritui.errors import Offline, SourceUnreachable, SourceUnusable
from ritui.model.source import Source
from ritui.sources.fetch import Door
from ritui.sources.file import load

Doors = Callable[..., Door]
URL = "https://files.example.org/list.json"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_files_of_this_machine(open_door: Doors, tmp_path: Path) -> None:
    door, file = open_door(offline=True), tmp_path / "list.json"
    file.write_bytes(b"[1]")
    source = Source("a", "json", options={"url": str(file), "max_bytes": 3})
    assert (await load(source, door, str(file))).body == b"[1]"
    file.write_bytes(b"[12]")
    with pytest.raises(SourceUnusable, match="more than 3 bytes"):
        await load(source, door, str(file))
    os.mkfifo(tmp_path / "pipe")
    for name, reason in [("none", "no such file"), (".", "not a file"), ("pipe", "not a file")]:
        with pytest.raises(SourceUnreachable, match=reason):
            await load(source, door, str(tmp_path / name))
    with pytest.raises(Offline):
        await load(source, door, URL)
