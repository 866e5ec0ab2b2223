"""Glance: whether an address still leads anywhere, and if not, why."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Final, NamedTuple

from ritui.errors import SourceLimit, SourceRefused, SourceUnreachable, SourceUnusable
from ritui.sources.errand import Passing
from ritui.sources.fetch import NOT_PUBLIC, Door

_ASK_LATER: Final = frozenset({429, 503})
"""Statuses of who wants fewer questions, so that the same is not asked in another way."""
_AWAY: Final = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH})
"""What is said where this machine has no network, or no way to another."""
_OURS: Final = frozenset({"dns", "refused"})
"""Codes that speak of the proxy where there is one."""


class Glance(NamedTuple):
    """What was seen of an address."""

    code: str
    """As `ritui.model.link.Look` has it."""
    moved: str = ""
    """Where it has moved for good."""


async def glance(door: Door, url: str, home: str = "") -> Glance:
    """Look at an address: by ``HEAD``, and by ``GET`` where that is not well received.

    Args:
        door: The way to the network; how often and how long it tries is its own affair.
        url: An address of the web.
        home: As in `Door.look`.

    Raises:
        SourceFailed: It could not be looked at, which says nothing of it: the run is offline,
            there is no network, or its host asked before to be left alone.
    """
    seen = await _seen(door, url, home, "HEAD")
    again = seen.code == "broken" or (seen.code.isdigit() and int(seen.code) >= 400)
    if again and int(seen.code if seen.code.isdigit() else 0) not in _ASK_LATER:
        return await _seen(door, url, home, "GET")
    return seen


async def _seen(door: Door, url: str, home: str, method: str) -> Glance:
    try:
        answer = await door.look(url, method=method, home=home)
    except SourceRefused as error:
        return Glance(str(error.status))
    except SourceLimit as error:
        # Said in this answer, and not in an earlier one of the same host.
        answered = error.__context__
        if isinstance(answered, Passing) and isinstance(answered.failure, SourceRefused):
            return Glance(str(answered.failure.status))
        raise
    except SourceUnusable as error:
        return Glance("private" if error.reason.endswith(NOT_PUBLIC) else "redirect")
    except SourceUnreachable as error:
        code = _code_of(error)
        if not code or (code in _OURS and door.proxy(url)):
            raise
        return Glance(code)
    return Glance(str(answer.status), answer.moved)


def _code_of(error: BaseException) -> str:
    """Why there was no answer; empty where the reason may be on this side."""
    causes = [*_causes(error)]
    names = {each.errno for each in causes if isinstance(each, socket.gaierror)}
    if names:
        return "" if socket.EAI_AGAIN in names else "dns"
    kinds = (
        ("certificate", ssl.SSLCertVerificationError),
        ("refused", ConnectionRefusedError),
    )
    for code, kind in kinds:
        if any(isinstance(each, kind) for each in causes):
            return code
    if any(type(each).__name__ == "ProxyError" for each in causes):
        return ""
    if any(isinstance(each, OSError) and each.errno in _AWAY for each in causes):
        return ""
    if any(type(each).__name__.endswith(("Timeout", "TimeoutError")) for each in causes):
        return "timeout"
    return "broken"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it."""
    left, seen = [error], set[int]()
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            left += each.exceptions
        left += [cause for cause in (each.__cause__, each.__context__) if cause is not None]
