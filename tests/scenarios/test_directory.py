"""Finding a record: what a reader presses and sees."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.widgets.facets import Facets
from ritui.ui.widgets.results import Results
from tests.scenarios.reader import Reader, reading


async def test_the_first_frame_shows_the_directory_and_its_date(reader: Reader) -> None:
    reader.sees("506 of 506", "packaged on 2026-11-24", "ALBA Synchrotron", "> 4th EU-LAC")


async def test_a_new_readers_first_frame_needs_no_socket(
    new_home: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    real = socket.socket

    class Refused(real):  # type: ignore[misc, valid-type]  # the loop's own pair is let through
        def __init__(self, family: int = -1, *rest: int, fileno: int | None = None) -> None:
            if fileno is None and family in {-1, socket.AF_INET, socket.AF_INET6}:
                made.append(family)
                raise OSError("no network in this test")
            super().__init__(family, *rest, fileno=fileno)

    monkeypatch.setattr(socket, "socket", Refused)
    async with reading(new_home, size, offline=False) as reader:
        reader.sees("506 of 506", "R refreshes from 3 sources.", "3 of 6 sources on")
        await reader.types("solar").presses("enter")
        reader.sees("10 of 506", "SOLARIS")
    assert not made


async def test_typing_finds_at_every_letter(reader: Reader) -> None:
    await reader.types("sola")
    reader.sees(f"{reader.count('sola')} of 506")
    await reader.writes("r")
    reader.sees(f"{reader.count('solar')} of 506", "> SOLARIS", "(CIEMAT-PSA)")


async def test_accents_do_not_matter(reader: Reader) -> None:
    await reader.types("astronomico")
    names = " ".join((reader.highlighted.name, *reader.highlighted.names.values()))
    assert "Astronómico" in names or "Astronômico" in names


async def test_an_acronym_comes_first(reader: Reader) -> None:
    await reader.types("alma")
    assert reader.highlighted.acronym == "ALMA"


async def test_narrowing_keeps_the_record_under_the_cursor(reader: Reader) -> None:
    await reader.types("marine").presses("enter", "down", "down")
    chosen = reader.highlighted
    await reader.narrows("country", chosen.all_countries[0])
    assert reader.highlighted == chosen
    reader.sees("country = ")
    await reader.presses("escape")
    assert reader.highlighted == chosen
    reader.sees(f"{reader.count('marine')} of 506")


async def test_searching_sorting_and_resizing_keep_the_record_too(reader: Reader) -> None:
    await reader.presses("down", "down", "down", "down")
    chosen = reader.highlighted
    word = chosen.name.split()[0]
    await reader.types(word).presses("enter")
    assert reader.highlighted == chosen
    await reader.presses("s", "s")
    assert reader.highlighted == chosen
    await reader.resizes(60, 20)
    assert reader.highlighted == chosen
    await reader.resizes(130, 45)
    assert reader.highlighted == chosen
    reader.sees("> ")


async def test_escape_goes_back_one_step_at_a_time(reader: Reader) -> None:
    await reader.types("ocean").presses("enter")
    await reader.narrows("region", "EU")
    await reader.narrows("area", "biodiversity-climate")
    both = reader.count("ocean region:EU area:biodiversity-climate")
    reader.sees(f"{both} of 506")
    await reader.presses("escape")
    reader.sees(f"{reader.count('ocean region:EU')} of 506")
    await reader.presses("escape")
    reader.sees(f"{reader.count('ocean')} of 506")
    await reader.presses("escape")
    reader.sees("506 of 506")
    await reader.presses("escape", "escape")
    assert reader.app.is_running


async def test_nothing_found_says_what_to_drop(reader: Reader) -> None:
    await reader.types("solar country:BR").presses("enter")
    assert reader.count("solar country:BR") == 0
    reader.sees(
        "No match for solar country:BR", f"Without country = Brazil: {reader.count('solar')}"
    )
    reader.sees(f"Without solar: {reader.count('country:BR')}")
    await reader.presses("escape")
    reader.sees("506 of 506")


async def test_a_click_on_what_to_drop_drops_it(reader: Reader) -> None:
    await reader.types("solar country:BR").presses("enter")
    list_ = reader.app.screen.query_one(Results)
    row = next(y for y in range(9) if "Without country" in list_.render_line(y).text)
    await reader.clicks("#results", 6, row + 1)
    reader.sees(f"{reader.count('solar')} of 506")


async def test_a_half_typed_key_is_no_mistake(reader: Reader) -> None:
    await reader.types("solar countr")
    await reader.writes("y:")
    assert reader.app.screen.query_one(Results).answer is not None
    await reader.writes("ES")
    reader.sees(f"{reader.count('solar country:ES')} of 506")


async def test_a_wrong_key_names_the_nearest(reader: Reader) -> None:
    await reader.types("cuntry:ES")
    reader.sees("“cuntry” is not a known query key")


async def test_enter_opens_the_record_and_escape_returns(reader: Reader) -> None:
    await reader.types("alma").presses("enter", "enter")
    assert reader.on(DetailScreen)
    reader.sees("Where", "Atacama Large Millimeter", "Chile")
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)
    reader.sees(f"{reader.count('alma')} of 506")


async def test_the_facets_follow_every_letter(home: Path) -> None:
    async with reading(home, (120, 40)) as reader:
        await reader.types("telescope").presses("enter")
        panel = reader.app.screen.query_one(Facets)
        lines = [panel.render_line(y).text for y in range(12)]
        expected = reader.count("telescope kind:infrastructure")
        assert any("infrastructure" in line and line.split()[-1] == str(expected) for line in lines)


async def test_a_value_of_the_panel_narrows_with_space_and_x_leaves_it_out(home: Path) -> None:
    async with reading(home, (120, 40)) as reader:
        await reader.presses("shift+tab", "down", "down", "space")
        assert str(reader.asked) == "kind:pilot"
        reader.sees("4 of 506", "✓pilot")
        await reader.presses("space", "x")
        assert str(reader.asked) == "-kind:pilot"
        reader.sees("502 of 506")


async def test_a_click_chooses_and_a_second_opens(reader: Reader) -> None:
    await reader.clicks("#results", 6, 4)
    clicked = reader.highlighted
    assert reader.app.screen.query_one(Results).cursor == 3
    await reader.clicks("#results", 6, 4, times=2)
    assert isinstance(reader.app.screen, DetailScreen)
    reader.sees(clicked.called("en")[:20])


async def test_a_click_on_a_chip_takes_it_back(reader: Reader) -> None:
    await reader.narrows("region", "LAC")
    reader.sees("region = Latin America", f"{reader.count('region:LAC')} of 506")
    line = reader.app.screen.query_one("#search")
    x = line.render_line(0).text.index("region =") + 2
    await reader.clicks("#search", x, 0)
    reader.sees("506 of 506")


async def test_moving_reaches_the_end_and_stays_there(reader: Reader) -> None:
    await reader.presses("G")
    last = reader.highlighted
    await reader.presses("down", "pagedown")
    assert reader.highlighted == last
    await reader.presses("g")
    assert reader.app.screen.query_one(Results).cursor == 0


async def test_q_and_ctrl_c_leave_with_0(home: Path) -> None:
    for key in ("q", "ctrl+c"):
        async with reading(home) as reader:
            await reader.presses(key)
        assert reader.app.return_value == 0


@pytest.mark.parametrize("columns", [40, 60, 79, 80, 109, 110, 200])
async def test_every_width_shows_the_list_without_overflow(home: Path, columns: int) -> None:
    async with reading(home, (columns, 12)) as reader:
        reader.sees("of 506", "> 4th EU")
        assert all(len(line) <= columns for line in reader.seen.splitlines())
        shown = {id_: reader.app.screen.query_one(id_).display for id_ in ("#facets", "#card")}
        assert shown == {"#facets": columns >= 110, "#card": columns >= 80}


async def test_too_small_a_terminal_is_told_in_one_line(home: Path) -> None:
    async with reading(home, (39, 9)) as reader:
        reader.sees("ritui needs 40 columns")
        await reader.resizes(80, 24)
        reader.sees("506 of 506")
