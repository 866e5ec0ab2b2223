"""``ritui links``: every link of some records, and whether it still leads anywhere."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.model.link import STATES
from ritui.services.links import (
    Known,
    archived,
    counted,
    is_older,
    known,
    links_in,
    rel_words,
    state_words,
)
from ritui.store.schema import LINKS_CHECKED
from ritui.text import fit

if TYPE_CHECKING:
    from ritui.services.linkcheck import Outcome, Progress

COLUMNS: Final = ("id", "name", "rel", "url", "state", "code", "checked", "since", "moved")
"""What is printed of a link, in this order."""

_SHOWN: Final = ("name", "rel", "url", "state", "since")
_DAY: Final = len("2026-01-01")
_TOLD: Final = 3
"""Failures that are told one by one."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--check", action="store_true")
    parser.option("--state", choices=STATES)
    parser.option("--older", metavar="DAYS", number=True)
    parser.option("--identifiers", action="store_true")
    parser.formats("table", "json", "jsonl", "csv", "md")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the links, looked at before where that is wanted."""
    query = query_of(options.words)
    answer = context.catalog.search(query)
    if not answer:
        return nothing_matched(context, query)
    wanted = context.settled(lambda: [*_wanted(context, options)])
    outcome = _checked(context, wanted) if options.check else None
    if outcome is not None:
        wanted = [
            each._replace(look=outcome.looks.get(each.link.url, each.look)) for each in wanted
        ]
    _print(context, options.format, wanted)
    if not wanted:
        context.tell(context.say("links.none-asked"))
        return 1
    if outcome is None:
        if not context.catalog.fact(LINKS_CHECKED):
            context.tell(context.say("links.ever"))
        return 0
    return _tell(context, outcome)


def _wanted(context: Context, options: argparse.Namespace) -> Iterator[Known]:
    """The links that are asked for, with what is known of them before anybody looks."""
    catalog = context.catalog
    answer = catalog.search(query_of(options.words))
    links = (
        link
        for values in catalog.values(answer)
        for link in links_in(values, context.language, identifiers=options.identifiers)
    )
    for each in known(catalog, links):
        is_asked = options.state in {None, each.look.state}
        if is_asked and (options.older is None or is_older(each.look, options.older)):
            yield each


def _checked(context: Context, wanted: Sequence[Known]) -> Outcome:
    # Together these cost more than most commands take.
    import asyncio

    from ritui.services.linkcheck import check_links

    line = _ProgressLine(context)
    links = [each.link for each in wanted]
    try:
        return asyncio.run(
            check_links(
                context.library, links, context.config, offline=context.offline, report=line.show
            )
        )
    finally:
        line.clear()


def _tell(context: Context, outcome: Outcome) -> int:
    """Say what came of a check.

    Returns:
        The exit code of that.
    """
    say = context.say
    if outcome.looks:
        context.tell(say("links.ended", n=len(outcome.looks), states=counted(outcome.states, say)))
    if not outcome.failed:
        return 0
    texts = dict.fromkeys(say.error(error)[0] for error in outcome.failed.values())
    for text in [*texts][:_TOLD]:
        context.tell(f"ritui: {text}")
    context.tell(say("links.failed", n=len(outcome.failed)))
    return 3


def _print(context: Context, form: str, links: Sequence[Known]) -> None:
    output, say = context.output, context.say
    if form == "json":
        listed = ",".join(f"\n{as_json(_values(each))}" for each in links)
        end = "\n" if links else ""
        output.line(f'{{"total":{len(links)},"links":[{listed}{end}]}}')
    elif form == "jsonl":
        for each in links:
            output.line(as_json(_values(each)))
    elif form == "table" and output.is_terminal:
        if links:
            titles = [say(f"links.column.{column}") for column in _SHOWN]
            rows = [
                [link.name, rel_words(link.rel, say), link.url, state_words(look, say),
                 look.since[:_DAY]]
                for link, look in links
            ]  # fmt: skip
            print_fitted(output, [titles, *rows])
    else:
        values = (_values(each) for each in links)
        rows = [[str(each.get(column, "")) for column in COLUMNS] for each in values]
        print_rows(output, form, COLUMNS, rows)


def _values(each: Known) -> dict[str, Any]:
    """A link as JSON values; what is unknown is left out."""
    link, look = each
    values = {
        "id": link.id, "name": link.name, "rel": link.rel, "url": link.url,
        "state": look.state, "code": look.code, "checked": look.checked, "since": look.since,
        "moved": look.moved, "archived": archived(link.url, look) if look.state == "dead" else "",
    }  # fmt: skip
    return {key: value for key, value in values.items() if value}


class _ProgressLine:
    """One line on standard error that tells how far a check is, for somebody who watches."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._is_drawn = False

    def show(self, progress: Progress) -> None:
        """Tell how far it is."""
        if not self._context.progress:
            return
        say = self._context.say
        text = say("links.progress", done=progress.done, total=progress.total)
        if progress.states:
            text = f"{text} · {counted(progress.states, say)}"
        self._write(fit(text, self._context.output.width - 1))
        self._is_drawn = True

    def clear(self) -> None:
        """Leave the line as if nothing had been there."""
        if self._is_drawn:
            self._write(" " * (self._context.output.width - 1))
            self._write("")

    def _write(self, text: str) -> None:
        self._context.errors.write(f"\r{text}")
        self._context.errors.flush()
