"""Messages: found, filled in, and complete in every language that is offered."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import ritui
from ritui import errors
from ritui.errors import RituiError, SettingUnreadable, UnknownSetting, UnknownWord
from ritui.i18n import (
    LANGUAGES,
    Messages,
    choose_language,
    offered_languages,
    read_messages,
)
from ritui.model.facet import FACETS
from ritui.model.vocab import CELAC_MEMBERS, EU_MEMBERS, RELATIONS
from ritui.resources import asset

FAILURES = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, RituiError) and found is not RituiError
]
VOCABULARIES = {
    **{facet.key: facet.vocabulary for facet in FACETS if facet.vocabulary},
    "esfri": ("landmark", "project"),
    "relation": RELATIONS,
}


def flat(language: str) -> dict[str, str]:
    """Every message of a file, by its dotted key."""

    def walk(table: dict[str, Any], prefix: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in table.items():
            if isinstance(value, dict):
                found |= walk(value, f"{prefix}{key}.")
            else:
                found[prefix + key] = value
        return found

    return walk(tomllib.loads(asset("i18n", f"{language}.toml").read_text("utf-8")), "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_file_is_read_as_toml_has_it(language: str) -> None:
    text = asset("i18n", f"{language}.toml").read_text("utf-8")
    assert read_messages(text) == flat(language)


@pytest.mark.parametrize(
    "text",
    [
        'a = "one"\n[t]\nb.one = "1"\nb.other = "\\"q\\" \\\\ [x] # y"\n# end\n\n',
        'a = "no line end"',
        "a = 'literal'\n",
        'a = """\nlong\n"""\nb = "c"\n',
        'a = "\\u00e9\\n"\n',
        '"quoted key" = "x"\n[ "t" . u ]\nb="y" # aside\n',
        'a = "x"\r\n[t]\r\nb = "y"\r\n',
        '[t]\na = { b = "c" }\n',
        "",
    ],
)
def test_a_file_of_any_other_form_is_read_as_well(text: str) -> None:
    def leaves(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
        return {
            name: word
            for key, value in table.items()
            for name, word in (
                leaves(value, f"{prefix}{key}.").items()
                if isinstance(value, dict)
                else [(prefix + key, value)]
            )
        }

    assert read_messages(text) == leaves(tomllib.loads(text))


def placeholders(message: str) -> set[str]:
    """The facts that a message speaks of."""
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(message) if name}


def sample(kind: type[RituiError]) -> RituiError:
    """An error with a fact in every place."""
    values = {"str": "some text", "int": 7, "bool": True, "Path": Path("/some/path")}
    return kind(**{each.name: values[str(each.type)] for each in dataclasses.fields(kind)})


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Messages:
    """Messages of a small file, in Portuguese."""
    (tmp_path / "i18n").mkdir()
    (tmp_path / "i18n" / "pt.toml").write_text(
        'hello = "olá {name}"\nbraces = "{literal}"\n'
        "[count]\n"
        'one = "um registro"\nother = "{n} registros"\n'
        "[status]\n"
        'ended = "encerrado"\n',
        "utf-8",
    )

    def find(*parts: str) -> Path:
        return tmp_path.joinpath(*parts) if parts[0] == "i18n" else asset(*parts)

    monkeypatch.setattr("ritui.i18n.asset", find)
    return Messages("pt")


# --- looking up ---


def test_a_message_is_filled_with_its_facts(words: Messages) -> None:
    assert words("hello", name="{Ana}", more=1) == "olá {Ana}"
    assert words("braces") == "{literal}"
    with pytest.raises(KeyError):
        words("goodbye")
    with pytest.raises(KeyError):
        words("hello", more=1)


@pytest.mark.parametrize(
    ("n", "found"),
    [(1, "um registro"), (0, "0 registros"), (2, "2 registros"), (506, "506 registros")],
)
def test_a_number_chooses_the_form(words: Messages, n: int, found: str) -> None:
    assert words("count", n=n) == found


def test_what_may_be_missing_has_a_default(words: Messages) -> None:
    assert words.get("status.ended", "?") == "encerrado"
    assert words.get("status.open", "?") == "?"
    assert words.keys() == {"hello", "braces", "count.one", "count.other", "status.ended"}


def test_a_value_is_called_by_its_word_or_itself(words: Messages) -> None:
    assert words.label("status", "ended") == "encerrado"
    assert words.label("status", "open") == "open"
    assert words.label("country", "DE") == "Alemanha"
    assert words.country("XX") == "XX"


def test_a_language_without_a_file_is_not_offered(words: Messages) -> None:
    assert offered_languages() == ("pt",)


def test_an_unknown_language_speaks_english() -> None:
    assert Messages("xx").language == "en"
    assert Messages("en").country("BR") == "Brazil"


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        ((), "en"),
        ((None, "", None), "en"),
        (("es",), "es"),
        (("PT",), "pt"),
        (("pt_BR.UTF-8",), "pt"),
        (("es-419",), "es"),
        (("es.UTF-8",), "es"),
        (("es_ES@euro",), "es"),
        (("C.UTF-8", "pt_PT"), "pt"),
        (("POSIX",), "en"),
        (("fr", "es"), "es"),
        (("", "es", "pt"), "es"),
        (("en", "es"), "en"),
        (("esperanto",), "en"),
    ],
)
def test_the_first_wish_that_is_a_language_of_ours(wishes: tuple[str, ...], found: str) -> None:
    assert choose_language(*wishes) == found


# --- complete ---


def test_english_is_offered_and_the_others_are_of_the_contract() -> None:
    files = {path.stem for path in asset("i18n").glob("*.toml")}
    assert "en" in files
    assert files <= set(LANGUAGES)
    assert LANGUAGES == ("en", "es", "pt")


@pytest.mark.parametrize("language", offered_languages())
def test_every_language_has_the_keys_and_placeholders_of_english(language: str) -> None:
    english, found = flat("en"), flat(language)
    assert list(found) == list(english), "the same keys in the same order"
    for key, message in found.items():
        assert placeholders(message) == placeholders(english[key]), key


@pytest.mark.parametrize("language", offered_languages())
def test_messages_are_whole(language: str) -> None:
    found = flat(language)
    for key, message in found.items():
        assert isinstance(message, str), key
        assert message == message.strip(), key
        assert message, key
        base, _, form = key.rpartition(".")
        if form in {"one", "other"}:
            assert {f"{base}.one", f"{base}.other"} <= found.keys(), key
            assert base not in found, key


@pytest.mark.parametrize("language", offered_languages())
@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.key)
def test_every_facet_has_a_label(language: str, facet: Any) -> None:
    assert f"facet.{facet.key}" in Messages(language).keys()  # noqa: SIM118


@pytest.mark.parametrize("language", offered_languages())
@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_word_of_a_vocabulary_has_a_message_and_no_other(language: str, name: str) -> None:
    keys = {key for key in flat(language) if key.startswith(f"{name}.")}
    assert keys == {f"{name}.{value}" for value in VOCABULARIES[name]}


@pytest.mark.parametrize("kind", FAILURES, ids=lambda kind: kind.__name__)
def test_every_error_says_what_and_what_to_do_from_its_own_facts(kind: type[RituiError]) -> None:
    english, error = flat("en"), sample(kind)
    for part in ("what", "remedy"):
        spoken = placeholders(english[f"{kind.key}.{part}"])
        assert spoken <= error.facts().keys(), f"{kind.key}.{part}"
    for language in offered_languages():
        what, remedy = Messages(language).error(error)
        assert what
        assert remedy


def test_no_two_errors_share_a_key_and_no_message_is_left_over() -> None:
    keys = [kind.key for kind in FAILURES]
    assert len(set(keys)) == len(keys)
    told = {key[:-5] for key in flat("en") if key.startswith("error.") and key.endswith(".what")}
    assert told >= {*keys, RituiError.key}
    code = "".join(path.read_text("utf-8") for path in Path(ritui.__file__).parent.rglob("*.py"))
    assert [key for key in told if f'"{key}"' not in code] == []


def test_a_bug_is_told_with_its_log() -> None:
    english = flat("en")
    assert placeholders(english["error.unexpected.what"]) == set()
    assert placeholders(english["error.unexpected.remedy"]) == {"log"}


@pytest.mark.parametrize(
    "error",
    [
        UnknownWord("status", "endet", "ended"),
        UnknownSetting(Path("config.toml"), 3, "langg", "ended"),
        SettingUnreadable(Path("config.toml"), 3, "theme", "dark | light", '"drak"', "ended"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_nearest_word_is_offered(error: RituiError) -> None:
    english = Messages("en")
    what, remedy = english.error(error)
    plain = english(f"{error.key}.remedy", **error.facts())
    assert remedy == f"{english('error.did-you-mean', nearest='ended')} {plain}"
    assert "ended" not in what
    error.nearest = ""  # type: ignore[attr-defined]
    assert english.error(error) == (what, plain)


def test_errors_know_their_exit_codes() -> None:
    assert {kind.__name__: kind.exit_code for kind in FAILURES} == {
        "UnknownWord": 2,
        "QueryUnreadable": 2,
        "SettingUnreadable": 2,
        "UnknownSetting": 2,
        "SettingsUnreadable": 2,
        "NoSuchRecord": 1,
        "AmbiguousRecord": 1,
        "SourceFailed": 3,
        "Offline": 3,
        "SourceUnreachable": 3,
        "SourceRefused": 3,
        "SourceUnusable": 3,
        "SourceLimit": 3,
        "StoreDamaged": 4,
        "ShelfDamaged": 4,
        "CannotWrite": 5,
    }
    assert RituiError.exit_code == 70


def test_errors_name_their_facts_and_can_be_kept_in_sets() -> None:
    error = UnknownWord("status", "endet", "ended")
    assert str(error) == "UnknownWord(what='status', word='endet', nearest='ended')"
    assert {error, UnknownWord("status", "endet", "ended")} != {error}


def test_every_country_of_both_regions_has_a_name_in_each_language() -> None:
    table = json.loads(asset("vocab", "countries.json").read_bytes())
    assert table.keys() >= EU_MEMBERS | CELAC_MEMBERS
    for code, names in table.items():
        assert len(names) == len(LANGUAGES), code
        assert all(name == name.strip() != "" for name in names), code
