"""``ritui show``: by what a record is known, and how it is printed."""

from __future__ import annotations

import json

import pytest

from ritui.text import width
from tests.conftest import Program

CYFRONET = "cyfronet"


def test_one_record_is_one_object(ritui: Program) -> None:
    record = json.loads(ritui("show", CYFRONET, "--json").stdout)
    listed = json.loads(ritui("list", f"id:{CYFRONET}", "--json").stdout)["records"]
    assert [record] == listed


@pytest.mark.parametrize(
    "word", ["Cyfronet", "CYFRONET", "0575jwx13", "ror.org/0575jwx13", "https://ror.org/0575jwx13"]
)
def test_a_record_has_many_names(ritui: Program, word: str) -> None:
    assert ritui("show", word, "--format", "ids").stdout == f"{CYFRONET}\n"


def test_a_wikidata_item_in_each_form(ritui: Program) -> None:
    records = json.loads(ritui("list", "has:wikidata", "--json").stdout)["records"]
    record = records[0]
    item = record["identifiers"]["wikidata"]
    for word in (
        item,
        f"https://www.wikidata.org/wiki/{item}",
        f"http://www.wikidata.org/entity/{item}",
    ):
        assert ritui("show", word, "--format", "ids").stdout.split() == [record["id"]]


def test_several_records_are_a_list(ritui: Program) -> None:
    done = ritui("show", "risc2", CYFRONET, "--json")
    assert [record["id"] for record in json.loads(done.stdout)] == ["risc2", CYFRONET]
    lines = ritui("show", "risc2", CYFRONET, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["risc2", CYFRONET]


def test_an_unknown_one_is_named_and_the_others_printed(ritui: Program) -> None:
    done = ritui("show", "cyfronett", "risc2", "--json")
    assert done.returncode == 1
    assert [record["id"] for record in json.loads(done.stdout)] == ["risc2"]
    assert "“cyfronett”" in done.stderr
    assert "“cyfronet”" in done.stderr


def test_an_acronym_of_several_is_refused(ritui: Program) -> None:
    records = json.loads(ritui("list", "--json").stdout)["records"]
    ids = {record["id"] for record in records}
    seen: dict[str, str] = {}
    for record in records:
        acronym = record.get("acronym", "").lower()
        if acronym and acronym not in ids and acronym in seen:
            done = ritui("show", acronym)
            assert done.returncode == 1
            assert record["id"] in done.stderr
            assert seen[acronym] in done.stderr
            return
        seen[acronym] = record["id"]
    pytest.skip("no two records of the directory have the same acronym")


def test_a_page_is_readable_at_80_columns(ritui: Program) -> None:
    ids = ritui("list", "--format", "ids", "--limit", "60").stdout.split()
    for line in ritui("show", *ids).stdout.splitlines():
        # Only an address, or another word that would not fit anyway, may be longer.
        assert width(line) <= 80 or len(line.split()) <= 2, line


def test_a_page_says_what_is_known(ritui: Program) -> None:
    record = json.loads(ritui("show", "resinfra-pilot-biodiversity", "--json").stdout)
    page = " ".join(ritui("show", "resinfra-pilot-biodiversity").stdout.split())
    for key in ("acronym", "host", "website", "summary"):
        assert record[key] in page
    for text in (
        *record["details"],
        *record["caveats"],
        *(link["url"] for link in record["links"]),
    ):
        assert " ".join(text.split()) in page
    for related in record["related"]:
        assert f"[{related['id']}]" in page


def test_markdown(ritui: Program) -> None:
    page = ritui("show", "risc2", "--format", "md").stdout
    assert page.startswith("## A network for supporting")
    assert "\n### Where\n" in page
    assert "<https://cordis.europa.eu/" in page


def test_where_each_fact_is_from(ritui: Program) -> None:
    told = json.loads(ritui("show", "alma", "--provenance", "--json").stdout)
    record = json.loads(ritui("show", "alma", "--json").stdout)
    facts = {fact["fact"]: fact for fact in told["facts"]}
    assert told["id"] == "alma"
    assert {key.partition(".")[0] for key in facts} == {
        *record.keys() - {"lat", "lon", "provenance"}, "point"
    }  # fmt: skip
    [point] = [entry for entry in record["provenance"] if "lat" in entry["fields"]]
    assert facts["point"]["basis"] == point["title"]
    assert facts["point"]["retrieved"] == point["retrieved"]
    assert facts["acronym"]["value"] == record["acronym"]
    page = ritui("show", "alma", "risc2", "--provenance").stdout
    assert "Acronym: ALMA\n  ROR v1.62 · bundled directory · 2025-03-27 · CC0-1.0\n" in page
    both = ritui("show", "alma", "risc2", "--provenance", "--json").stdout
    assert [each["id"] for each in json.loads(both)] == ["alma", "risc2"]
    assert ritui("show", "alma", "--provenance", "--format", "md").stdout.startswith("## Atacama")
