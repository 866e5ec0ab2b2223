"""Mistake: what a reader finds wrong in a record, made ready for those who can put it right.

Nothing is sent by itself: a mail, an address and a patch are made, and the reader decides.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from ritui import __version__
from ritui.i18n import Messages
from ritui.model.normal import Unfit, normalise
from ritui.model.record import KEYS, OBJECTS, Provenance, Record, as_object, to_json
from ritui.model.source import BUNDLED, Source
from ritui.resources import asset
from ritui.services.cite import address_of
from ritui.services.where import POINT, fact_label

FIELDS: Final = (*(key for key in KEYS if key not in {"id", "lat", "lon", "provenance"}), POINT)
"""What can be wrong: the keys of a record; ``names.es`` for an entry of one."""
_LONG: Final = 1000
"""Characters of a text that a mail carries: programs cut longer addresses."""
_ENTRIES: Final = ("names", "identifiers")
_STRUCTURED: Final = frozenset({*OBJECTS, "grant"})
"""Keys whose values are typed as JSON."""
_LISTS: Final = frozenset(
    {"countries", "partners", "members", "areas", "domains", "fields", "details", "caveats"}
)
_TRUTH: Final = {"true": True, "false": False}


class Registry(NamedTuple):
    """A source that has a way of its own to be told of mistakes."""

    page: str
    """Address of its form; empty where the page of each of its entries is the place."""
    mail: str = ""


REGISTRIES: Final[Mapping[str, Registry]] = {
    "ror.org": Registry("https://curation-request.ror.org", "support@ror.org"),
    "wikidata.org": Registry(""),
    "re3data.org": Registry(""),
}
"""Host to how its mistakes are reported. Source: the help pages of each, 2026."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is not sent."""

    to: str
    """Address; empty where none is known."""
    subject: str
    body: str

    @property
    def url(self) -> str:
        """The address by which a program for mail opens it."""
        body = self.body.replace("\n", "\r\n")
        return f"mailto:{quote(self.to, safe='@')}?subject={quote(self.subject)}&body={quote(body)}"

    def __str__(self) -> str:
        """As one reads it."""
        return f"To: {self.to}\nSubject: {self.subject}\n\n{self.body}"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that can be sent about one mistake."""

    record: Record
    key: str
    """One of `FIELDS`, or an entry of one; empty where it is the record as a whole."""
    text: str
    """What the reader says."""
    entry: Provenance | None
    """Who says what is wrong, as far as known."""
    mail: Mail
    page: str
    """Where the source takes corrections, or says what is wrong; empty where none is known."""
    patch: tuple[Mapping[str, Any], ...]
    """Operations of RFC 6902 against the record; the first ones test that it is still this one."""

    @property
    def has_patch(self) -> bool:
        """Whether the patch changes anything."""
        return any(each["op"] != "test" for each in self.patch)

    @property
    def patch_text(self) -> str:
        """The patch as a file has it."""
        lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in self.patch)
        return f"[\n{lines}\n]\n"

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values; what is unknown is left out."""
        told: dict[str, Any] = {
            "id": self.record.id,
            "field": self.key,
            "text": self.text,
            "mail": {"to": self.mail.to, "subject": self.mail.subject, "body": self.mail.body},
            "mailto": self.mail.url,
            "url": self.page,
            "provenance": as_object(self.entry) if self.entry else {},
            "patch": list(self.patch),
        }
        return {key: value for key, value in told.items() if value}


def report(
    record: Record,
    say: Messages,
    *,
    key: str = "",
    value: str | None = None,
    text: str = "",
    sources: Iterable[Source] = (),
) -> Report:
    """Make ready what can be sent about a mistake.

    Args:
        record: In which it is.
        say: The words of the mail.
        key: What is wrong, one of `FIELDS` or an entry of one; empty for the record as a whole.
        value: What it should be, as it is typed; empty when it should not be stated at all, None
            when nothing is proposed.
        text: What the reader says of it.
        sources: Those of the settings.

    Raises:
        Unfit: The value cannot be what its key means.
    """
    entry = accountable(record, key)
    patch = _patch(record, key, value, entry)
    return Report(
        record,
        key,
        text,
        entry,
        _mail(record, say, key, value, text, entry, sources),
        _page(record, entry),
        patch,
    )


def accountable(record: Record, key: str) -> Provenance | None:
    """Who says a fact of a record, as far as known; without a key, who says the name."""
    wanted = "lat" if key == POINT else key or "name"
    for name in (wanted, wanted.partition(".")[0]):
        for entry in record.provenance:
            if name in entry.fields:
                return entry
    return None


def typed(record: Record, key: str) -> str:
    """What a record states of a key, as one would type it; empty where it states nothing."""
    if key == POINT:
        return "" if record.lat is None else f"{record.lat}, {record.lon}"
    return _spelt(key, _held(record, key))


def is_field(key: str) -> bool:
    """Whether something can be wrong under this key."""
    name, dot, entry = key.partition(".")
    return key in FIELDS or (name in _ENTRIES and bool(dot and entry))


