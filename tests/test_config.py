"""Settings: whatever stands in the file, the program starts and says what it could not honour."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ritui.config import Config, read, remove_source, write_setting, write_source
from ritui.errors import CannotWrite, SettingsUnreadable, SettingUnreadable
from ritui.model.source import Source
from ritui.model.vocab import CELAC_MEMBERS
from ritui.resources import asset
from ritui.sources.base import find_kind

SHIPPED = Path(__file__).parent / "payloads" / "settings" / "shipped.toml"


def lines(*text: str) -> str:
    return "\n".join(text) + "\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


def written(file: Path, text: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def problems(found: Config) -> list[tuple[int, str, str]]:
    """Line, setting and nearest word of everything that could not be honoured."""
    return [
        (problem.line, problem.setting, problem.nearest)
        for problem in found.problems
        if isinstance(problem, SettingUnreadable)
    ]


# --- reading ---


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    assert read(file) == Config()
    assert not file.parent.exists()


def test_without_a_file_no_toml_reader_is_loaded(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from ritui.config import read; "
        f"read(pathlib.Path({str(tmp_path / 'none.toml')!r})); "
        "print(sorted({'tomllib', 'tomli_w', 'ritui.i18n', 'httpx', 'textual'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("[]\n", "")


def test_every_setting_is_read(file: Path) -> None:
    written(
        file,
        lines(
            'lang = "pt"',
            'theme = "high-contrast"',
            "mouse = false",
            "lean = true",
            "[network]",
            'contact = "ri-office@example.org"',
            "proxy_from_env = false",
            "[keys]",
            'quit = "ctrl+q"',
            'search = ["/", "ctrl+f", "/"]',
            "compare = []",
        ),
    )
    assert read(file) == Config(
        lang="pt",
        theme="high-contrast",
        mouse=False,
        lean=True,
        contact="ri-office@example.org",
        proxy_from_env=False,
        keys={"quit": ("ctrl+q",), "search": ("/", "ctrl+f"), "compare": ()},
    )


@pytest.mark.parametrize(
    ("text", "line", "setting", "nearest"),
    [
        ('lang = "fr"\n', 1, "lang", ""),
        ("lang = 3\n", 1, "lang", ""),
        ('theme = "darc"\n', 1, "theme", "dark"),
        ('\n# c\ntheme = "high contrast"\n', 3, "theme", "high-contrast"),
        ('"mouse" = "yes"\n', 1, "mouse", ""),
        ("'mouse' = 1\n", 1, "mouse", ""),
        ('lean = "auto"\n', 1, "lean", ""),
        ('"mou\\u0073e" = 1\n', 1, "mouse", ""),
        ("[network]\n\ncontact = false\n", 3, "network.contact", ""),
        ("# c\nnetwork.contact = 1\n", 2, "network.contact", ""),
        ("network = { contact = 1 }\n", 1, "network.contact", ""),
        ('[ "network" ] # c\nproxy_from_env = "no"\n', 2, "network.proxy_from_env", ""),
        ("network = 3\n", 1, "network", ""),
        ("keys = 3\n", 1, "keys", ""),
        ("[keys]\nquit = [1]\n", 2, "keys.quit", ""),
        ('[keys]\nquit = "ctrl q"\n', 2, "keys.quit", ""),
        ("[keys]\nquit.now = 'q'\n", 2, "keys.quit", ""),
        # what stands inside other values is not a key
        ('lang = """\ntheme = 1\n""\n"\\\n"""\ntheme = 2\n', 1, "lang", ""),
        ("[keys]\na = [\n  'x', # ]\n  'mouse = 1',\n]\n[network]\ncontact = 5", 7,
         "network.contact", ""),
        ("[keys]\na = '''\nmouse = 1'''\n\n", 2, "keys.a", ""),
        ("[keys]\r\na = 'b'\r\nc = 1\r\n", 3, "keys.c", ""),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_honoured_is_told_with_its_line(
    file: Path, text: str, line: int, setting: str, nearest: str
) -> None:
    found = read(written(file, text))
    assert (line, setting, nearest) in problems(found)
    assert all(getattr(problem, "path", None) == file for problem in found.problems)


