"""The bundled directory: what is in it, and that every fault in one like it is named."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ritui.model.claim import Claim
from ritui.model.source import Event
from ritui.model.vocab import CELAC_MEMBERS, EU_MEMBERS, KINDS, REGIONS
from ritui.resources import asset
from ritui.sources.bundled import Directory, check_directory, main, read_directory


@pytest.fixture(scope="module")
def directory() -> Directory:
    """What comes with the program."""
    return read_directory(asset("directory"))


@pytest.fixture(scope="module")
def records(directory: Directory) -> dict[str, Claim]:
    """Its records by id."""
    return {claim.ref: claim for claim in directory.claims}


def links(claim: Claim) -> set[str]:
    return {claim.values.get("website", ""), *(each["url"] for each in claim.values["links"])}


def related(claim: Claim) -> set[tuple[str, str]]:
    return {(each["rel"], each["id"]) for each in claim.values.get("related", ())}


# --- what is in it ---


def test_the_directory_has_no_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_directory(asset("directory")) == []
    assert main([]) == 0
    assert capsys.readouterr() == ("506 records and 61 events, no faults\n", "")


def test_it_is_whole(directory: Directory, records: dict[str, Claim]) -> None:
    assert (len(directory.claims), len(records), len(directory.events)) == (506, 506, 61)
    assert directory.faults == ()
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", directory.packaged)
    assert {claim.values["region"] for claim in directory.claims} == {*REGIONS}
    assert {claim.values["kind"] for claim in directory.claims} == {*KINDS}
    assert Counter(claim.values["region"] for claim in directory.claims)["LAC"] > 100
    countries = {claim.values.get("country") for claim in directory.claims}
    assert len(countries & EU_MEMBERS) > 20
    assert len(countries & CELAC_MEMBERS) > 20


def test_every_record_can_be_listed_and_trusted(directory: Directory) -> None:
    for claim in directory.claims:
        assert claim.source == "bundled"
        assert claim.values["id"] == claim.ref
        assert claim.values["name"]
        assert 0 < len(claim.values["summary"]) <= 200, claim.ref
        assert isinstance(claim.values["verified"], bool)
        assert all(entry.source == "bundled" and entry.title for entry in claim.evidence)
        named = [key for entry in claim.evidence for key in entry.fields]
        assert sorted(named) == sorted(claim.values), claim.ref


@pytest.mark.parametrize(
    ("id_", "name", "leader", "outcome"),
    [
        ("resinfra-pilot-structural-biology", "structural biology", "instruct-eric",
         "https://resinfra-eulac.eu/outcomes/"),
        ("resinfra-pilot-biodiversity", "climate change and biodiversity", "lifewatch-eric",
         "https://www.lifewatch.eu/2019/11/29/eu-celac-working-party/"),
        ("resinfra-pilot-heritage", "cultural heritage", "e-rihs-eric",
         "https://resinfra-eulac.eu/outcomes/"),
        ("resinfra-pilot-hpc", "high-performance computing", "ricap",
         "https://resinfra-eulac.eu/outcomes/"),
    ],
)  # fmt: skip
def test_the_four_pilots(
    records: dict[str, Claim], id_: str, name: str, leader: str, outcome: str
) -> None:
    pilot = records[id_]
    assert pilot.values["kind"] == "pilot"
    assert pilot.values["region"] == "bi-regional"
    assert f"pilot on {name}" in pilot.values["name"]
    assert {*pilot.values["names"]} == {"en", "es", "pt"}
    assert outcome in links(pilot)
    assert {("part-of", "eu-lac-resinfra"), ("coordinator", leader)} <= related(pilot)
    assert leader in records
    assert records[leader].values["pilot"] == id_
    assert ("has-part", id_) in related(records["eu-lac-resinfra"])


def test_there_are_no_other_pilots(directory: Directory) -> None:
    assert sum(claim.values["kind"] == "pilot" for claim in directory.claims) == 4


@pytest.mark.parametrize(
    ("id_", "name", "link"),
    [
        ("celac-ri-map-d2c2", "CELAC research infrastructure map (D2C2)",
         "https://celac.d2c2.gub.uy/"),
        ("eucelac-platform", "EU-CELAC Platform, research infrastructures pages",
         "https://www.eucelac-platform.eu/research-infrastructures"),
        ("resinfra-site", "EU-LAC ResInfra website", "https://resinfra-eulac.eu/"),
        ("infra-dicyt", "LAC Research Infrastructures platform (DICYT)",
         "https://infra.dicyt.gub.uy/en/about"),
    ],
)  # fmt: skip
def test_the_platforms_of_the_mission(
    records: dict[str, Claim], id_: str, name: str, link: str
) -> None:
    platform = records[id_]
    assert (platform.values["kind"], platform.values["name"]) == ("platform", name)
    assert platform.values["website"] == link
    assert platform.values["verified"] is True
    assert len(links(platform)) >= 3
    assert len(platform.values["areas"]) == 5


def test_what_moved_names_where_it_went(records: dict[str, Claim]) -> None:
    old, new = records["celac-ri-map-d2c2"], records["infra-dicyt"]
    assert (old.values["status"], new.values["status"]) == ("ended", "operational")
    assert new.values["website"] in links(old)
    assert old.values["website"] in links(new)
    for former, later in (
        ("celac-ri-map-d2c2", "infra-dicyt"),
        ("eu-lac-resinfra", "eu-lac-resinfra-plus"),
    ):
        assert ("successor", later) in related(records[former])
        assert ("predecessor", former) in related(records[later])


def test_every_successor_has_its_predecessor(records: dict[str, Claim]) -> None:
    pairs = {
        (claim.ref, other)
        for claim in records.values()
        for rel, other in related(claim)
        if rel == "successor"
    }
    back = {
        (other, claim.ref)
        for claim in records.values()
        for rel, other in related(claim)
        if rel == "predecessor"
    }
    assert pairs == back
    assert len(pairs) >= 2


def test_the_working_group_and_its_meetings(
    directory: Directory, records: dict[str, Claim]
) -> None:
    group = records["eu-celac-wg-ri"]
    assert group.values["name"] == "EU-CELAC Working Group on Research Infrastructures"
    assert "https://resinfra-eulac.eu/eu-celac-working-group/" in links(group)
    meetings = [each for each in directory.events if "eu-celac-wg-ri" in each.related]
    assert len(meetings) > 10
    assert any(each.title.startswith("1st meeting of the EU-CELAC RI") for each in meetings)


def test_points_that_may_not_be_used_are_left_out(records: dict[str, Claim]) -> None:
    stations = {
        claim.ref: claim
        for claim in records.values()
        if any("COMNAP" in entry.title for entry in claim.evidence)
    }
    assert {*stations} == {
        "artigas-station", "carlini", "comandante-ferraz", "criosfera-1", "glaciar-union",
        "machu-picchu-station", "marambio", "orcadas", "pedro-vicente-maldonado",
        "profesor-julio-escudero",
    }  # fmt: skip
    for station in stations.values():
        assert not {"lat", "lon"} & station.values.keys()
        assert any("point is left out" in caveat for caveat in station.values["caveats"])
    forbidden = "comnap-antarctic-facilities"
    for claim in records.values():
        for entry in claim.evidence:
            assert not (forbidden in entry.url and {"lat", "lon"} & {*entry.fields})


def test_events_are_in_the_order_of_their_dates(directory: Directory) -> None:
    dates = [each.date for each in directory.events]
    assert dates == sorted(dates)
    assert all(each.source == "bundled" and each.url for each in directory.events)
    assert directory.events[0] == Event(
        "2010",
        "EU-LAC summit that opened the common knowledge area",
        place="Madrid",
        kind="summit",
        country="ES",
        url=directory.events[0].url,
        related=("jiri-som",),
    )


def test_one_identifier_is_one_record(directory: Directory) -> None:
    """Two records that share one would be merged by any source that knows it."""
    for scheme in ("ror", "re3data"):
        seen = Counter(
            claim.values["identifiers"][scheme]
            for claim in directory.claims
            if scheme in claim.values.get("identifiers", {})
        )
        assert [each for each, count in seen.items() if count > 1] == []


# --- what is wrong is named ---


LAB = """
[sea-lab]
name = "Sea Lab"
country = "PT"
city = "Faro"
lat = 37.02
lon = -7.93
status = "operational"
established = 1990
website = "https://sea-lab.example/"
pilot = "sea-pilot"
summary = "A laboratory by the sea."
verified = true
related = [{ id = "sea-pilot", rel = "partner" }]
provenance = [
    { title = "Sea Lab", url = "https://sea-lab.example/", retrieved = "2026-01-01", fields = [
        "name", "country", "city", "lat", "lon", "status", "established", "website",
    ] },
    { title = "ritui curation", fields = ["pilot", "summary", "related"] },
]
"""
PILOT = """
[sea-pilot]
name = "Sea pilot"
countries = ["PT", "UY"]
summary = "A pilot."
verified = false
provenance = [{ title = "from memory, unverified", fields = ["name", "countries", "summary"] }]
"""
TIMELINE = """
[[event]]
date = "2025-03"
end = "2025-03-14"
title = "Workshop"
country = "PT"
url = "https://sea-lab.example/workshop"
related = ["sea-lab"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small directory without faults."""
    files = {
        "eu/infrastructure.toml": LAB,
        "bi-regional/pilot.toml": PILOT,
        "timeline.toml": TIMELINE,
        "directory.toml": 'packaged = "2026-01-02"\n',
        "sources.toml": "",
    }
    for name, text in files.items():
        file = tmp_path / "directory" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path / "directory"


def test_a_small_directory_without_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_directory(folder) == []
    directory = read_directory(folder)
    lab, pilot = sorted(directory.claims, key=lambda claim: claim.ref)
    assert (lab.values["region"], lab.values["kind"]) == ("EU", "infrastructure")
    assert (pilot.values["region"], pilot.values["kind"]) == ("bi-regional", "pilot")
    assert lab.evidence[0].retrieved == "2026-01-01"
    assert directory.packaged == "2026-01-02"
    assert main([str(folder)]) == 0
    assert capsys.readouterr().out == "2 records and 1 events, no faults\n"


FIELDS = '"established", "website"'
CASES = [
    # what reading finds
    ("eu", 'city = "Faro"', 'town = "Faro"', "town: unknown key"),
    ("eu", 'name = "Sea Lab"', 'name = ""', "name: missing"),
    ("eu", 'country = "PT"', 'country = "Portugal"', "country: PORTUGAL is not an ISO 3166-1"),
    ("eu", 'status = "operational"', 'status = "open"', "status: open is not one of"),
    ("eu", "established = 1990", "established = 19", "established: 19 is no year"),
    ("eu", "lat = 37.02", "lat = 97.02", "lat: 97.02 is outside"),
    ("eu", "lat = 37.02\n", "", "lat, lon: a point needs both"),
    ("eu", "lat = 37.02\nlon = -7.93", "lat = 0\nlon = 0", "lat, lon: a point needs both"),
    ("eu", '"https://sea-lab.example/"\npilot', '"sea-lab.example"\npilot', "website: not a web"),
    ("eu", "verified = true", 'verified = "yes"', "verified: not true or false"),
    ("eu", 'rel = "partner"', 'rel = "friend"', "related: friend is not one of"),
    ("eu", 'url = "https://sea-lab', 'url = "javascript:sea-lab', "provenance: not a web address"),
    ("eu", "retrieved =", "seen =", "provenance: unknown key seen"),
    ("eu", "[sea-lab]", "[Sea_Lab]", "id: would be written sea-lab"),
    ("pilot", PILOT, LAB + PILOT, "a second record of this id"),
    ("timeline", 'date = "2025-03"\n', "", "Workshop: date: missing"),
    ("timeline", 'title = "Workshop"', 'name = "Workshop"', "unknown key name"),
    ("timeline", 'title = "Workshop"', 'title = ""', "2025-03: title: missing"),
    ("timeline", '"https://sea-lab', '"ftp://sea-lab', "2025-03 Workshop: not a web address"),
    # what only checking finds
    ("eu", "lat = 37.02", "lat = 47.02", "lat, lon: 47.02, -7.93 is outside PT"),
    ("eu", 'country = "PT"', 'country = "QQ"', "country: QQ is not an ISO 3166-1 code"),
    ("pilot", '["PT", "UY"]', '["PT", "QQ"]', "country: QQ is not an ISO 3166-1 code"),
    ("eu", '{ id = "sea-pilot"', '{ id = "lake-pilot"', "related: there is no record lake-pilot"),
    ("eu", '{ id = "sea-pilot"', '{ id = "sea-lab"', "related: to itself"),
    ("eu", 'pilot = "sea-pilot"', 'pilot = "lake-pilot"', "pilot: there is no record lake-pilot"),
    ("eu", FIELDS, '"established"', "provenance: website is named by 0 entries instead of one"),
    ("eu", '["pilot"', '["city", "pilot"', "provenance: city is named by 2 entries instead of one"),
    ("eu", '["pilot"', '["host", "pilot"', "provenance: names host, which the record does not"),
    ("eu", "verified = true\n", "", "verified: missing"),
    ("eu", 'title = "Sea Lab"', 'title = "from memory, unverified"', "verified: says true, but"),
    ("eu", "by the sea.", f"by the sea{'s' * 200}.", "summary: 224 characters, more than 200"),
    ("timeline", '"2025-03-14"', '"2024-03-14"', "2025-03 Workshop: ends before it begins"),
    ("timeline", '"2025-03"', '"March 2025"', "March 2025 is not an ISO date"),
    ("timeline", '"2025-03-14"', '"2025-3-14"', "2025-3-14 is not an ISO date"),
    ("timeline", '"PT"', '"QQ"', "2025-03 Workshop: QQ is not an ISO 3166-1 code"),
    ("timeline", '["sea-lab"]', '["lake-lab"]', "2025-03 Workshop: there is no record lake-lab"),
]  # fmt: skip
FILES = {"eu": "eu/infrastructure.toml", "pilot": "bi-regional/pilot.toml",
         "timeline": "timeline.toml"}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "good", "bad", "fault"), CASES, ids=[f"{case[0]}: {case[3][:40]}" for case in CASES]
)
def test_a_fault_is_named_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str, good: str, bad: str, fault: str
) -> None:
    path = folder / FILES[file]
    text = path.read_text("utf-8")
    assert text.count(good) == 1
    path.write_text(text.replace(good, bad), "utf-8")
    faults = check_directory(folder)
    [named] = [each for each in faults if fault in each]
    id_ = re.search(r"^\[(.+)\]$", bad if "[Sea_Lab]" in bad or LAB in bad else text, re.M)
    where = "timeline.toml: " if id_ is None or file == "timeline" else f"[{id_[1]}] "
    assert where in named
    assert main([str(folder)]) == 1
    told = capsys.readouterr()
    assert told.err.splitlines() == faults
    assert told.out == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    [("mars/infrastructure.toml", "region: mars is not one of"), ("eu/ship.toml", "kind: ship is")],
)
def test_region_and_kind_follow_from_the_path(folder: Path, name: str, fault: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / FILES["eu"]).rename(folder / name)
    faults = check_directory(folder)
    assert any(each.startswith(f"{name}: [sea-lab] {fault}") for each in faults)
    assert any("missing" in each for each in faults)


def test_what_is_wrong_is_left_out_and_the_rest_is_read(folder: Path) -> None:
    path = folder / FILES["eu"]
    bad = LAB.replace("established = 1990", 'established = "long ago"').replace("37.02", "137.02")
    path.write_text(bad + '\n[empty]\nsummary = "Nothing else."\n', "utf-8")
    timeline = folder / FILES["timeline"]
    timeline.write_text(TIMELINE + '\n[[event]]\ndate = "2026"\n' + TIMELINE, "utf-8")
    directory = read_directory(folder)
    lab = next(claim for claim in directory.claims if claim.ref == "sea-lab")
    assert not {"established", "lat", "lon"} & lab.values.keys()
    assert (lab.values["name"], lab.values["website"]) == ("Sea Lab", "https://sea-lab.example/")
    empty = next(claim for claim in directory.claims if claim.ref == "empty")
    assert empty.values["name"] == "empty"
    assert [each.title for each in directory.events] == ["Workshop", "Workshop"]
    assert [each.partition(" ")[0] for each in directory.faults] == [
        "eu/infrastructure.toml:",
        "eu/infrastructure.toml:",
        "eu/infrastructure.toml:",
        "eu/infrastructure.toml:",
        "timeline.toml:",
    ]


def test_the_check_is_a_command(folder: Path) -> None:
    command = [sys.executable, "-m", "ritui.sources.bundled", str(folder)]
    whole = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (whole.returncode, whole.stderr) == (0, "")
    (folder / FILES["eu"]).write_text(LAB.replace('"PT"', '"QQ"'), "utf-8")
    broken = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (broken.returncode, broken.stdout) == (1, "")
    assert broken.stderr == "[sea-lab] country: QQ is not an ISO 3166-1 code\n"
