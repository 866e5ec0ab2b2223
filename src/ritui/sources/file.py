"""The one body of a source that is a file: of the web, with its key, or of this machine."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ritui.errors import SourceUnreachable, SourceUnusable
from ritui.model.source import Source
from ritui.sources.address import is_web
from ritui.sources.answer import Answer
from ritui.sources.base import FILE, size_of
from ritui.sources.keys import OPTIONS as KEY_OPTIONS
from ritui.sources.keys import check_key, key_headers
from ritui.sources.mapping import check_mapping

if TYPE_CHECKING:
    from ritui.sources.fetch import Door


def check_file(source: Source, options: Iterable[str] = ()) -> None:
    """Look at the options that the kinds of files share.

    Args:
        source: Whose options.
        options: Those of its kind besides.

    Raises:
        UnknownWord: An option or value that is not understood.
    """
    check_mapping(source, (*KEY_OPTIONS, *options))
    check_key(source)
    size_of(source, FILE)


async def load(
    source: Source,
    door: Door,
    url: str,
    params: Mapping[str, str] | None = None,
    *,
    conditional: bool = True,
) -> Answer:
    """What is at an address of the web, or in a file of this machine.

    Args:
        source: For whom.
        door: The way to the network.
        url: An address or a path.
        params: Added to the query of the address.
        conditional: Whether this is all there is, so that it may be unchanged.

    Raises:
        Unchanged: Nothing is new since the last good run.
        SettingUnreadable: The key that the settings speak of cannot be had.
        SourceFailed: It cannot be had, or is too big.
    """
    size = size_of(source, FILE)
    if not is_web(url):
        return Answer(200, url, {}, await asyncio.to_thread(_file, source.id, Path(url), size))
    return await door.get(
        source,
        url,
        params=params,
        headers=key_headers(source),
        max_bytes=size,
        conditional=conditional,
    )


def _file(source: str, path: Path, size: int) -> bytes:
    try:
        # A pipe would be waited for, and a device has no end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceUnreachable(source, str(path), "not a file")
        with path.open("rb") as file:
            content = file.read(size + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceUnreachable(source, str(path), reason.lower()) from error
    if len(content) > size:
        raise SourceUnusable(source, str(path), f"more than {size:,} bytes")
    return content