def test_one_bad_value_leaves_the_others(file: Path) -> None:
    found = read(written(file, 'theme = "pink"\nmouse = false\nlang = "es"\n'))
    assert (found.theme, found.mouse, found.lang) == ("dark", False, "es")
    assert problems(found) == [(1, "theme", "")]


@pytest.mark.parametrize(
    ("text", "line", "setting", "nearest"),
    [
        ("langg = 1\n", 1, "langg", "lang"),
        ("\n[nettwork]\ncontact = 'a@b.c'\n", 2, "nettwork", "network"),
        ("nettwork.contact = 'a@b.c'\n", 1, "nettwork", "network"),
        ("[network]\ncontacts = 'a@b.c'\n", 2, "network.contacts", "contact"),
        ("[[sources]]\nid = 'a'\n", 1, "sources", "source"),
        ("[keys]\nsearsh = 'x'\n", 2, "keys.searsh", "search"),
        ("zzz = 1", 1, "zzz", ""),
        ('"a\\u001bb" = 1', 1, "a", ""),
    ],
)
def test_an_unknown_name_is_a_notice_and_never_stops(
    file: Path, text: str, line: int, setting: str, nearest: str
) -> None:
    found = read(written(file, text), actions=("search", "quit"))
    assert not found.problems
    assert [(n.path, n.line, n.setting, n.nearest) for n in found.notices] == [
        (file, line, setting, nearest)
    ]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"lang = \n", 1, "Invalid value"),
        (b"lang = 'es'\ntheme = 'dark\n", 2, "Expected \"'"),
        (b"a = 1\na = 2\n", 2, "Cannot overwrite a value"),
        (b"a = 1\nb = [\n\n", 2, "Invalid value"),
        (b"a = 1\r\nb = '\r\n", 2, ""),
        (b"a = 1\nb = '\xff'\n", 2, "UTF-8"),
        (b"a = " + b"[" * 5_000, 1, "nested"),
        (b"a = " + b"9" * 5_000, 1, "limit"),
        (b"a = '\x1b[2J'", 1, "invalid character"),
        (b"\x00", 1, "Invalid"),
    ],
)
def test_a_file_that_is_no_toml_gives_the_defaults(
    file: Path, content: bytes, line: int, reason: str
) -> None:
    found = read(written(file, content), SHIPPED)
    (problem,) = found.problems
    assert isinstance(problem, SettingsUnreadable)
    assert (problem.path, problem.line) == (file, line)
    assert reason.lower() in problem.reason.lower()
    assert "(at" not in problem.reason
    assert "\x1b" not in problem.reason
    assert [source.id for source in found.sources] == ["ror-celac"]
    assert found.theme == "dark"


def test_a_folder_in_its_place_is_told(file: Path) -> None:
    file.mkdir(parents=True)
    (problem,) = read(file).problems
    assert isinstance(problem, SettingsUnreadable)
    assert "directory" in problem.reason.lower()


def test_a_link_to_itself_is_told(file: Path) -> None:
    file.parent.mkdir()
    file.symlink_to(file)
    (problem,) = read(file).problems
    assert isinstance(problem, SettingsUnreadable)
    with pytest.raises(SettingsUnreadable):
        write_setting(file, "lang", "es")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind")
def test_a_file_one_may_not_read_is_told(file: Path) -> None:
    written(file, "lang = 'es'").chmod(0)
    (problem,) = read(file).problems
    assert isinstance(problem, SettingsUnreadable)
    assert problem.reason == "Permission denied"


@pytest.mark.parametrize("marks", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf" * 2])
def test_byte_order_marks_are_passed_over(file: Path, marks: bytes) -> None:
    assert read(written(file, marks + b'lang = "es"\n')) == Config(lang="es")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: t.encode(errors="replace")))
