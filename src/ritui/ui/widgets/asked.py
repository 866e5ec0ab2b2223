"""Asked: what is asked of the directory and how much was found, in the line below the head."""

from __future__ import annotations

from collections.abc import Sequence

from ritui.i18n import Messages
from ritui.model.query import Query
from ritui.ui.widgets.bars import shorten
from ritui.ui.widgets.lines import Span
from ritui.ui.widgets.zero import chip_text

_ROOMY = 100
"""Columns from which the line says what it is for."""


def words_spans(asked: Query, say: Messages, columns: int) -> list[Span]:
    """The words that are asked, or what the line is for where there is room for that."""
    # On a narrow screen what can be done with the directory matters more.
    roomy = columns >= _ROOMY or bool(asked.conditions)
    shown = shorten(asked.text, 40) if asked.text else say("screen.search") if roomy else ""
    look = "title" if asked.text else "faint"
    return [
        Span(" / ", "accent", action="screen.search"),
        Span(f"{shown}  " if shown else "", look, action="screen.search"),
    ]


def chips(asked: Query, say: Messages) -> list[Span]:
    """Every condition that is no word, which a click takes away."""
    spans: list[Span] = []
    for place, condition in enumerate(asked.conditions):
        if condition.key not in {"word", "phrase"}:
            chip = f" {shorten(chip_text(condition, say), 40)} × "
            spans.extend((Span(chip, "idle", action=f"screen.widen({place})"), Span(" ")))
    return spans


def found_spans(found: int, total: int, marked: Sequence[str], say: Messages) -> list[Span]:
    """How many records were found, and how many are marked."""
    spans = [Span(f" {say('screen.count', found=found, total=total)} ", "title")]
    if marked:
        text = f" {say('screen.marked', n=len(marked))} "
        spans.insert(0, Span(text, "idle", action="screen.unmark"))
    return spans
