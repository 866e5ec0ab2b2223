"""Calendar: dated events as days of iCalendar, RFC 5545 (https://www.rfc-editor.org/rfc/rfc5545)."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ritui import __version__
from ritui.i18n import Messages
from ritui.model.source import BUNDLED
from ritui.services.export import DIRECTORY_LICENCE, Selection, attribution
from ritui.services.export.escape import web
from ritui.services.timeline import NEWS, kind_label, values
from ritui.text import clean

if TYPE_CHECKING:
    from ritui.model.source import Event

_OCTETS: Final = 75
"""Of a line, without its end."""
_SPECIAL: Final = re.compile(r"[\\;,]")
_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))


def concerning(events: Iterable[Event], ids: Collection[str] | None) -> list[Event]:
    """The events that concern some records; news are none.

    Args:
        events: Where to look.
        ids: Of the records; None for every event, whatever it concerns.
    """
    return [
        event
        for event in events
        if NEWS not in values(event, "kind")
        and (ids is None or any(id_ in ids for id_ in event.related))
    ]


def write_ics(selection: Selection) -> Iterator[str]:
    """A calendar of the selection's events, each of whole days.

    Of what is only known to its month or year, the event takes up all of it and says so.
    """
    events = [*selection.events()]
    say = selection.say
    about = attribution(selection, _licences(events, selection))
    head = (
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", _text(f"-//ritui//ritui {__version__}//{say.language.upper()}")),
        ("CALSCALE", "GREGORIAN"),
        ("NAME", _text(selection.named)),
        ("X-WR-CALNAME", _text(selection.named)),
        ("DESCRIPTION", _text(about)),
        ("X-WR-CALDESC", _text(about)),
    )
    yield "".join(_line(name, value) for name, value in head)
    names = selection.names({id_ for event in events for id_ in event.related})
    stamp = datetime.fromisoformat(selection.generated)
    stamp = stamp.astimezone(UTC) if stamp.tzinfo else stamp
    told: Counter[str] = Counter()
    for event in events:
        if (days := _days(event)) is None:
            continue
        key = "\n".join(("ritui", event.date, event.title, event.url))
        told[key] += 1
        uid = uuid.uuid5(uuid.NAMESPACE_URL, key if told[key] == 1 else f"{key}\n{told[key]}")
        lines = (
            ("BEGIN", "VEVENT"),
            ("UID", str(uid)),
            ("DTSTAMP", f"{stamp:%Y%m%dT%H%M%SZ}"),
            ("DTSTART;VALUE=DATE", days[0].isoformat().replace("-", "")),
            ("DTEND;VALUE=DATE", days[1].isoformat().replace("-", "")),
            ("SUMMARY", _text(event.title)),
            ("LOCATION", _text(_place(event, say))),
            ("DESCRIPTION", _text("\n".join(_told(event, say, names)))),
            ("URL", web(quote(event.url, safe=_PRINTABLE))),
            ("CATEGORIES", _text(kind_label(event.kind, say)) if event.kind else ""),
            ("COMMENT", _text(f"{say('export.sources')}: {_origin(event, selection)}")),
            # A year that is not known any closer keeps nobody busy.
            ("TRANSP", "TRANSPARENT"),
            ("END", "VEVENT"),
        )
        yield "".join(_line(name, value) for name, value in lines if value)
    yield _line("END", "VCALENDAR")


def _days(event: Event) -> tuple[date, date] | None:
    """The first day, and the one after the last; None for a date that is none."""
    try:
        first, after = _span(event.date)
    except (ValueError, OverflowError):
        return None
    try:
        last = _span(event.end)[1] if event.end else after
    except (ValueError, OverflowError):
        last = after
    return first, max(after, last)


def _span(day: str) -> tuple[date, date]:
    """The first day of a day, month or year, and the first day after it.

    Raises:
        ValueError, OverflowError: There is none.
    """
    year, month, number = (int(part) if part else 0 for part in f"{day}--".split("-")[:3])
    first = date(year, month or 1, number or 1)
    if number:
        return first, first + timedelta(days=1)
    if month:
        return first, date(year + month // 12, month % 12 + 1, 1)
    return first, date(year + 1, 1, 1)


def _told(event: Event, say: Messages, names: Mapping[str, str]) -> Iterator[str]:
    """What is known of an event besides, a line each."""
    if event.note:
        yield event.note
    if len(event.date) < len("2026-01-01") or 0 < len(event.end) < len("2026-01-01"):
        known = event.date if event.end in {"", event.date} else f"{event.date} – {event.end}"
        yield say("export.not-closer", known=known)
    concerned = [names[id_] for id_ in event.related if id_ in names]
    if concerned:
        yield f"{say('export.concerns')}: {', '.join(concerned)}"


def _place(event: Event, say: Messages) -> str:
    country = say.country(event.country) if event.country else ""
    return ", ".join(dict.fromkeys(part for part in (event.place, country) if part))


def _named(event: Event, selection: Selection) -> tuple[str, str]:
    """What the source of an event is called, and its licence, as far as known."""
    if event.source == BUNDLED:
        return "ritui directory", DIRECTORY_LICENCE
    if selection.origin is None:
        return event.source, ""
    origin = selection.origin(event.source)
    return origin.title, origin.licence


def _origin(event: Event, selection: Selection) -> str:
    title, licence = _named(event, selection)
    return f"{title} ({licence or selection.say('export.no-licence')})"


def _licences(events: Iterable[Event], selection: Selection) -> dict[str, list[str]]:
    """Licence to the sources of the events that are under it."""
    found: dict[str, dict[str, None]] = {}
    for event in events:
        title, licence = _named(event, selection)
        found.setdefault(licence, {})[title] = None
    return {licence: [*found[licence]] for licence in sorted(found)}


def _text(value: str) -> str:
    """A value of type TEXT: what has a meaning is escaped, and a line end is written as one."""
    plain = _SPECIAL.sub(r"\\\g<0>", clean(value).strip())
    return plain.replace("\t", " ").replace("\n", "\\n")


def _line(name: str, value: str) -> str:
    """A content line, folded so that no line has more than 75 octets and no letter is cut."""
    pieces: list[str] = []
    piece, size = "", 0
    for character in f"{name}:{value}":
        octets = len(character.encode())
        if size + octets > _OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += octets
    return "\r\n".join((*pieces, piece)) + "\r\n"