def test_reading_never_raises(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = written(tmp_path_factory.getbasetemp() / "any.toml", content)
    assert isinstance(read(file, SHIPPED), Config)


# --- sources ---


def test_every_source_that_comes_with_the_program_can_be_asked() -> None:
    found = read(Path("nowhere/config.toml"), asset("directory", "sources.toml"))
    assert not found.problems
    assert not found.notices
    assert [(source.id, source.kind, source.enabled) for source in found.sources] == [
        ("ror-celac", "ror", True),
        ("ror-all", "ror-dump", False),
        ("re3data-lac", "re3data", False),
        ("wikidata-known", "wikidata", False),
        ("resinfra-news", "wordpress", True),
        ("lifewatch-news", "feed", True),
    ]
    for source in found.sources:
        assert source.title
        find_kind(source.kind).check(source)


def test_the_shipped_source_waits_to_be_asked() -> None:
    found = read(Path("nowhere/config.toml"), SHIPPED)
    assert found.problems == found.notices == ()
    (source,) = found.sources
    assert (source.id, source.kind, source.enabled, source.every, source.licence) == (
        "ror-celac", "ror", False, "30d", "CC0-1.0",
    )  # fmt: skip
    assert source.title == "ROR: facilities in CELAC states"
    assert set(source.options["countries"]) == CELAC_MEMBERS
    assert len(source.options["countries"]) == 33
    assert source.options["types"] == ["facility"]


def test_sources_are_read_only_when_asked_for(file: Path) -> None:
    found = read(written(file, '[[source]]\nid = "A"\n'))
    assert (found.sources, found.problems) == ((), ())


def test_a_shipped_source_is_changed_by_what_the_reader_states(file: Path) -> None:
    written(file, '[[source]]\nid = "ror-celac"\nenabled = true\ntypes = ["archive"]\n')
    (source,) = read(file, SHIPPED).sources
    assert (source.enabled, source.kind, source.every) == (True, "ror", "30d")
    assert source.options["types"] == ["archive"]
    assert len(source.options["countries"]) == 33


def test_the_readers_own_sources_follow_and_are_enabled(file: Path) -> None:
    written(
        file,
        lines(
            "[[source]]",
            'id = "ror-uy"',
            'kind = "ror"',
            'title = "ROR:\\tUruguay\\u202e"',
            'every = "12h"',
            'countries = ["UY"]',
            'client_id_file = "secrets/ror"',
            'licence = "CC0-1.0"',
        ),
    )
    found = read(file, SHIPPED)
    assert not found.problems
    assert [source.id for source in found.sources] == ["ror-celac", "ror-uy"]
    secret = str(file.parent / "secrets" / "ror")
    assert found.sources[1] == Source(
        "ror-uy",
        "ror",
        "ROR: Uruguay",
        enabled=True,
        every="12h",
        licence="CC0-1.0",
        options={"countries": ["UY"], "client_id_file": secret},
    )


@pytest.mark.parametrize(
    ("stated", "setting", "nearest"),
    [
        ('kind = "rorr"', "kind", "ror"),
        ("kind = 3", "kind", ""),
        ('url = "ftp://example.org/x.csv"', "url", ""),
        ('url = "htps://example.org/x.csv"', "url", "https"),
        ('url = "file:///etc/passwd"', "url", ""),
        ('url = "http://"', "url", ""),
        ('url = "http://[::1"', "url", ""),
        ('url = "https://example.org/a b"', "url", ""),
        ('url = ""', "url", ""),
        ("url = 1", "url", ""),
        ('url = "https://me:hush@example.org/"', "url", ""),
        ('sitemap = "https://hush@example.org/"', "sitemap", ""),
        ('urls = ["https://a.example", "https://me:hush@b.example"]', "urls", ""),
        ('urls = "https://me:hush@b.example"', "urls", ""),
        ('map = { name = "a", hoost = "b" }', "map", "host"),
        ('map = { host = "b" }', "map", ""),
        ('map = { name = "a", host = 1 }', "map", ""),
        ("max_records = 0", "max_records", ""),
        ("max_records = 1000000", "max_records", ""),
        ("rows = true", "rows", ""),
        ('key_env = "hush-4711"', "key_env", ""),
        ('key_env = "hush"', "key_env", ""),
        ('key_header = "Bearer hush"', "key_header", ""),
        ('key_header = "Host"', "key_header", ""),
        ("key_file = 4711", "key_file", ""),
    ],
)
def test_a_source_that_cannot_be_asked_is_left_out_alone(
    file: Path, stated: str, setting: str, nearest: str
) -> None:
    kind = [] if stated.startswith("kind") else ['kind = "ror"']
    written(
        file,
        lines(
            '[[source]]\nid = "first"\nkind = "ror"\n',
            '[[source]]\nid = "second"',
            *kind,
            stated,
            '[[source]]\nid = "third"\nkind = "ror"',
        ),
    )
    found = read(file, SHIPPED)
    assert [source.id for source in found.sources] == ["ror-celac", "first", "third"]
    line = next(n for n, text in enumerate(file.read_text().split("\n"), 1) if text == stated)
    assert problems(found) == [(line, f"source.second.{setting}", nearest)]
    assert "hush" not in str(found.problems)


@pytest.mark.parametrize(
    ("stated", "setting", "default"),
    [
        ('enabled = "yes"', "enabled", False),
        ('every = "30"', "every", "30d"),
        ('every = "0d"', "every", "30d"),
        ('every = "1w"', "every", "30d"),
        ("every = 30", "every", "30d"),
        ("title = 30", "title", ""),
        ("licence = []", "licence", ""),
    ],
)
def test_a_common_key_that_cannot_be_honoured_has_its_default(
    file: Path, stated: str, setting: str, default: object
) -> None:
    written(file, f'[[source]]\nid = "mine"\nkind = "ror"\n{stated}\n')
    found = read(file, SHIPPED)
    assert problems(found) == [(4, f"source.mine.{setting}", "")]
    assert getattr(found.sources[1], setting) == default


@pytest.mark.parametrize(
    ("text", "line", "setting"),
    [
        ('[[source]]\nkind = "ror"\n', 1, "source[1].id"),
        ('[[source]]\nid = "A b"\nkind = "ror"\n', 2, "source[1].id"),
        (f'[[source]]\nid = "{"a" * 41}"\nkind = "ror"\n', 2, "source[1].id"),
        ('[[source]]\nid = "bundled"\nkind = "ror"\n', 2, "source.bundled.id"),
        ("[[source]]\nid = 4\n[source.map]\nname = 'x'\n", 2, "source[1].id"),
        ("[source]\nid = 'a'\n", 1, "source"),
        ("source = [1]\n", 1, "source[1]"),
        ("[[source]]\nid = 'a'\nkind = 'ror'\n[source.map]\nname = 'n'\nbad = 'x'\n"
         "[[source]]\nid = 'a'\nkind = 'ror'", 8, "source.a.id"),
    ],
)  # fmt: skip
def test_ids_are_well_formed_and_ones_own(file: Path, text: str, line: int, setting: str) -> None:
    found = read(written(file, text), SHIPPED)
    assert (line, setting, "") in problems(found)


def test_a_map_is_told_by_its_own_line(file: Path) -> None:
    text = "[[source]]\nid = 'a'\nkind = 'ror'\n\n[source.map]\nnaam = 'n'\n"
    assert problems(read(written(file, text), SHIPPED)) == [(5, "source.a.map", "")]


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("https://example.org/a.csv", "https://example.org/a.csv"),
        ("http://example.org/@me", "http://example.org/@me"),
        ("tables/a.csv", "{folder}/tables/a.csv"),
        ("/srv/a.csv", "/srv/a.csv"),
        ("~/a.csv", "{home}/a.csv"),
    ],
)
def test_an_address_or_a_path_from_the_settings_folder(
    file: Path, stated: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    written(file, f'[[source]]\nid = "a"\nkind = "ror"\nurl = "{stated}"\n')
    wanted = found.format(folder=file.parent, home="/home/reader")
    assert read(file, SHIPPED).sources[1].options["url"] == wanted


# --- writing ---


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'lang = "es"\n'),
        ("# mine\n", '# mine\nlang = "es"\n'),
        ('lang = "en" # best\ntheme = "dark"\n', 'lang = "es" # best\ntheme = "dark"\n'),
        ("  'lang'='en'", "  'lang'=\"es\""),
        ('lang = """\nen""" # c\n', 'lang = "es" # c\n'),
        ("lang = [\n 1, # a\n]\n", 'lang = "es"\n'),
        ("mouse = true # c\n\n[keys]\n", 'mouse = true # c\nlang = "es"\n\n[keys]\n'),
        ("mouse = true\r\n[keys]\r\n", 'mouse = true\r\nlang = "es"\r\n[keys]\r\n'),
        ("# file\n\n# the keys\n[keys]\nlang = 'x'\n",
         '# file\n\nlang = "es"\n\n# the keys\n[keys]\nlang = \'x\'\n'),
        ("# the keys\n  [keys]\n", 'lang = "es"\n\n# the keys\n  [keys]\n'),
        ("[[source]]\nid = 'a'", 'lang = "es"\n\n[[source]]\nid = \'a\''),
        ("network.contact = 'a@b.c'\n", "network.contact = 'a@b.c'\nlang = \"es\"\n"),
        # what cannot be edited in place is written anew, with every value
        ("[lang]\na = 1\n[keys]\n", 'lang = "es"\n\n[keys]\n'),
        ("lang.a = 1\nmouse = true\n", 'lang = "es"\nmouse = true\n'),
    ],
)  # fmt: skip
def test_a_setting_is_written_where_it_belongs(file: Path, before: str, after: str) -> None:
    written(file, before)
    write_setting(file, "lang", "es")
    assert file.read_bytes().decode() == after
    assert read(file).lang == "es"


