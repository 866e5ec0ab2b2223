"""Charts: records stand where they are, those that stand together are counted."""

from __future__ import annotations

from array import array
from itertools import pairwise

from ritui.services.atlas import LAC, REGIONS, View
from ritui.services.chart import COUNTRY, POINT, Marks, charted, marks_of, nearest, unseen, way
from ritui.services.coast import countries
from ritui.store.spots import Spots

LIMA = (-12.05, -77.05)


def spots(points: list[tuple[float, float]], vague: dict[str, int], lost: int = 0) -> Spots:
    """Records at points, then so many of each country, then some that are nowhere."""
    places = iter(range(len(points) + sum(vague.values()) + lost))
    known = array("I", (next(places) for _ in points))
    by_country = {code: [next(places) for _ in range(n)] for code, n in vague.items()}
    kinds = dict.fromkeys(known, 0) | {each: 1 for its in by_country.values() for each in its}
    return Spots(
        1, known, array("d", (lat for lat, _ in points)), array("d", (lon for _, lon in points)),
        by_country, by_country, [*places], {"kind": kinds, "area": {}},
    )  # fmt: skip


def test_records_known_by_country_stand_hollow_in_its_middle() -> None:
    marks = marks_of(spots([LIMA], {"UY": 1, "AT": 2}, lost=3))
    view = View(REGIONS[LAC], 40, 20)
    chart = charted(view, marks, "kind")
    uruguay = countries()["UY"]
    middle, lima = view.cell(uruguay.lat, uruguay.lon), view.cell(*LIMA)
    assert middle is not None
    assert lima is not None
    assert {*chart.stacks} == {middle, lima}
    assert chart.signs[middle].text == "☆"
    assert not chart.signs[middle].precise
    assert chart.signs[lima].text == "●"
    assert chart.sorts == [0, 1]
    assert [marks.precision(number) for number in range(4)] == [POINT, *[COUNTRY] * 3]
    assert len(marks.unplaced) == 3
    assert unseen([chart]) == 2
    [*lines] = chart.lines()
    assert lines[lima[1]][lima[0]] == "●"
    assert lines[middle[1]][middle[0]] == "☆"
    # By area, nothing is stated of any.
    assert charted(view, marks, "area").signs[lima].text == "◉"


def test_a_country_without_a_place_on_the_map_is_counted() -> None:
    marks = marks_of(spots([], {"EU": 2, "FR": 1}, lost=1))
    assert len(marks.places) == 1
    assert len(marks.unplaced) == 3
    assert len(marks.spots) == 4


def test_stacks_are_counted() -> None:
    view = View(REGIONS[LAC], 40, 20)
    for count, text in ((1, "●"), (2, "2"), (9, "9"), (10, "+"), (400, "+")):
        chart = charted(view, marks_of(spots([LIMA] * count, {})), "kind")
        [sign] = chart.signs.values()
        assert sign.text == text
        assert chart.count == count
        assert sign.sort == 0
    mixed = charted(view, marks_of(spots([LIMA], {"PE": 1})), "kind")
    assert mixed.count == 2


def test_nothing_is_lost_at_the_edges() -> None:
    world = View(REGIONS["world"], 118, 33)
    points = [(lat, lon) for lat in range(-50, 80, 5) for lon in range(-180, 181, 5)]
    chart = charted(world, marks_of(spots(list(points), {})), "kind")
    assert chart.count == len(points)
    for cell, stack in chart.stacks.items():
        for number in stack:
            assert world.cell(*points[number]) == cell


def test_the_way_leads_everywhere_and_never_far() -> None:
    cells = [(x, y) for x in range(40) for y in range(20)]
    found = way(cells)
    assert sorted(found) == cells
    assert found == way(found[::-1])
    steps = [abs(a[0] - b[0]) + 2 * abs(a[1] - b[1]) for a, b in pairwise(found)]
    assert sum(steps) / len(steps) < 3


def test_the_nearest_cell() -> None:
    assert nearest([], 3, 3) is None
    assert nearest([(0, 0), (10, 3), (3, 9)], 8.0, 2.0) == (10, 3)


def test_no_records() -> None:
    marks: Marks = marks_of(spots([], {}))
    chart = charted(View(REGIONS[LAC], 20, 8), marks, "kind")
    assert chart.count == 0
    assert unseen([chart]) == unseen([]) == 0
