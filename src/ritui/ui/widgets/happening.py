"""Happening: one event or one piece of news in full, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ritui.i18n import Messages
from ritui.model.source import Event
from ritui.services.origin import Origin
from ritui.services.timeline import dates, kind_label, place_words
from ritui.text import wrap
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.linked import Linked


class Happening(Linked):
    """Everything known of an event."""

    def __init__(self, say: Messages, *, id: str) -> None:
        """Nothing yet."""
        super().__init__(id=id)
        self._say = say
        self._shown: tuple[Event, Origin, Mapping[str, str]] | None = None

    def display_event(
        self, event: Event | None, origin: Origin | None, names: Mapping[str, str]
    ) -> None:
        """Show an event.

        Args:
            event: What to show, or None for nothing.
            origin: The source that gave it.
            names: Names of the records it concerns, by id.
        """
        before = self._shown
        self._shown = (event, origin, names) if event and origin else None
        same = before is not None and self._shown is not None and before[0] == self._shown[0]
        self.show(self._lines(), keep_place=same)

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.show(self._lines(), keep_place=True)

    def _lines(self) -> list[Line]:
        if self.across <= 0:
            return []
        if self._shown is None:
            return [(Span(self._say("card.empty"), "faint"),)]
        return list(event_lines(*self._shown, self._say, self.across))


def event_lines(
    event: Event, origin: Origin, names: Mapping[str, str], say: Messages, width: int
) -> Iterator[Line]:
    """An event laid out in lines of a width: what it is, what it concerns, where that is from."""
    for part in wrap(event.title, width):
        yield (Span(part, "title"),)
    kind = kind_label(event.kind, say) if event.kind else ""
    facts = (dates(event), kind, place_words(event, say))
    for part in wrap(" · ".join(fact for fact in facts if fact), width):
        yield (Span(part, "accent"),)
    if event.note:
        yield ()
        for paragraph in event.note.split("\n"):
            yield from ((Span(part),) for part in wrap(paragraph, width))
    if event.related:
        yield ()
        yield (Span(say("timeline.related"), "accent"),)
        for id_ in event.related:
            known = id_ in names
            action = f"screen.go({id_!r})" if known else ""
            for place_, part in enumerate(wrap(names.get(id_, id_), max(8, width - 2))):
                head = "  " if place_ else "· "
                yield (Span(head, "faint"), Span(part, "link" if known else "text", "", action))
    if event.url:
        yield ()
        yield (Span(say("sources.address"), "accent"),)
        yield from ((Span(part, "link", event.url),) for part in wrap(event.url, width))
    yield ()
    yield (Span(say("section.from"), "accent"),)
    licence = origin.licence or say("export.no-licence")
    facts = (origin.title, say("timeline.fetched", date=origin.fetched) if origin.fetched else "",
             licence)  # fmt: skip
    for part in wrap(" · ".join(fact for fact in facts if fact), width):
        yield (Span(part, "faint"),)