def test_a_first_setting_makes_folder_and_file(file: Path) -> None:
    write_setting(file, "mouse", False)
    assert file.read_text() == "mouse = false\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_broken_file_is_left_alone(file: Path) -> None:
    written(file, "lang = \n# precious\n")
    with pytest.raises(SettingsUnreadable):
        write_setting(file, "lang", "es")
    assert file.read_text() == "lang = \n# precious\n"


def test_a_link_is_written_through(file: Path, tmp_path: Path) -> None:
    target = written(tmp_path / "dotfiles" / "ritui.toml", "mouse = true\n")
    target.chmod(0o640)
    file.parent.mkdir()
    file.symlink_to(os.path.relpath(target, file.parent))
    write_setting(file, "mouse", False)
    assert file.is_symlink()
    assert target.read_text() == "mouse = false\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert list(target.parent.iterdir()) == [target]


def test_what_cannot_be_written_is_told_and_nothing_is_left(file: Path, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("not a folder")
    with pytest.raises(CannotWrite) as told:
        write_setting(file, "lang", "es")
    assert told.value.path == file
    assert [path.name for path in tmp_path.iterdir()] == ["config"]


def test_a_write_that_fails_keeps_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    written(file, "mouse = true\n")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left"):
        write_setting(file, "mouse", False)
    assert file.read_text() == "mouse = true\n"
    assert list(file.parent.iterdir()) == [file]


_names = st.text(min_size=1, max_size=6) | st.sampled_from(["lang", "mouse", "a.b", "", " "])
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_values = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | _texts | st.dates() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(_names, _values, max_size=6), _names, _texts | st.booleans())
def test_writing_a_setting_keeps_all_others(
    tmp_path_factory: pytest.TempPathFactory, held: dict[str, Any], key: str, value: str | bool
) -> None:
    file = written(tmp_path_factory.getbasetemp() / "law.toml", tomli_w.dumps(held))
    write_setting(file, key, value)
    assert tomllib.loads(file.read_bytes().decode()) == {**held, key: value}


