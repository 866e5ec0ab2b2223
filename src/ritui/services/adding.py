"""Add a source: what its columns seem to mean, and how it comes into the settings.

The command line and the screens both add and remove sources with what is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from ritui.config import draft_source, read
from ritui.config.rules import ID
from ritui.errors import RituiError
from ritui.model.normal import slug
from ritui.model.source import BUNDLED, Source
from ritui.resources import asset
from ritui.sources.address import host_of, is_web
from ritui.sources.base import find_kind
from ritui.sources.look import MAPPED, Columns
from ritui.text import clean_line, words

UPDATED: Final = "updated"
"""Stands among the record keys for the date on which the source says a record changed."""
CHOICES: Final = (
    "name", "acronym", "names.en", "names.es", "names.pt", "country", "countries", "city", "lat",
    "lon", "website", "host", "coordinator", "partners", "members", "fields", "summary", "type",
    "status", "legal", "areas", "domains", "established", "ended", "access", "contacts.name",
    "contacts.email", "contacts.phone", "identifiers.ror", "identifiers.wikidata", "id", "kind",
    "region", "details", UPDATED,
)  # fmt: skip
"""What a column can be, the usual ones first."""
ADDRESSLESS: Final = ("ror", "re3data", "wikidata")
"""Kinds that know their own service."""

_FIXED: Final = ("id", "kind", "url")
"""Keys of a source that are not stated as further settings."""
_KEY = re.compile(r"[A-Za-z0-9_-]+(\.\S+)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_COMMA = re.compile(r"[+-]?\d+,\d+")

# Headers as they are met in English, Spanish, Portuguese and Italian, folded, the surest first.
# What only holds words of a closed list (status, areas) is left to the reader: theirs are others.
_GUESSES: Final[Mapping[str, str]] = {
    "name": "name, nombre, nome, nom, display name, full name, legal name, legalname,"
    " nombre oficial, nombre completo, nome oficial, denominacion, denominacao, denominazione,"
    " title, titulo, titolo, infrastructure, infraestructura, infraestrutura, infrastruttura,"
    " facility, instalacion, instalacao, institution, institucion, instituicao, istituzione,"
    " organisation, organization, organizacion, organizacao, label",
    "acronym": "acronym, acronimo, sigla, siglas, short name, shortname, nombre corto,"
    " nome curto, abbreviation, abreviatura, abreviacao",
    "names.en": "name en, nombre en, nome en, english name, nombre en ingles, nome em ingles",
    "names.es": "name es, nombre es, spanish name, nombre en espanol, nome em espanhol",
    "names.pt": "name pt, nome pt, portuguese name, nombre en portugues, nome em portugues",
    "country": "country code, countrycode, codigo pais, codigo de pais, codigo del pais,"
    " codigo do pais, iso country code, iso2, iso 3166 1 alpha 2, country, pais, paese",
    "city": "city, ciudad, cidade, citta, town, localidad, localidade, locality, municipio,"
    " municipality, comuna",
    "lat": "lat, latitude, latitud, latitudine, y",
    "lon": "lon, lng, long, longitude, longitud, longitudine, x",
    "website": "website, web site, sitio web, pagina web, sito web, homepage, home page, web,"
    " sitio, site, url, web address, endereco web, enlace, link",
    "host": "host, host institution, institucion anfitriona, institucion sede,"
    " instituicao sede, institucion responsable, instituicao responsavel, ente gestore",
    "coordinator": "coordinator, coordinador, coordenador, coordinadora, coordenadora",
    "partners": "partners, socios, parceiros, partner",
    "members": "members, miembros, membros, membri",
    "fields": "fields, keywords, palabras clave, palavras chave, topics, subjects, disciplines,"
    " disciplinas, disciplina, area tematica, areas tematicas, temas, tematica",
    "summary": "summary, resumen, resumo, description, descripcion, descricao, descrizione,"
    " abstract",
    "legal": "legal form, legal status, forma juridica, figura juridica, natureza juridica",
    "established": "established, year established, founded, year founded, founding year, year,"
    " ano, anno, ano de fundacion, ano fundacion, ano de creacion, ano creacion,"
    " ano de fundacao, ano de criacao, start year, fundacion, fundacao, creacion, criacao",
    "ended": "ended, end year, ano de cierre, ano de encerramento",
    "access": "access, access policy, acceso, acesso, politica de acceso, politica de acesso",
    "contacts.name": "contact, contact name, contacto, contato, contact person, responsable",
    "contacts.email": "email, e mail, mail, correo, correo electronico, contact email",
    "contacts.phone": "phone, telephone, telefono, telefone, tel",
    "identifiers.ror": "ror, ror id, rorid",
    "identifiers.wikidata": "wikidata, wikidata id, qid",
    "id": "id, identifier, identificador, uuid",
    UPDATED: "updated, last updated, last modified, modified, date modified, actualizado,"
    " fecha de actualizacion, atualizado, data de atualizacao",
}
_KIND_OF: Final[Mapping[str, str]] = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "csv", ".json": "json",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".geojson": "geojson", ".toml": "toml",
    ".rss": "feed", ".atom": "feed", ".xml": "feed", ".rdf": "feed", ".zip": "ror-dump",
}  # fmt: skip
_KIND_AT: Final[Mapping[str, str]] = {
    "api.ror.org": "ror", "zenodo.org": "ror-dump", "query.wikidata.org": "wikidata",
    "api.datacite.org": "re3data",
}  # fmt: skip


class Unstated(ValueError):
    """A text that states no setting of a source; its arguments are the text and the form due."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A source that is being put together. Every step gives another one of these."""

    kind: str = ""
    url: str = ""
    """As it was typed."""
    id: str = ""
    title: str = ""
    items: str = ""
    """Where in a document the records are."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column to what it is, one of `CHOICES`."""
    decimal: str = "."
    country: str = ""
    """ISO 3166-1 alpha-2 of every record, where no column says it."""
    every: str = ""
    licence: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further settings, as `settings_of` read them."""

    def values(self) -> dict[str, Any]:
        """Its keys as the settings have them, without the id."""
        keys = {key: column for column, key in self.columns.items() if key != UPDATED}
        updated = [column for column, key in self.columns.items() if key == UPDATED]
        found: dict[str, Any] = {
            "kind": self.kind,
            "title": self.title,
            "url": absolute(self.url),
            "every": self.every,
            "licence": self.licence,
            "items": self.items,
            "decimal": self.decimal if self.decimal != "." else "",
            UPDATED: updated[0] if updated else "",
            **{key: value for key, value in self.more.items() if not isinstance(value, dict)},
            "defaults": {"country": self.country} if self.country else {},
            "map": {key: keys[key] for key in CHOICES if key in keys},
        }
        for key, value in self.more.items():
            if isinstance(value, dict):
                found[key] = {**found.get(key, {}), **value}
        return {key: value for key, value in found.items() if value not in ("", {})}

    def bare(self) -> Source:
        """The file alone, to be looked at before anything is known of its columns."""
        url = str(Path(self.url).expanduser()) if self.url[:1] == "~" else absolute(self.url)
        return Source(self.id, self.kind, options={"url": url})


def shipped_sources() -> Path:
    """The file of the sources that come with the program."""
    return asset("directory", "sources.toml")


def is_shipped(source: str) -> bool:
    """Whether a source of this id comes with the program, so that it cannot be removed."""
    return any(each.id == source for each in read(shipped_sources(), shipped_sources()).sources)


def is_id(text: str) -> bool:
    """Whether this can be the id of a source."""
    return bool(ID.fullmatch(text))


def is_taken(id_: str, sources: Iterable[Source]) -> bool:
    """Whether a source of this id is configured already."""
    return id_ == BUNDLED or any(source.id == id_ for source in sources)


def draft(
    path: Path, id_: str, values: Mapping[str, Any]
) -> tuple[Source | None, Sequence[RituiError]]:
    """The source that the settings would have, or what would be wrong with them.

    Args:
        path: The reader's settings; nothing is written.
        id_: Id of the new source.
        values: Its keys, without the id.

    Raises:
        SettingsUnreadable: The file cannot be understood.
        UnknownWord: There is no such kind, or it does not know an option.
    """
    reads = find_kind(str(values.get("kind", "")))
    drafted = read(path, shipped_sources(), text=draft_source(path, id_, values))
    if drafted.problems:
        return None, drafted.problems
    source = next(source for source in drafted.sources if source.id == id_)
    reads.check(source)
    return source, ()


def settings_of(stated: Sequence[str]) -> dict[str, Any]:
    """The keys and values that texts like ``key=value`` state.

    A value is read as TOML, else it is text. The first dot of a key parts a table from its key,
    which may have dots of its own: ``map.identifiers.ror``.

    Raises:
        Unstated: One is no ``key=value``, or states what cannot be stated like this.
    """
    found: dict[str, Any] = {}
    for each in stated:
        key, equals, typed = each.partition("=")
        table, _, inner = key.partition(".")
        if not equals or not _KEY.fullmatch(key) or table in _FIXED:
            raise Unstated(clean_line(each, 60), "KEY=VALUE, KEY ≠ id, kind, url")
        if not inner:
            found[key] = _value(typed)
            continue
        held = found.setdefault(table, {})
        if not isinstance(held, dict):
            raise Unstated(clean_line(each, 60), f"{table}=VALUE | {table}.KEY=VALUE")
        held[inner] = _value(typed)
    return found


def _value(typed: str) -> Any:
    import tomllib

    try:
        values = tomllib.loads(f"value = {typed}")
    except (ValueError, RecursionError):
        return typed
    return values["value"] if len(values) == 1 else typed


def absolute(url: str) -> str:
    """An address as the settings have it: there a path is not taken from the working folder."""
    if not url.strip() or _SCHEME.match(url) or url.startswith("~"):
        return url
    return str(Path(url).absolute())


def begin(kind: str, url: str, sources: Sequence[Source]) -> Plan:
    """A source of a kind at an address, with an id and a title that can be changed."""
    return Plan(kind, url, free_id(kind, url, sources), proposed_title(url))


def proposed_kind(url: str) -> str:
    """The kind that an address looks like; empty when it could be any."""
    try:
        path = unquote(urlsplit(url).path) if is_web(url) else url
    except ValueError:
        return ""
    if kind := _KIND_OF.get(Path(path).suffix.lower()):
        return kind
    if kind := _KIND_AT.get(host_of(url)):
        return kind
    parts = {*path.lower().split("/")}
    return "feed" if parts & {"feed", "rss", "atom"} else "ckan" if "api" in parts else ""


def proposed_id(kind: str, url: str) -> str:
    """An id made of the kind and of where the source is."""
    place = host_of(url).removeprefix("www.") or Path(url).stem
    return slug(f"{kind} {place}")[:40].strip("-")


def free_id(kind: str, url: str, sources: Sequence[Source]) -> str:
    """An id that no source has: of a file its name, of a service its kind and host."""
    first = slug(_name(url))[:40].strip("-") if kind in MAPPED else ""
    first = first or proposed_id(kind, url) or kind
    id_, number = first, 2
    while is_taken(id_, sources):
        id_ = f"{first[:37].strip('-')}-{number}"
        number += 1
    return id_


def _name(url: str) -> str:
    """The name of a file, without its ending; empty where the address has none."""
    try:
        path = unquote(urlsplit(url).path) if is_web(url) else url
    except ValueError:
        return ""
    return Path(path.rstrip("/")).stem


def proposed_title(url: str) -> str:
    """A title made of the name of a file and of the host it is at."""
    name = clean_line(re.sub(r"[_-]+", " ", _name(url)), 80)
    host = host_of(url).removeprefix("www.")
    name = name[:1].upper() + name[1:]
    return f"{name} ({host})" if name and host else name or host


def guess(found: Columns) -> dict[str, str]:
    """What the columns of a file seem to be: column to one of `CHOICES`, each at most once."""
    whole = {column: _worded(column.removeprefix("properties.")) for column in found.samples}
    last = {column: _worded(column.rpartition(".")[2]) for column in found.samples}
    guessed: dict[str, str] = {}
    for spelled in (whole, last):
        for key, headers in _GUESSES.items():
            if key in guessed.values():
                continue
            for header in headers.split(", "):
                fits = (each for each in spelled if spelled[each] == header)
                column = next((each for each in fits if each not in guessed), None)
                if column is not None:
                    guessed[column] = key
                    break
    return guessed


def _worded(column: str) -> str:
    return " ".join(words(column))


def guess_decimal(found: Columns, columns: Mapping[str, str]) -> str:
    """The sign before the decimals of the points, as the first record has it."""
    points = (found.samples.get(each, "") for each, key in columns.items() if key in {"lat", "lon"})
    return "," if any(_COMMA.fullmatch(each) for each in points) else "."
