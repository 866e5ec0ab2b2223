"""``ritui doctor``: it tells what it finds, changes nothing unasked, and keeps secrets."""

from __future__ import annotations

import json

import pytest

from ritui import __version__
from ritui.services.doctor import proxy_of
from tests.conftest import Program


def test_a_healthy_home(ritui: Program) -> None:
    before = ritui.paths.store_file.read_bytes()
    done = ritui("doctor", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == ["versions", "terminal", "settings", "store", "sources"]
    assert found["versions"]["ritui"] == __version__
    assert all(found["versions"].values())
    assert found["store"]["state"] == "whole"
    assert found["store"]["records"] == 506
    assert found["store"]["path"] == str(ritui.paths.store_file)
    assert found["settings"] == {
        "path": str(ritui.paths.settings_file),
        "exists": True,
        "problems": [],
    }
    assert {"bundled", "ror-celac"} <= {each["id"] for each in found["sources"]}
    assert ritui.paths.store_file.read_bytes() == before


def test_lines_for_programs(ritui: Program) -> None:
    lines = [line.split("\t") for line in ritui("doctor").stdout.splitlines()]
    assert {len(line) for line in lines} == {3}
    assert ["store", "state", "whole"] in lines


def test_before_the_first_start(fresh_ritui: Program) -> None:
    done = fresh_ritui("doctor", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["store"]["state"] == "missing"
    assert found["settings"] == {
        "path": str(fresh_ritui.paths.settings_file),
        "exists": False,
        "problems": [],
    }
    assert not fresh_ritui.home.exists()


def test_damage_is_found_and_left_until_repair(ritui: Program) -> None:
    store = ritui.paths.store_file
    data = bytearray(store.read_bytes())
    data[4096 * 3 : 4096 * 40] = bytes(4096 * 37)
    store.write_bytes(data)
    done = ritui("doctor", "--json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["store"]["state"] == "damaged"
    assert "--repair" in done.stderr
    assert store.read_bytes() == data
    done = ritui("doctor", "--repair", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["store"]["records"] == 506
    (aside,) = store.parent.glob("*.damaged-*")
    assert str(aside) in done.stderr
    assert ritui("doctor").returncode == 0


def test_repair_of_what_is_whole_keeps_everything(ritui: Program) -> None:
    before = ritui("list", "--json").stdout
    done = ritui("doctor", "--repair", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert ritui("list", "--json").stdout == before
    assert not list(ritui.paths.cache.glob("*.damaged-*"))


def test_secrets_stay_secret(ritui: Program) -> None:
    ritui.paths.settings_file.write_text(
        '[[source]]\nid = "ror-celac"\nenabled = true\nclient_id = "hush-hush"\n', encoding="utf-8"
    )
    proxy = {"HTTPS_PROXY": "http://user:hush-hush@proxy.example.org:3128"}
    for line in ("doctor", "doctor --json", "sources", "sources --json", "paths",
                 "sources show ror-celac", "sources show ror-celac --json"):  # fmt: skip
        done = ritui(*line.split(), env=proxy)
        assert done.returncode == 0
        assert "hush" not in done.stdout + done.stderr
    assert "http://proxy.example.org:3128" in ritui("doctor", env=proxy).stdout


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        ("https://ror.org/x", {}, ""),
        ("https://ror.org/x", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://ror.org/x", {"HTTPS_PROXY": "p:1"}, "http://p:1"),
        (
            "https://ror.org/x",
            {"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:2"},
            "http://q:2",
        ),
        ("https://ror.org/x", {"HTTP_PROXY": "http://p:1"}, ""),
        ("http://ror.org/x", {"HTTP_PROXY": "http://u:w@p:1/"}, "http://p:1"),
        ("https://ror.org/x", {"ALL_PROXY": "socks5://p:1"}, "socks5://p:1"),
        ("https://api.ror.org/", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".ror.org"}, ""),
        ("https://ror.org/", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a.b, ror.org"}, ""),
        ("https://terror.org/", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "ror.org"}, "http://p:1"),
        ("https://ror.org/", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, ""),
    ],
)
def test_which_proxy(url: str, environment: dict[str, str], proxy: str) -> None:
    assert proxy_of(url, environment) == proxy