_pieces = st.sampled_from(
    [
        "# a comment\n",
        "\n",
        "mouse = true\n",
        "x = [ # ]\n '''a\nb''', {c = \"#\"},\n]\n",
        "y.z = 1\n",
        '"q\\"k" = """\n"""""\n',
        "[t]\nlang = 1\n",
        "[t.u] # [v]\n",
        "[[s]]\n",
        "[s.t]\nlang = 2\n",
        "\r\n",
    ]
)


@given(st.lists(_pieces, unique=True))
def test_writing_a_setting_keeps_every_comment(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    text = "".join(pieces)
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    file = written(tmp_path_factory.getbasetemp() / "comments.toml", text)
    write_setting(file, "lang", "es")
    after = file.read_bytes().decode()
    assert tomllib.loads(after) == {**held, "lang": "es"}
    # Nothing but one line, and at most one blank line under it, is new.
    assert re.sub(r'lang = "es"\r?\n', "", after, count=1).replace("\r", "").count("\n") <= (
        text.count("\n") + 1
    )
    assert all(line in after for line in text.splitlines())


MINE = """\
# my sources
[[source]] # one
id = "one"
kind = "ror"

[[source]]
id = "two"   # second
kind = "ror"
[source.map]
name = "Nombre"

# the network
[network]
contact = "a@b.c"
"""


def test_a_source_is_added_at_the_end(file: Path) -> None:
    written(file, MINE)
    table = {"kind": "ror", "countries": ["UY"], "map": {"name": "n", "identifiers.ror": "r"}}
    write_source(file, "three", table)
    assert file.read_text() == MINE + lines(
        "",
        "[[source]]",
        'id = "three"',
        'kind = "ror"',
        "countries = [",
        '    "UY",',
        "]",
        "",
        "[source.map]",
        'name = "n"',
        '"identifiers.ror" = "r"',
    ).replace("]\n\n[source.map]", "]\n[source.map]")
    assert read(file, SHIPPED).sources[-1].options["map"] == table["map"]


def test_a_source_is_changed_in_place(file: Path) -> None:
    written(file, MINE)
    write_source(file, "two", {"kind": "csv", "enabled": False})
    assert file.read_text() == MINE.replace(
        'second\nkind = "ror"\n', 'second\nkind = "csv"\nenabled = false\n'
    )


def test_a_shipped_source_is_enabled_by_three_lines(file: Path) -> None:
    write_source(file, "ror-celac", {"enabled": True})
    assert file.read_text() == '[[source]]\nid = "ror-celac"\nenabled = true\n'
    assert read(file, SHIPPED).sources[0].enabled


@pytest.mark.parametrize(
    ("source", "gone"),
    [
        ("one", '[[source]] # one\nid = "one"\nkind = "ror"\n'),
        ("two", '[[source]]\nid = "two"   # second\nkind = "ror"\n[source.map]\nname = "Nombre"\n'),
        ("three", ""),
    ],
)
def test_a_source_is_removed_with_its_own_tables(file: Path, source: str, gone: str) -> None:
    written(file, MINE)
    remove_source(file, source)
    assert file.read_text() == MINE.replace(gone, "")


def test_the_only_source_can_be_removed(file: Path) -> None:
    written(file, 'source = [{ id = "a" }]\nlang = "es"\n')
    remove_source(file, "a")
    assert file.read_text() == 'lang = "es"\n'


def test_sources_that_are_no_tables_are_not_overwritten(file: Path) -> None:
    written(file, "source = 3\n")
    with pytest.raises(SettingsUnreadable):
        write_source(file, "a", {"kind": "ror"})
    assert file.read_text() == "source = 3\n"


def test_precedence_names_whose_word_counts(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        'precedence = ["mine", "ror-celac"]\n[[source]]\nid = "mine"\nkind = "csv"\n'
        'url = "/a.csv"\n[source.map]\nname = "N"\n'
    )
    config = read(path, asset("directory", "sources.toml"))
    assert config.problems == ()
    trusted = config.trusted()
    assert trusted[:3] == ("mine", "ror-celac", "bundled")
    assert {*trusted} == {"bundled", *(source.id for source in config.sources)}
    path.write_text('precedence = ["no id!"]\n')
    (problem,) = read(path).problems
    assert "precedence" in str(problem)
    assert read(path).trusted() == ("bundled",)
