"""``ritui sync``: fetch the sources."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.sources import find_source
from ritui.model.source import Source
from ritui.text import fit

if TYPE_CHECKING:
    from ritui.services.sync import Progress, Result

COLUMNS: Final = (
    "id", "state", "added", "changed", "removed", "unchanged", "rejected", "bytes", "seconds",
)  # fmt: skip
"""What a table shows of a result; JSON has ``error`` besides."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.words("SOURCE ...")
    parser.option("--dry-run", action="store_true")
    parser.option("--force", action="store_true")
    parser.option("--accept-loss", action="store_true")
    parser.formats("table", "json", "jsonl", "csv", "md")


def run(context: Context, options: argparse.Namespace) -> int:
    """Fetch the sources named, or else the enabled ones, and print one result each."""
    named = dict.fromkeys(options.words)
    sources = [find_source(context, id_) for id_ in named]
    if not named:
        sources = [source for source in context.config.sources if source.enabled]
    if not sources:
        path = context.paths.settings_file
        example = next((source.id for source in context.config.sources), "ID")
        context.tell(context.say("sync.none-enabled", path=path, id=example))
    results = _fetch(context, sources, options) if sources else []
    _print(context, options.format, results)
    for result in results:
        if result.plain:
            context.tell(context.say("sources.plain-http", source=result.id))
        if result.error is not None:
            context.complain(result.error)
        elif result.state == "held":
            _tell_loss(context, result)
    states = {result.state for result in results}
    return 3 if "failed" in states else 4 if "held" in states else 0


def _fetch(
    context: Context, sources: Sequence[Source], options: argparse.Namespace
) -> list[Result]:
    # Together these cost more than most commands take.
    import asyncio

    from ritui.services.refresh import refresh

    config, library = context.config, context.library
    line = _ProgressLine(context)
    try:
        return asyncio.run(
            refresh(
                library,
                sources,
                config,
                offline=context.offline,
                dry_run=options.dry_run,
                force=options.force,
                accept_loss=options.accept_loss,
                report=line.show,
            )
        )
    finally:
        line.clear()


def _print(context: Context, form: str, results: Sequence[Result]) -> None:
    output = context.output
    values = [_values(context, result) for result in results]
    if form == "json":
        output.line(as_json({"sources": values}))
    elif form == "jsonl":
        for each in values:
            output.line(as_json(each))
    elif form == "table" and output.is_terminal:
        if values:
            titles = [context.say(f"result.{column}") for column in COLUMNS]
            told = [
                {**each, "state": context.say(f"sync.state.{each['state']}")} for each in values
            ]
            rows = [[str(each[column]) for column in COLUMNS] for each in told]
            print_fitted(output, [titles, *rows])
    else:
        rows = [[str(each[column]) for column in COLUMNS] for each in values]
        print_rows(output, form, COLUMNS, rows)


def _values(context: Context, result: Result) -> dict[str, Any]:
    """A result as the contract has it; the error is null when there is none."""
    values = {column: getattr(result, column) for column in COLUMNS}
    error = None if result.error is None else context.say.error(result.error)[0]
    return {**values, "error": error}


def _tell_loss(context: Context, result: Result) -> None:
    facts = {
        "source": result.id,
        "held": result.changed + result.removed + result.unchanged,
        "found": result.added + result.changed + result.unchanged,
    }
    what, remedy = (context.say(f"sync.loss.{part}", **facts) for part in ("what", "remedy"))
    context.tell(f"ritui: {what}\n  {remedy}")


class _ProgressLine:
    """One line on standard error that tells where the sources are, for somebody who watches."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._parts: dict[str, str] = {}

    def show(self, progress: Progress) -> None:
        """Tell where a source is."""
        if not self._context.progress:
            return
        is_open = progress.phase == "fetching" and not progress.expected
        key = "progress.so-far" if is_open else f"progress.{progress.phase}"
        facts = {"done": progress.done, "expected": progress.expected}
        self._parts[progress.source] = self._context.say(key, source=progress.source, **facts)
        text = " · ".join(self._parts.values())
        self._context.errors.write("\r" + fit(text, self._context.output.width - 1))
        self._context.errors.flush()

    def clear(self) -> None:
        """Leave the line as if nothing had been there."""
        if self._parts:
            self._context.errors.write("\r" + " " * (self._context.output.width - 1) + "\r")
            self._context.errors.flush()
