"""One address to ask, with all that goes along; and what its failures may say."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import parse_qsl, urljoin, urlsplit

from ritui.errors import SourceFailed, SourceUnreachable, SourceUnusable
from ritui.sources.address import SECRET, is_web, shown
from ritui.sources.answer import Validators
from ritui.text import clean_line


@dataclass(frozen=True, slots=True)
class Errand:
    """One address to ask for a source, through all its tries and redirects."""

    source: str
    home: str
    """The host that the settings name."""
    url: str
    headers: Mapping[str, str]
    """The kind's own; they stay with the first host."""
    known: Mapping[str, Validators]
    """What the addresses gave when they were last asked; each is only told its own."""
    size: int
    """Decoded bytes of the answer at most."""
    spacing: float
    time: float
    """Seconds it may take in all, without waiting for a turn."""
    silence: float
    """Seconds between two pieces of the answer, and before the first."""
    conditional: bool = False
    """Whether to keep what the answer gives to ask for news the next time."""
    file: BinaryIO | None = None
    """Where the body goes, if not into memory."""
    method: str = "GET"
    content: bool = True
    """Whether the body is wanted at all, or only what is said before it."""

    def onward(self, url: str, location: str) -> str:
        """Where a redirect leads.

        Raises:
            SourceUnusable: It is no address that may be followed.
        """
        try:
            target = urljoin(url, location)
        except ValueError:
            target = ""
        if not location or not is_web(target):
            raise self.unusable(url, f"sent on to “{shown(target)}”, which is no web address")
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
            raise self.unusable(url, "sent on from https to http")
        return target

    def show(self, url: str) -> str:
        """An address as it may be seen, though a service repeats in it what it was sent."""
        return self._hide(shown(url))

    def tell(self, text: str) -> str:
        """Words from outside on one line, without the secrets that were sent."""
        return clean_line(self._hide(text), 200)

    def unusable(self, url: str, reason: str) -> SourceUnusable:
        """The failure of an answer, or an address, that is not safe to use."""
        return SourceUnusable(self.source, self.show(url), self.tell(reason))

    def unreachable(self, url: str, reason: str) -> SourceUnreachable:
        """The failure of having no answer, or only half of one."""
        return SourceUnreachable(self.source, self.show(url), self.tell(reason))

    def _hide(self, text: str) -> str:
        query = urlsplit(self.url).query
        secrets = [value for key, value in parse_qsl(query) if SECRET.search(key)]
        for pair in query.split("&"):  # as it went over the wire, too
            key, _, value = pair.partition("=")
            secrets += [value] if SECRET.search(key) else []
        for name, value in self.headers.items():
            # A service may repeat the key without the word before it.
            secrets += [value, *value.split()] if name.lower() != "accept" else []
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) > 3:  # replacing less would only garble the words
                text = text.replace(secret, "…")
        return text


def reason_of(error: BaseException) -> str:
    """Why there was no answer, in words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "no host of this name is known here (is there a network?)"
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


class Passing(Exception):
    """A failure that may have passed when asked again, after the wait that was asked for."""

    def __init__(self, failure: SourceFailed, wait: float | None = None) -> None:
        super().__init__(failure)
        self.failure, self.wait = failure, wait
