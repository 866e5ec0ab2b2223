"""Doctor: what can be known about this installation without changing it, and repair.

Nothing private: no query, no shelf, no address with a password, no value of an environment
variable but those that say how to draw and which proxy to use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ritui.errors import CannotWrite, StoreDamaged
from ritui.model.source import Health
from ritui.paths import Paths
from ritui.services.library import Notice, moved_aside, open_library
from ritui.store.catalog import Catalog
from ritui.store.lock import alone
from ritui.store.schema import ENGINE, VERSION, connect


@dataclass(frozen=True, slots=True)
class StoreState:
    """How the cache is."""

    path: Path
    state: str
    """``whole``, ``missing`` (it is made when it is needed), ``damaged`` or ``unusable``."""
    reason: str = ""
    """What is wrong with it."""
    size: int = 0
    """Bytes."""
    records: int = 0
    generation: str = ""
    """Number of the last change."""
    packaged: str = ""
    """ISO date of the bundled directory it was filled from."""
    health: Mapping[str, Health] | None = None
    """How each source fared; None where it cannot be read."""


def examine_store(path: Path) -> StoreState:
    """Look at the cache, every page of it; nothing is moved or repaired."""
    try:
        if not path.exists():
            return StoreState(path, "missing")
        size = path.stat().st_size
        catalog = Catalog(connect(path))
    except StoreDamaged as damage:
        return StoreState(path, "damaged", damage.reason)
    except CannotWrite as error:
        return StoreState(path, "unusable", error.reason)
    except OSError as error:
        return StoreState(path, "unusable", error.strerror or str(error))
    try:
        faults = catalog.check()
        if faults:
            return StoreState(path, "damaged", faults[0], size)
        return StoreState(
            path,
            "whole",
            size=size,
            records=catalog.total,
            generation=catalog.fact("generation"),
            packaged=catalog.fact("packaged"),
            health=catalog.health(),
        )
    except StoreDamaged as damage:
        return StoreState(path, "damaged", damage.reason, size)
    except CannotWrite as error:
        return StoreState(path, "unusable", error.reason, size)
    finally:
        catalog.close()


def repair_store(paths: Paths, state: StoreState, language: str) -> list[Notice]:
    """Rebuild what can be rebuilt; a damaged cache is moved aside, with its date, first.

    Raises:
        CannotWrite: The file system refuses.
    """
    notices: list[Notice] = []
    if state.state == "damaged":
        with alone(state.path):
            notices.append(moved_aside(StoreDamaged(state.path, state.reason)))
    library, more = open_library(paths, language)
    try:
        library.rebuild()
    finally:
        library.close()
    return notices + more


def proxy_of(url: str, environment: Mapping[str, str]) -> str:
    """The proxy that a fetch of this address would use, without its password; or empty.

    Args:
        url: Where to; without a host, any.
        environment: The variables of the process, of which the lower-case ones win.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    for passed in _variable(environment, "no_proxy").lower().split(","):
        name = passed.strip().lstrip(".")
        if name == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return ""
    for name in (f"{parts.scheme or 'https'}_proxy", "all_proxy"):
        proxy = _variable(environment, name)
        if proxy:
            return _without_password(proxy)
    return ""


def versions() -> dict[str, str]:
    """Versions of what the program is made of, by name; empty for what is not installed."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from ritui import __version__

    found = {"ritui": __version__, "python": platform.python_version(), "sqlite": ENGINE}
    for name in ("textual", "httpx", "msgspec", "pyroaring"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return {**found, "cache-format": str(VERSION), "system": platform.platform()}


def terminal(environment: Mapping[str, str], size: tuple[int, int] | None) -> dict[str, Any]:
    """What the program knows of the terminal.

    Args:
        environment: The variables of the process.
        size: Columns and lines, where there is a terminal.
    """
    return {
        "term": environment.get("TERM", ""),
        "colorterm": environment.get("COLORTERM", ""),
        "no-color": bool(environment.get("NO_COLOR")),
        "size": f"{size[0]}x{size[1]}" if size else "",
        "ssh": bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY")),
    }


def _variable(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.upper(), "")


def _without_password(proxy: str) -> str:
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"
