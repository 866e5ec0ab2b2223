"""Link: an address of a record, and what is known of whether it still leads anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

State = Literal["never", "ok", "moved", "dead", "unsure"]
"""Its words are ``link.state.<state>``."""
STATES: Final[tuple[State, ...]] = get_args(State)

_GONE: Final = frozenset({"404", "410", "dns", "refused", "certificate"})
"""Codes that say of an address that nothing is there, or nothing that can be trusted."""


@dataclass(frozen=True, slots=True)
class Look:
    """What became of an address the last time it was looked at."""

    url: str
    state: State = "never"
    code: str = ""
    """The status of the answer, as digits; or why there was none: ``dns``, ``refused``,
    ``certificate``, ``timeout``, ``broken``, ``private``, ``redirect``."""
    checked: str = ""
    """ISO time, UTC, of that look; empty for never."""
    since: str = ""
    """ISO time, UTC, of the first look that found this state, with no other since."""
    moved: str = ""
    """Where it has moved for good."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and whose it is."""

    id: str
    """The record's."""
    name: str
    rel: str
    """What it is of the record: ``website``, ``contact``, the scheme of an identifier, or what
    its source says."""
    url: str
    sources: tuple[str, ...] = ()
    """Ids of the sources that the record is from."""


def state_of(code: str, moved: str = "") -> State:
    """What a code says of an address. Most failures say nothing: they may pass.

    Args:
        code: As `Look` has it.
        moved: Where the address has moved for good, if it has.
    """
    if len(code) == 3 and code.startswith("2"):
        return "moved" if moved else "ok"
    return "dead" if code in _GONE else "unsure"
