"""Dated: the date that a sentence of a record speaks of."""

from __future__ import annotations

import re
from typing import Final

from ritui.text import fold

_MONTHS: Final = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    )
    for number, name in enumerate(names.split(), 1)
}
"""Names of months in the languages of the program, folded."""
_NAME: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO: Final = r"(?P<iso>\b\d{4}-\d{2}(?:-\d{2})?\b)"
_WRITTEN: Final = (
    r"(?:\b(?P<day>\d{1,2})(?:\s*[-–]\s*\d{1,2})?\s+(?:de\s+)?)?"
    rf"\b(?P<month>{_NAME})\s+(?:de\s+)?(?P<year>\d{{4}})\b"
)
_YEAR: Final = r"(?:\b(?:in|en|em)\s+|\()(?P<alone>(?:19|20)\d{2})(?![\d-])"
_DATE: Final = re.compile(f"{_ISO}|{_WRITTEN}|{_YEAR}")


def date_of(text: str) -> str:
    """The ISO date, as far as stated, of what a sentence tells; of a span, its beginning.

    Empty where it tells none, or several things with dates of their own.

    Args:
        text: In any of the languages of the program.
    """
    found = {date for match in _DATE.finditer(fold(text)) if (date := _date(match))}
    # "The June 2021 symposium (15-17 June 2021)" is about one date, stated twice.
    exact = {date for date in found if not any(o != date and o.startswith(date) for o in found)}
    return exact.pop() if len(exact) == 1 else ""


def _date(match: re.Match[str]) -> str:
    if match["iso"]:
        return match["iso"]
    if match["alone"]:
        return match["alone"]
    date = f"{match['year']}-{_MONTHS[match['month']]:02}"
    day = int(match["day"] or 0)
    return f"{date}-{day:02}" if 1 <= day <= 31 else date