def _spelt(key: str, value: Any) -> str:
    """A value of a record as one would type it."""
    if value is None:
        return ""
    if isinstance(value, list) and key not in _STRUCTURED:
        return "; ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _held(record: Record, key: str) -> Any:
    name, _, entry = key.partition(".")
    held = to_json(record).get(name)
    return held.get(entry) if entry and isinstance(held, dict) else held


def _understood(key: str, value: str) -> dict[str, Any]:
    """Keys of a record and the values that were typed for them; None takes one away.

    Raises:
        Unfit: It cannot be what its key means.
    """
    name, _, entry = key.partition(".")
    text = value.strip()
    names = ("lat", "lon") if key == POINT else (name,)
    if not text:
        return dict.fromkeys(names)
    raw: Any = text
    if key == POINT:
        raw = dict(zip(names, text.replace(",", " ").split(), strict=False))
    elif name in _STRUCTURED or (name in _ENTRIES and not entry) or text.startswith("["):
        try:
            raw = {name: json.loads(text)}
        except ValueError as error:
            raise Unfit(f"{key}: JSON") from error
    elif entry:
        raw = {name: {entry: text}}
    elif name in _LISTS:
        raw = {name: [part.strip() for part in text.split(";") if part.strip()]}
    else:
        raw = {name: _TRUTH.get(text, text) if name == "verified" else text}
    fit, faults = normalise(raw)
    if faults or set(fit) != set(names):
        raise Unfit("; ".join(faults) or key)
    return {each: fit[each][entry] if entry else fit[each] for each in names}


def _patch(
    record: Record, key: str, value: str | None, entry: Provenance | None
) -> tuple[Mapping[str, Any], ...]:
    """The operations that put a record right.

    RFC 6902 has programs ignore what it does not define: so the test of what is wrong carries
    who said it.
    """
    operations: list[dict[str, Any]] = [{"op": "test", "path": "/id", "value": record.id}]
    if not key or value is None:
        return tuple(operations)
    values = to_json(record)
    within = key.partition(".")[2]
    for each, new in _understood(key, value).items():
        path = f"/{each}" + (f"/{_escaped(within)}" if within else "")
        table = values.get(each, {}) if within else values
        place = within or each
        if place in table:
            if table[place] == new:
                continue
            test = {"op": "test", "path": path, "value": table[place]}
            operations.append(test | ({"provenance": as_object(entry)} if entry else {}))
            replace = {"op": "replace", "path": path, "value": new}
            operations.append(replace if new is not None else {"op": "remove", "path": path})
        elif new is not None:
            if within and each not in values:
                path, new = f"/{each}", {within: new}
            operations.append({"op": "add", "path": path, "value": new})
    return tuple(operations)


def _escaped(part: str) -> str:
    """A part of a JSON pointer, as RFC 6901 has it."""
    return part.replace("~", "~0").replace("/", "~1")


def _registry(url: str) -> Registry | None:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return REGISTRIES.get(host)


def _page(record: Record, entry: Provenance | None) -> str:
    if entry is not None and entry.url:
        found = _registry(entry.url)
        return found.page if found and found.page else entry.url
    return address_of(record)


def _to(entry: Provenance | None, sources: Iterable[Source]) -> str:
    """Whom to write to: the directory for what it says itself, else the source."""
    if entry is None or entry.source == BUNDLED:
        manifest = asset("directory", "directory.toml").read_text("utf-8")
        return str(tomllib.loads(manifest).get("contact", ""))
    for source in sources:
        if source.id == entry.source and (contact := source.options.get("contact")):
            return str(contact)
    found = _registry(entry.url)
    return found.mail if found else ""


def _mail(
    record: Record,
    say: Messages,
    key: str,
    value: str | None,
    text: str,
    entry: Provenance | None,
    sources: Iterable[Source],
) -> Mail:
    name = record.called(say.language)
    label = fact_label(key, say) if key else ""
    subject = say("mistake.subject", name=name, id=record.id)
    lines = [f"{name} ({record.id})"]
    if record.website:
        lines.append(record.website)
    lines.append("")
    if key:
        held = typed(record, key) or say("card.not-stated")
        lines.append(say("mistake.is", field=label, value=_cut(held)))
    if value is not None:
        understood = _understood(key, value) if key else {key: value.strip()}
        should = _cut(", ".join(_spelt(key, each) for each in understood.values()).strip(", "))
        should = should or say("mistake.nothing")
        lines.append(say("mistake.should", value=should))
    if text:
        lines += ([""] if key else []) + [_cut(text)]
    if entry is not None:
        said = (entry.title or entry.source, entry.url, entry.retrieved, entry.licence)
        lines += ["", say("mistake.said", source=" · ".join(part for part in said if part))]
    lines += ["", f"ritui {__version__}"]
    return Mail(_to(entry, sources), f"{subject}: {label}" if label else subject, "\n".join(lines))


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG].rstrip()}…"
