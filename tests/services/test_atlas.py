"""The atlas: land is where it is on the earth, and a view shows what it says."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ritui.model.vocab import CELAC_MEMBERS, EU_MEMBERS
from ritui.services.atlas import EU, LAC, REGIONS, SEA, WORLD, View, around, drawn, moved, zoomed
from ritui.services.coast import Box, countries, shores

LAND = {
    "Rome": (41.9, 12.5), "Madrid": (40.4, -3.7), "Birmingham": (52.5, -1.9),
    "Kiruna": (67.9, 20.2),
    "Bogota": (4.7, -74.1), "Brasilia": (-15.8, -47.9), "La Paz": (-16.5, -68.1),
    "Tierra del Fuego": (-54.2, -68.5), "Cuba": (22.4, -79.9), "Hispaniola": (19.0, -71.0),
    "Chukotka": (66.8, -175.0), "Vanua Levu": (-16.6, 179.2), "South Pole": (-89.5, 20.0),
}  # fmt: skip
WATER = {
    "mid-Atlantic": (0.0, -25.0), "Balearic Sea": (40.5, 5.5), "Biscay": (45.0, -5.0),
    "North Sea": (56.0, 3.0), "Gulf of Bothnia": (62.0, 19.5), "Adriatic": (43.0, 15.3),
    "Gulf of Mexico": (25.0, -90.0), "Caribbean": (15.0, -75.0), "Caspian": (42.0, 50.5),
    "beside Fiji, far west": (-17.0, -10.0), "Bering Sea": (58.0, 180.0),
}  # fmt: skip


def is_land(lat: float, lon: float, degrees: float = 2.0) -> bool:
    """Whether the cell of a point is drawn as land, some degrees of latitude being in sight."""
    half = degrees / 2
    view = View(Box(lon - half, lat - half, lon + half, lat + half), 21, 11)
    cell = view.cell(lat, lon)
    assert cell is not None
    return drawn(view).grounds[cell[1]][cell[0]] != SEA


@pytest.mark.parametrize("name", LAND)
def test_land(name: str) -> None:
    assert is_land(*LAND[name])


@pytest.mark.parametrize("name", WATER)
def test_water(name: str) -> None:
    assert not is_land(*WATER[name])


def test_every_member_state_has_a_middle_on_land() -> None:
    for code in EU_MEMBERS | CELAC_MEMBERS:
        country = countries()[code]
        assert country.box.holds(country.lat, country.lon), code
        high = country.box.north - country.box.south
        assert is_land(country.lat, country.lon, max(0.6, min(high, 4.0))), code


def test_boxes_hold_the_mainland_alone() -> None:
    spain, chile, netherlands = (countries()[code].box for code in ("ES", "CL", "NL"))
    assert -9.5 < spain.west < -9
    assert 35 < spain.south < 37
    assert 3 < spain.east < 5
    assert chile.west > -77
    assert netherlands.south > 50


def test_lines_do_not_jump_round_the_earth() -> None:
    for outline in (*shores().coasts, *shores().borders):
        steps = zip(outline.lons, outline.lons[1:], strict=False)
        # But along the pole, where nothing is seen.
        assert outline.box.south < -90 or all(abs(b - a) < 30 for a, b in steps)


@pytest.mark.parametrize("size", [(38, 17), (59, 33)])
def test_shapes_are_seen_at_the_sizes_of_the_screen(size: tuple[int, int]) -> None:
    def row(view: View, lat: float, west: float, east: float) -> list[bool]:
        """Land or not, cell by cell along a parallel."""
        grounds = drawn(view).grounds
        first, last = view.cell(lat, west), view.cell(lat, east)
        assert first is not None
        assert last is not None
        return [ground != SEA for ground in grounds[first[1]][first[0] : last[0] + 1]]

    europe = View(REGIONS[EU], *size)
    # From the Atlantic over Iberia into the sea, and from there over the heel of Italy to Greece.
    assert_turns(row(europe, 40.3, -12.5, 7.0), sea_first=True, least=3)
    assert_turns(row(europe, 62.5, 0.0, 18.9), sea_first=True, least=3)
    america = View(REGIONS[LAC], *size)
    assert_turns(row(america, -15.0, -90.0, -35.0), sea_first=True, least=3)
    assert_turns(row(america, -38.0, -85.0, -50.0), sea_first=True, least=3)
    # Barbados is smaller than a dot, and seen all the same.
    cell = america.cell(13.18, -59.55)
    assert cell is not None
    assert drawn(america).texts[cell[1]][cell[0]] != " "


def assert_turns(row: list[bool], *, sea_first: bool, least: int) -> None:
    """Sea and land take turns at least so many times."""
    turns = 1 + sum(a != b for a, b in pairwise(row))
    assert row[0] is not sea_first
    assert turns >= least, row


def test_borders_where_there_is_room() -> None:
    far, near = View(REGIONS[EU], 38, 17), View(around(countries()["BO"].box), 78, 18)
    assert all(ground < 2 for line in drawn(far).grounds for ground in line)
    assert any(ground == 2 for line in drawn(near).grounds for ground in line)
    # Bolivia has no coast: without borders there would be nothing to see.
    assert is_land(countries()["BO"].lat, countries()["BO"].lon)


@pytest.mark.parametrize("name", REGIONS)
def test_a_point_of_a_cell_is_in_that_cell(name: str) -> None:
    view = View(REGIONS[name], 59, 33)
    for cell in ((0, 0), (58, 32), (20, 20), (33, 1)):
        lat, lon = view.point(cell[0] + 0.5, cell[1] + 0.5)
        if -90 <= lat <= 90:
            assert view.cell(lat, lon) == cell
    seen = view.seen
    assert view.cell(seen.north + 1, seen.lon) is None
    box = REGIONS[name]
    assert view.cell(box.lat, box.lon) is not None


def test_a_point_stays_where_it_is_while_one_comes_closer() -> None:
    lat, lon = -34.9, -56.2
    box = REGIONS[LAC]
    before = View(box, 60, 30)
    for _ in range(20):
        box = zoomed(box, 0.6, lat, lon)
        view = View(box, 60, 30)
        old, new = before.cell(lat, lon), view.cell(lat, lon)
        assert old is not None
        assert new is not None
        assert abs(old[0] - new[0]) <= 6
        assert abs(old[1] - new[1]) <= 3
    # There is an end to that, both ways.
    assert 0.3 < box.north - box.south < 0.5
    for _ in range(40):
        box = zoomed(box, 1 / 0.6, lat, lon)
    assert box.north - box.south <= 300
    assert -90 <= box.lat <= 90


def test_one_can_go_round_the_earth() -> None:
    box = REGIONS[EU]
    for _ in range(60):
        box = moved(box, 10, 1)
    assert -180 <= box.lon < 180
    assert box.lat == 90
    across = Box(170, -20, 190, 0)
    assert across.holds(-17.8, 178.0)
    assert across.holds(-17.8, -175.0)
    assert not across.holds(-17.8, 160.0)
    assert View(across, 40, 20).cell(-17.8, -175.0) is not None
    assert View(REGIONS[WORLD], 80, 22).cell(64.5, -173.0) is not None
