"""What each step of adding a source offers: rows, and the one to begin at; what a line takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from ritui.i18n import Messages
from ritui.model.source import Source
from ritui.model.vocab import CELAC_MEMBERS, EU_MEMBERS
from ritui.services import adding
from ritui.services.adding import Plan
from ritui.services.kinds import gives
from ritui.sources import KINDS
from ritui.sources.look import MAPPED
from ritui.text import clean_line, fit, sort_key
from ritui.ui.widgets.choices import Choice
from ritui.ui.widgets.lines import Line
from ritui.ui.widgets.trial import wrapped

ELSEWHERE: Final = "*"
"""Stands among the known sources for any other address."""
ON: Final = ">"
"""Stands among the columns for going on with them."""
NOTHING: Final = "-"
"""Stands among the choices for none of them."""

Rows: TypeAlias = tuple[list[Choice], str]

_MEANING = 22


def pick(sources: Iterable[Source], say: Messages) -> Rows:
    """Any other address, then the sources that are there and not in use."""
    rows = [Choice(ELSEWHERE, say("add.elsewhere"), look="title")]
    rows += [Choice(each.id, each.title or each.id) for each in sources if not each.enabled]
    return rows, ELSEWHERE


def kinds(plan: Plan, say: Messages) -> Rows:
    """The kinds, files first; without an address those that need none."""
    known = adding.ADDRESSLESS if not plan.url else (*MAPPED, "feed", *KINDS)
    rows = [Choice(kind, kind, gives(kind, say)) for kind in dict.fromkeys(known)]
    return rows, plan.kind or adding.proposed_kind(plan.url)


def columns(plan: Plan, samples: Mapping[str, str], say: Messages) -> Rows:
    """Going on, then each column: what it is, and a value of it."""
    ready = "name" in plan.columns.values()
    word = say("add.go-on" if ready else "add.name-missing")
    rows = [Choice(ON, word, look="title" if ready else "warning")]
    for column, sample in samples.items():
        key = plan.columns.get(column, "")
        meaning = fit(f"→ {label(key, say) if key else say('add.unused')}", _MEANING)
        look = "text" if key else "faint"
        rows.append(Choice(column, clean_line(column, 40), f"{meaning} {sample}", look))
    return rows, ON if ready else next(iter(samples), ON)


def meanings(plan: Plan, column: str, say: Messages) -> Rows:
    """What a column can be, and which column is that already."""
    held = {key: column for column, key in plan.columns.items()}
    rows = [Choice(NOTHING, say("add.unused"))]
    rows += [
        Choice(key, label(key, say), clean_line(held.get(key, ""), 40)) for key in adding.CHOICES
    ]
    return rows, plan.columns.get(column, NOTHING)


def countries(plan: Plan, say: Messages) -> Rows:
    """The states of both regions, in the order of the reader's language."""
    names = {code: say.country(code) for code in EU_MEMBERS | CELAC_MEMBERS}
    rows = [Choice(NOTHING, say("add.unstated"))]
    for code in sorted(names, key=lambda code: sort_key(names[code], say.language)):
        rows.append(Choice(code, names[code], code))
    return rows, plan.country or NOTHING


def check(plan: Plan, more: str, known: Source | None, say: Messages, *, offline: bool) -> Rows:
    """Saving in its ways, testing, and what can still be changed.

    Args:
        plan: What is put together.
        more: The further settings as they were typed.
        known: A source that is there already, of which nothing is changed.
        say: The words.
        offline: Whether nothing can be fetched now.
    """
    unstated = say("add.unstated")
    rows = [Choice("save", say("add.save"), look="title")]
    if not offline:
        rows.append(Choice("fetch", say("add.save-fetch"), look="title"))
    if known is not None:
        return [*rows, Choice("test", say("add.test"))], "save"
    rows += [
        Choice("keep", say("add.save-only"), look="title"),
        Choice("test", say("add.test")),
        Choice("title", say("sources.title"), plan.title or unstated),
        Choice("id", say("add.id"), plan.id),
    ]
    if plan.kind in MAPPED and "country" not in plan.columns.values():
        name = say.country(plan.country) if plan.country else unstated
        rows.append(Choice("country", say("add.country"), name))
    rows += [
        Choice("every", say("sources.every"), plan.every or "30d"),
        Choice("licence", say("sources.licence"), plan.licence or unstated),
        Choice("more", say("add.more"), more or "…"),
    ]
    return rows, "save"


def label(key: str, say: Messages) -> str:
    """What a column can be, in the reader's words."""
    head, _, rest = key.partition(".")
    if key == adding.UPDATED:
        return say("add.updated")
    if head == "identifiers":
        return say(f"scheme.{rest}")
    word = say("field.name" if head == "names" else f"field.{head}")
    return f"{word} ({say.get(f'add.part-{rest}', rest)})" if rest else word


def advice(say: Messages, width: int) -> list[Line]:
    """What can stand in the line for the address."""
    told = (wrapped(say(f"add.address-{number}"), width) for number in range(1, 5))
    return [line for lines in told for line in (*lines, ())]


def misfit(step: str, typed: str, sources: Iterable[Source], say: Messages) -> str:
    """Why a line that was typed cannot be taken; empty when it can."""
    if step == "id":
        if not adding.is_id(typed):
            return say("add.id-form")
        if adding.is_taken(typed, sources):
            return say("add.id-taken", source=typed)
    if step == "more":
        try:
            adding.settings_of(shlex.split(typed))
        except adding.Unstated as error:
            found, expected = error.args
            return say("add.more-unread", found=found, expected=expected)
        except ValueError:  # a quotation mark that is not closed
            return say("add.more-unread", found=clean_line(typed, 60), expected="KEY=VALUE")
    return ""
