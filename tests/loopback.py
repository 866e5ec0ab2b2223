"""Tests talk to this machine alone: settings in which no source is enabled, and a closed door."""

from __future__ import annotations

import errno
import ipaddress
import socket
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from ritui.paths import Paths
from ritui.resources import asset

SHIPPED: Final = tomllib.loads(asset("directory", "sources.toml").read_text("utf-8"))["source"]
"""The tables of the sources that come with the program, as it states them."""

ENABLED: Final = tuple(source["id"] for source in SHIPPED if source["enabled"])
"""Ids of those that a new reader's first refresh asks."""

NONE_ENABLED: Final = "".join(f'[[source]]\nid = "{id_}"\nenabled = false\n\n' for id_ in ENABLED)
"""Settings in which no source is enabled."""

NO_WAY_OUT: Final = {"HTTPS_PROXY": "http://127.0.0.1:9"}
"""What else keeps a program that a test runs from real services: a proxy that is not there."""


def settle(paths: Paths, text: str = "") -> Path:
    """Let the settings be this text, with the sources that come with the program disabled.

    Args:
        paths: Whose settings.
        text: TOML that says nothing of the sources of `ENABLED`.
    """
    paths.config.mkdir(parents=True, exist_ok=True)
    whole = f"{text}\n{NONE_ENABLED}" if text else NONE_ENABLED
    paths.settings_file.write_text(whole, encoding="utf-8")
    return paths.settings_file


@contextmanager
def loopback_only() -> Iterator[list[str]]:
    """Keep this process from all other machines, as if there were no network.

    What fails so may be handled by whoever tried: the test has to look at what this gives.

    Yields:
        What was tried, in words; it grows.
    """
    tried: list[str] = []
    look_up = socket.getaddrinfo
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def is_far(host: Any, what: str) -> bool:
        name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
        if _is_here(name):
            return False
        tried.append(f"{what} {name}")
        return True

    def goes_far(using: socket.socket, address: Any) -> bool:
        is_of_network = using.family in {socket.AF_INET, socket.AF_INET6}
        return is_of_network and is_far(address[0], "connected to")

    def guarded_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        # Where there is no network, nobody would come as far as to connect.
        if is_far(host, "looked for"):
            raise socket.gaierror(socket.EAI_NONAME, "no network in tests")
        return look_up(host, *rest, **options)

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if goes_far(self, address):
            raise ConnectionRefusedError(errno.ECONNREFUSED, "no network in tests")
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        return errno.ECONNREFUSED if goes_far(self, address) else connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield tried


def _is_here(name: str) -> bool:
    """Whether a host is this machine, or a name that nobody can have (RFC 6761)."""
    if name == "localhost" or name.endswith(".invalid"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        try:
            return socket.inet_aton(name)[0] == 127  # of shorter forms, such as 127.1
        except OSError:
            return False
