"""The chart's lines: aligned, exact, and read without colour."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from textual.app import App

from ritui.i18n import LANGUAGES, Messages
from ritui.model.query import Query
from ritui.model.vocab import DOMAINS
from ritui.services.landscape import Landscape
from ritui.store.tally import UNSTATED, Tally
from ritui.text import width
from ritui.ui.widgets.chart import EAST, WEST, Chart, Measured, step_group

TALLIES = [
    *(Tally(domain, 10 * n, 3 * n, 14 * n) for n, domain in enumerate(DOMAINS)),
    Tally(UNSTATED, 2, 0, 2),
]
FOUND = Landscape(
    Query(), Tally(UNSTATED, 52, 18, 1234), 1234,
    {"domain": TALLIES, "decade": [Tally("..1899", 1, 100, 101)]}, (),
)  # fmt: skip


@pytest.fixture
async def charted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Chart]]:
    """A chart of some cells, which is nowhere on a screen."""

    def make(cells: int, *, lean: bool = False, language: str = "en") -> Chart:
        monkeypatch.setattr(Chart, "across", cells)
        chart = Chart(Messages(language), lean=lean)
        chart.display_landscape(FOUND)
        return chart

    async with App[None]().run_test():
        yield make


def text(chart: Chart, y: int) -> str:
    return "".join(span.text for span in chart.line(y))


@pytest.mark.parametrize("cells", [37, 77, 117])
async def test_every_line_fits_and_numbers_stand_below_one_another(
    charted: Callable[..., Chart], cells: int
) -> None:
    for language in LANGUAGES:
        _look_at_lines(charted, cells, language)


def _look_at_lines(charted: Callable[..., Chart], cells: int, language: str) -> None:
    chart = charted(cells, language=language)
    lines = [text(chart, y) for y in range(1, 1 + len(TALLIES))]
    assert {width(line) for line in lines} <= {width(lines[0])}
    assert width(lines[0]) <= cells
    for line, tally in zip(lines, TALLIES, strict=True):
        numbers = [part for part in line.split() if part.isdigit()]
        assert numbers == [str(n) for n in (tally.eu, tally.lac, tally.other, tally.total)]
    # The panel has a border at its left, the line of headings has none.
    headings = "".join(span.text for span in chart.headings())
    assert width(headings) == width(lines[0]) + 1
    assert {"52", "18"} <= {*headings.split()}
    if cells >= 77:
        say = Messages(language)
        assert not any("…" in line for line in lines)
        assert all(say.label("domain", tally.value) in line
                   for line, tally in zip(lines[:-1], TALLIES, strict=False))  # fmt: skip


async def test_bars_of_a_group_have_one_scale(charted: Callable[..., Chart]) -> None:
    chart = charted(117)
    bars = chart.columns.bar
    assert bars >= 20

    def drawn(y: int) -> dict[str, str]:
        return {s.look: s.text.strip() for s in chart.line(y) if s.look in {EAST, WEST}}

    most = drawn(6)
    assert most[EAST] == "█" * bars
    assert abs(len(most[WEST]) - bars * 0.3) <= 1
    assert drawn(1) == {EAST: "", WEST: ""}
    # Another group has another.
    assert drawn(9)[WEST] == "█" * bars
    assert drawn(9)[EAST] == "▎"


async def test_lean_it_is_drawn_in_ascii(charted: Callable[..., Chart]) -> None:
    chart = charted(77, lean=True)
    lines = [text(chart, y) for y in range(10)]
    bars = "".join(span.text for y in range(10) for span in chart.line(y)
                   if span.look in {EAST, WEST})  # fmt: skip
    assert {*bars} == {" ", "=", "#"}
    assert not {"█", "─"} & {*"".join(lines)}
    assert lines[8].startswith("Founded ---")


async def test_the_cursor_goes_from_group_to_group_and_stays_on_its_value(
    charted: Callable[..., Chart],
) -> None:
    chart = charted(77)
    assert chart.chosen == Measured("domain", TALLIES[0])
    step_group(chart, 1)
    assert chart.chosen is not None
    assert chart.chosen.key == "decade"
    step_group(chart, 1)
    assert chart.chosen == Measured("domain", TALLIES[0])
    chart.display_landscape(FOUND, ("domain", UNSTATED))
    assert text(chart, chart.cursor).startswith("> not stated")
    chart.display_landscape(FOUND, ("decade", "1990..1999"))
    assert text(chart, chart.cursor).startswith("> before 1900")


async def test_what_was_not_found_says_why(charted: Callable[..., Chart]) -> None:
    from ritui.ui.widgets.lines import Span

    chart = charted(77)
    nothing = Landscape(Query(), Tally(UNSTATED, 0, 0, 0), 9, {"domain": TALLIES}, ())
    chart.display_landscape(nothing, instead=[(Span("No match"),)])
    assert text(chart, 0) == "No match"
    assert chart.headings() == ()
    assert chart.chosen is None
    step_group(chart, 1)
