"""Links: the addresses of records, and in words what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from ritui.i18n import Messages
from ritui.model.link import STATES, Link, Look, State
from ritui.store.catalog import Catalog
from ritui.store.links import looks_at

WEBSITE: Final = "website"
CONTACT: Final = "contact"
"""What the address of a website, and that of a contact, is of its record."""

_TOGETHER: Final = 256
"""Addresses that are looked up at once."""
_DAY: Final = len("2026-01-01")


class Known(NamedTuple):
    """A link, and what is known of it."""

    link: Link
    look: Look


def links_in(
    values: Mapping[str, Any], language: str, *, identifiers: bool = False
) -> Iterator[Link]:
    """The addresses of the web that a record has, each once.

    Args:
        values: The record as JSON values.
        language: Of the record's name.
        identifiers: Whether the addresses of its identifiers are wanted as well.
    """
    found: dict[str, str] = {}
    if website := values.get("website"):
        found[website] = WEBSITE
    for each in values.get("contacts", ()):
        if url := each.get("url"):
            found.setdefault(url, CONTACT)
    for each in values.get("links", ()):
        found.setdefault(each["url"], each["rel"])
    for scheme, identifier in values.get("identifiers", {}).items() if identifiers else ():
        if scheme == "wikidata":
            identifier = f"https://www.wikidata.org/wiki/{identifier}"
        found.setdefault(identifier, scheme)
    name = values.get("names", {}).get(language) or values["name"]
    sources = tuple(dict.fromkeys(each["source"] for each in values.get("provenance", ())))
    for url, rel in found.items():
        if url.startswith(("http://", "https://")):
            yield Link(values["id"], name, rel, url, sources)


def known(catalog: Catalog, links: Iterable[Link]) -> Iterator[Known]:
    """Links with what is known of them, in their order."""
    some: list[Link] = []
    for link in links:
        some.append(link)
        if len(some) == _TOGETHER:
            yield from _known(catalog, some)
            some.clear()
    yield from _known(catalog, some)


def _known(catalog: Catalog, links: list[Link]) -> Iterator[Known]:
    looks = looks_at(catalog, (link.url for link in links))
    return (Known(link, looks.get(link.url) or Look(link.url)) for link in links)


def is_older(look: Look, days: int, now: datetime | None = None) -> bool:
    """Whether a link was not looked at for so many days, or never."""
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    return look.checked <= before.astimezone(UTC).isoformat(timespec="seconds")


def archived(url: str, look: Look | None = None) -> str:
    """Where the copies of an address are that the Internet Archive made in one year.

    The year is the one in which the address was seen to be dead, or else was looked at last;
    the others are one step from there. Nobody is asked whether there are any.

    Args:
        url: An address of the web.
        look: What is known of it.

    Returns:
        An address; empty for what is none of the web.
    """
    if not url.startswith(("http://", "https://")):
        return ""
    when = ""
    if look is not None:
        when = look.since if look.state == "dead" else look.checked
    return f"https://web.archive.org/web/{when[:4] or datetime.now(UTC).year}*/{url}"


def rel_words(rel: str, say: Messages) -> str:
    """What a link is of its record, as far as there are words for it."""
    return say.get(f"link.rel.{rel}", say.get(f"scheme.{rel}", rel))


def counted(states: Mapping[State, int], say: Messages) -> str:
    """How many links are in each state: ``answers 12, dead 1``."""
    return ", ".join(
        f"{say(f'link.state.{state}')} {states[state]}" for state in STATES if states.get(state)
    )


def state_words(look: Look, say: Messages) -> str:
    """The state of a link and why, in a few words: ``dead: answer 404``."""
    state = say(f"link.state.{look.state}")
    if look.state in {"ok", "moved", "never"} or not look.code:
        return state
    return f"{state}: {code_words(look.code, say)}"


def code_words(code: str, say: Messages) -> str:
    """What a code means."""
    return say("link.answer", code=code) if code.isdigit() else say(f"link.code.{code}")


def look_words(look: Look, say: Messages) -> str:
    """All that is known of a link but its address: the state, why, since when, looked at when."""
    if look.state == "never":
        return say("link.state.never")
    since, checked = look.since[:_DAY], look.checked[:_DAY]
    parts = [state_words(look, say)]
    if look.state == "moved":
        parts[0] = say("link.moved-to", url=look.moved)
    if since != checked:
        parts.append(say("link.since", date=since))
    parts.append(say("link.checked", date=checked))
    return ", ".join(parts)
