"""What the commands that take a query have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ritui.cli.context import Context
from ritui.model.query import Query, parse

_DATE: Final = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$", re.ASCII)


def query_of(words: Sequence[str], sort: str | None = None) -> Query:
    """The query that the words of a command line make.

    Args:
        words: Arguments, to be joined by spaces.
        sort: From ``--sort``; it wins over a ``sort:`` among the words.

    Raises:
        UnknownWord, QueryUnreadable: It cannot be understood.
    """
    query = parse(" ".join(words))
    return replace(query, sort=parse(f"sort:{sort}").sort) if sort is not None else query


def nothing_matched(context: Context, query: Query) -> int:
    """Say that a query found nothing, and what it would find with one condition less.

    Returns:
        The exit code of that.
    """
    context.tell(context.say("zero.nothing", query=str(query)))
    for condition, count in context.catalog.drops(query)[:3]:
        context.tell("  " + context.say("zero.without", condition=str(condition), n=count))
    return 1


def date_value(option: str) -> Callable[[str], str]:
    """What checks an ISO date, or its year, or year and month."""

    def check(word: str) -> str:
        match = _DATE.match(word)
        try:
            if match:
                date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
                return word
        except ValueError:
            pass
        from ritui.cli.misuse import ValueUnfit

        raise ValueUnfit(option, word, "YYYY | YYYY-MM | YYYY-MM-DD")

    return check
