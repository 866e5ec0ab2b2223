"""Timeline: events and news by what is asked of them, and in groups of time.

The view and ``ritui timeline`` find the same because both ask here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ritui.i18n import Messages
from ritui.model.query import country_codes
from ritui.model.source import BUNDLED, Event
from ritui.text import fold, words

FACETS: Final = ("kind", "country", "year", "source")
"""By what the timeline is narrowed, in the order in which it is shown."""
NEWS: Final = "news"
EVENT: Final = "event"
"""The two sorts of kind. Either is also a kind of its own: what is not known any closer."""
UPCOMING: Final = "upcoming"
"""The group of what is going on today or still to come; the others are years."""

_NEWS_KINDS: Final = frozenset({NEWS, "newsletter"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the timeline: any of the values of a facet, and all of the words."""

    text: str = ""
    """Words that must begin a word of the event each, without regard to case and accents."""
    narrows: tuple[tuple[str, str], ...] = ()
    """Facets and values, in the order in which they were asked for."""

    def values(self, facet: str) -> tuple[str, ...]:
        """The values that are asked of a facet."""
        return tuple(value for key, value in self.narrows if key == facet)

    def toggled(self, facet: str, value: str) -> Asked:
        """With one more value, or without it if it was asked for."""
        pair = (facet, value)
        if pair in self.narrows:
            return replace(self, narrows=tuple(each for each in self.narrows if each != pair))
        return replace(self, narrows=(*self.narrows, pair))

    def only(self, facet: str, *values: str) -> Asked:
        """With these values of a facet and no others."""
        kept = (each for each in self.narrows if each[0] != facet)
        return replace(self, narrows=(*kept, *((facet, value) for value in values)))


NOTHING_ASKED: Final = Asked()


class Timeline:
    """Events and news, ready to be asked. Safe to ask from any thread."""

    def __init__(self, events: Sequence[Event], names: Mapping[str, str], say: Messages) -> None:
        """Hold some events.

        Args:
            events: In the order of their dates.
            names: Names of the records they concern, by id; they are searched as well.
            say: The words, which are searched as well.
        """
        self.events = events
        self._names = names
        self._say = say
        # By the event itself: to compare or to hash one costs more than to look it up.
        self._texts: dict[int, str] = {}

    @property
    def has_fetched(self) -> bool:
        """Whether anything here is from elsewhere than the bundled directory."""
        return any(event.source != BUNDLED for event in self.events)

    def select(self, asked: Asked, *, but: str = "") -> list[Event]:
        """The events that answer, in the order of their dates.

        Args:
            asked: What is asked.
            but: A facet whose narrowing is left out.
        """
        found: Iterable[Event] = self.events
        for facet in FACETS:
            wanted = {*asked.values(facet)}
            if wanted and facet != but:
                found = [event for event in found if not wanted.isdisjoint(values(event, facet))]
        starts = [f" {word}" for word in words(asked.text)]
        if starts:
            found = [
                event for event in found if all(start in self._text(event) for start in starts)
            ]
        return [*found]

    def counts(self, asked: Asked) -> dict[str, list[tuple[str, int]]]:
        """By facet: every value there is, with how many events choosing it would give.

        The two sorts of kind and the years come in their order, the others by their names.
        """
        counted: dict[str, list[tuple[str, int]]] = {}
        for facet in FACETS:
            known = {value for event in self.events for value in values(event, facet)}
            there = Counter(
                value for event in self.select(asked, but=facet) for value in values(event, facet)
            )
            counted[facet] = [(value, there[value]) for value in self._ordered(facet, known)]
        return counted

    def label(self, facet: str, value: str) -> str:
        """How a value of a facet is called, but a source, which only the settings know."""
        if facet == "kind":
            return kind_label(value, self._say)
        return self._say.country(value) if facet == "country" else value

    def _ordered(self, facet: str, known: set[str]) -> list[str]:
        if facet == "year":
            return sorted(known, reverse=True)
        sorts = (EVENT, NEWS) if facet == "kind" else ()
        rest = sorted(known.difference(sorts), key=lambda value: words(self.label(facet, value)))
        return [*(sort for sort in sorts if sort in known), *rest]

    def _text(self, event: Event) -> str:
        """The folded words of an event, each with a space before it; made when first needed."""
        text = self._texts.get(id(event))
        if text is None:
            parts = [event.title, event.place, event.note]
            if event.kind:
                parts.append(kind_label(event.kind, self._say))
            if event.country:
                parts.append(self._say.country(event.country))
            parts += (self._names.get(id_, "") for id_ in event.related)
            text = self._texts[id(event)] = " " + " ".join(words(" ".join(parts)))
        return text


def values(event: Event, facet: str) -> tuple[str, ...]:
    """The values that an event has for a facet."""
    if facet == "kind":
        sort = NEWS if event.kind in _NEWS_KINDS else EVENT
        return (sort, event.kind) if event.kind and event.kind != sort else (sort,)
    value = event.date[:4] if facet == "year" else str(getattr(event, facet))
    return (value,) if value else ()


def is_upcoming(event: Event, today: str) -> bool:
    """Whether an event is going on or still to come; of news, only what is dated ahead.

    What is only known to its month or year may be at the end of that.

    Args:
        event: Which one.
        today: ISO date.
    """
    if event.kind in _NEWS_KINDS:
        return event.date > today
    return (event.end or event.date) + "~" > today


def grouped(
    events: Iterable[Event], today: str, *, oldest_first: bool = False
) -> list[tuple[str, list[Event]]]:
    """Events by year, the latest first, and before them what is upcoming, the next first.

    Args:
        events: In the order of their dates.
        today: ISO date.
        oldest_first: Whether it is all the other way round, but for the order within what is
            upcoming: one reads on to the end of time.
    """
    upcoming: list[Event] = []
    years: dict[str, list[Event]] = {}
    for event in events:
        if is_upcoming(event, today):
            upcoming.append(event)
        else:
            years.setdefault(event.date[:4], []).append(event)
    past = [*years.items()]
    if not oldest_first:
        past = [(year, within[::-1]) for year, within in reversed(past)]
    if not upcoming:
        return past
    return [*past, (UPCOMING, upcoming)] if oldest_first else [(UPCOMING, upcoming), *past]


def dates(event: Event) -> str:
    """When it was, from its beginning to its end."""
    return f"{event.date} – {event.end}" if event.end and event.end != event.date else event.date


def kind_label(kind: str, say: Messages) -> str:
    """What a kind of event is called; a source's own word stays as it is."""
    return say.get(f"event-kind.{kind}", kind)


def place_words(event: Event, say: Messages) -> str:
    """Where an event is: its place, and its country where the place does not say it."""
    country = say.country(event.country) if event.country else ""
    # A place may be the country itself, in another language.
    if event.place and country_codes().get(fold(event.place)) != event.country:
        return event.place if country in event.place else f"{event.place}, {country}"
    return country
