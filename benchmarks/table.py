"""Table: rows of measurements beside their goals, as aligned text or as Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Final, Literal

Unit = Literal["ms", "kB", "MB", "1/s"]
"""What a value counts; shown beside it."""

HEADS: Final = ("what", "median", "spread", "beside", "ratio", "goal", "reached", "runs")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row should be: a bound on its value, or on its ratio to something else."""

    at_most: float | None = None
    """Greatest value, in the unit of the row."""
    ratio_at_most: float | None = None
    ratio_at_least: float | None = None

    def reached_by(self, value: float, ratio: float | None) -> bool:
        """Whether a value and a ratio are within every bound."""
        return all(
            (
                self.at_most is None or value <= self.at_most,
                self.ratio_at_most is None or (ratio is not None and ratio <= self.ratio_at_most),
                self.ratio_at_least is None or (ratio is not None and ratio >= self.ratio_at_least),
            )
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    unit: Unit
    value: float
    """The median, or the quantile or mean that ``what`` names."""
    low: float
    high: float
    runs: int
    beside: float | None = None
    """The same of what it is compared with."""
    ratio: float | None = None
    goal: Goal | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else self.goal.reached_by(self.value, self.ratio)

    def cells(self) -> tuple[str, ...]:
        """The row as texts, in the order of `HEADS`."""
        reached = {None: "-", True: "yes", False: "no"}[self.reached]
        return (
            self.what,
            _measure(self.value, self.unit),
            f"{_number(self.low)} - {_number(self.high)}",
            "-" if self.beside is None else _number(self.beside),
            "-" if self.ratio is None else f"{self.ratio:.2f}",
            _bounds(self.goal, self.unit),
            reached,
            str(self.runs),
        )


def row(
    what: str,
    unit: Unit,
    values: Sequence[float],
    *,
    beside: Sequence[float] = (),
    goal: Goal | None = None,
    quantile: float | None = 0.5,
) -> Row:
    """A row from the values of all runs.

    Args:
        what: What was measured.
        unit: Of the values.
        values: One a run, at least one.
        beside: What it is compared with. Where these were measured in turn with the values, one
            for one, the ratio is the median of the ratios of the pairs; where there is another
            number of them, or the row is not of a median, that of the two values.
        goal: What should be reached, if anything.
        quantile: Which value stands for all: 0.5 is the median; None is the mean.
    """
    value, other, ratio = _stands_for(values, quantile), None, None
    if beside:
        other = _stands_for(beside, quantile)
        is_paired = len(beside) == len(values) and quantile == 0.5
        pairs = zip(values, beside, strict=True) if is_paired else [(value, other)]
        ratio = median(a / b for a, b in pairs)
    return Row(what, unit, value, min(values), max(values), len(values), other, ratio, goal)


def at_quantile(values: Sequence[float], quantile: float) -> float:
    """The value below or at which this share of the values is."""
    if quantile == 0.5:
        return median(values)
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(quantile * len(ordered)) - 1)]


def _stands_for(values: Sequence[float], quantile: float | None) -> float:
    return mean(values) if quantile is None else at_quantile(values, quantile)


def as_text(rows: Sequence[Row]) -> str:
    """The table in columns."""
    lines = [HEADS, *(each.cells() for each in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_aligned(line, widths) for line in lines) + "\n"


def as_markdown(rows: Sequence[Row]) -> str:
    """The table as Markdown."""
    rule = ("---", *["---:"] * (len(HEADS) - 1))
    lines = [HEADS, rule, *(each.cells() for each in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)])


def _measure(value: float, unit: Unit) -> str:
    return f"{_number(value)} {unit}"


def _number(value: float) -> str:
    """A number with the digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _bounds(goal: Goal | None, unit: Unit) -> str:
    if goal is None:
        return "-"
    parts = []
    if goal.at_most is not None:
        parts.append(f"<= {goal.at_most:g} {unit}")
    if goal.ratio_at_most is not None:
        parts.append(f"<= {goal.ratio_at_most:g} x")
    if goal.ratio_at_least is not None:
        parts.append(f">= {goal.ratio_at_least:g} x")
    return ", ".join(parts)
