"""Reasons: why two records fit, what is missing, and their facts side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ritui.i18n import Messages
from ritui.services.across import facts, gap_text, reason_text
from ritui.services.likeness import WEIGHTS
from ritui.services.match import Candidate, Pair
from ritui.text import fit, width, wrap
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.linked import Linked

if TYPE_CHECKING:
    from ritui.model.record import Record

_MOST: Final = {weight.key: weight.most for weight in WEIGHTS}
_BAR: Final = 10
"""Cells of the bar that shows how much of its most a reason gives."""
_POINTS: Final = 8
"""Cells of those points in numbers."""
_TITLE: Final = 12
_BESIDE: Final = 64
"""Cells from which on two records have a column each."""


class Reasons(Linked):
    """Why two records fit."""

    def __init__(self, say: Messages, *, id: str) -> None:
        """An empty panel."""
        super().__init__(id=id)
        self._say = say
        self._shown: Candidate | Pair | None = None
        self._records: Sequence[Record] = ()
        self._names: Mapping[str, str] = {}

    def display_fit(
        self, shown: Candidate | Pair | None, records: Sequence[Record], names: Mapping[str, str]
    ) -> None:
        """Show what fits.

        Args:
            shown: Two records that fit, or None for nothing.
            records: These two; none for nothing.
            names: What the records are called that the reasons are about, by id.
        """
        same = shown is not None and shown == self._shown
        self._shown, self._records, self._names = shown, records, names
        self.show(self._lines(), keep_place=same)

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.show(self._lines(), keep_place=True)

    def _lines(self) -> list[Line]:
        if self._shown is None or self.across <= 0:
            return []
        return list(self._told(self._shown, self.across))

    def _told(self, shown: Candidate | Pair, cells: int) -> Iterator[Line]:
        say = self._say
        called = {each.id: each.called(say.language) for each in self._records}
        # Of a candidate, the other one is what all of the screen is about.
        for record in self._records[-len(ids_of(shown)) :]:
            action = f"screen.go({record.id!r})"
            for part in wrap(called[record.id], cells):
                yield (Span(part, "link", action=action),)
            place = say.country(record.country) if record.country else ""
            region = say.label("region", record.region)
            told = " · ".join(part for part in (record.acronym, place, region) if part)
            yield (Span(fit(told, cells).rstrip(), "faint"),)
        yield ()
        yield (Span(say("across.of", score=shown.score), "title"),)
        for reason in shown.reasons:
            most = _MOST[reason.key]
            full = round(_BAR * reason.points / most)
            points = say("across.points", points=f"{reason.points:>2}", most=most).ljust(_POINTS)
            bar = "█" * full + "·" * (_BAR - full)
            lead: tuple[Span, ...] = (Span(f"{bar} ", "accent"), Span(f"{points}  ", "faint"))
            indent = sum(width(span.text) for span in lead)
            text = reason_text(reason, say, self._names)
            for part in wrap(text, max(12, cells - indent)):
                yield (*lead, Span(part))
                lead = (Span(" " * indent),)
        if shown.gaps:
            yield ()
            yield (Span(say("across.missing"), "accent"),)
            for gap in shown.gaps:
                for head, part in _marked(wrap(gap_text(gap, say, called), cells - 2)):
                    yield (Span(head, "faint"), Span(part))
        yield ()
        yield (Span(say("across.side"), "accent"),)
        yield from self._side_by_side(cells)

    def _side_by_side(self, cells: int) -> Iterator[Line]:
        one, other = (facts(each, self._say) for each in self._records)
        if cells >= _BESIDE:
            half = (cells - _TITLE - 2) // 2
            heads = [fit(each.acronym or each.called(self._say.language), half)
                     for each in self._records]  # fmt: skip
            yield (Span(" " * _TITLE), Span(f"{heads[0]}  {heads[1]}", "title"))
            for (title, left), (_, right) in zip(one, other, strict=True):
                columns = [wrap(each or "—", half) for each in (left, right)]
                rows = max(map(len, columns)) if left or right else 0
                for row in range(rows):
                    a, b = ("".join(column[row : row + 1]) for column in columns)
                    head = fit("" if row else title, _TITLE - 1)
                    yield (Span(f"{head} ", "faint"), Span(f"{fit(a, half)}  {b}"))
            return
        for (title, left), (_, right) in zip(one, other, strict=True):
            if left or right:
                yield (Span(title, "faint"),)
                for head, each in (("◂ ", left), ("▸ ", right)):
                    for mark, part in _marked(wrap(each or "—", cells - 2), head):
                        yield (Span(mark, "faint"), Span(part))


def ids_of(shown: Candidate | Pair) -> tuple[str, ...]:
    """Ids of the candidate, or of the two of a pair."""
    return (shown.one.id, shown.other.id) if isinstance(shown, Pair) else (shown.id,)


def _marked(parts: Sequence[str], head: str = "· ") -> Iterator[tuple[str, str]]:
    """Lines of one text, a mark before the first."""
    for part in parts:
        yield head, part
        head = " " * width(head)
