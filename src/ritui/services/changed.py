"""Changed: the fields of a changed record in words, as the detail has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ritui.i18n import Messages
from ritui.model.record import KEYS
from ritui.services.changes import Fields
from ritui.services.where import POINT, fact_label

_WORDED: Final[Mapping[str, str]] = {
    "country": "country", "countries": "country", "areas": "area", "domains": "domain",
    "kind": "kind", "region": "region", "type": "type", "status": "status", "esfri": "esfri",
}  # fmt: skip
"""Keys to the facet whose labels their values have."""


@dataclass(frozen=True, slots=True)
class Told:
    """One field of a record that is not what it was."""

    label: str
    gone: tuple[str, ...]
    """What was stated and is no more, each in words."""
    come: tuple[str, ...]
    """What is stated now and was not."""


def labels(fields: Fields, say: Messages) -> str:
    """What changed in a record, in one line: ``city, website``."""
    return ", ".join(dict.fromkeys(fact_label(key, say).lower() for key in _ordered(fields)))


def told(fields: Fields, names: Mapping[str, str], say: Messages) -> Iterator[Told]:
    """Changed fields in words, in the order of a record.

    Of a list only what is gone and what has come is told; where all of it stayed and its order
    alone is another, both sides are told whole.

    Args:
        fields: Their values before and after.
        names: Names of other records, by id.
        say: The words.
    """
    for key in _ordered(fields):
        if key == POINT:
            sides: Mapping[str, Any] = {
                when: [fields["lat"][when], fields["lon"][when]]
                for when in ("before", "after")
                if when in fields["lat"] and when in fields["lon"]
            }
        else:
            sides = fields[key]
        before, after = (
            list(_parts(key, sides[when], names, say)) if when in sides else []
            for when in ("before", "after")
        )
        gone = tuple(part for part in before if part not in after)
        come = tuple(part for part in after if part not in before)
        if gone or come:
            yield Told(fact_label(key, say), gone, come)
        else:
            yield Told(fact_label(key, say), (", ".join(before),), (", ".join(after),))


def others(fields: Fields) -> set[str]:
    """Ids of the other records that changed fields speak of."""
    found: set[str] = set()
    for side in fields.get("related", {}).values():
        found |= {str(each.get("id", "")) for each in side}
    return (found | {str(side) for side in fields.get("pilot", {}).values()}) - {""}


def _ordered(fields: Fields) -> list[str]:
    """The keys in the order of a record; of coordinates that both changed, the point."""
    moved = "lat" in fields and "lon" in fields
    known = [key for key in KEYS if key in fields and not (moved and key == "lon")]
    order = [POINT if moved and key == "lat" else key for key in known]
    # Another version of the program may know more keys.
    return order + [key for key in fields if key not in KEYS]


def _parts(key: str, value: Any, names: Mapping[str, str], say: Messages) -> Iterator[str]:
    """A value in words, one by one where it is several."""
    if key == POINT:
        yield f"{value[0]:.5f}, {value[1]:.5f}"
    elif key == "grant" and isinstance(value, Mapping):
        yield from _grant(value, say)
    elif isinstance(value, Mapping):
        # Of names and identifiers each entry stands for itself.
        for name, entry in value.items():
            label = say.get(f"scheme.{name}", name) if key == "identifiers" else name
            yield f"{entry} ({label})"
    elif isinstance(value, list):
        for each in value:
            yield _word(key, each, names, say)
    else:
        yield _word(key, value, names, say)


def _word(key: str, value: Any, names: Mapping[str, str], say: Messages) -> str:
    if isinstance(value, bool):
        return say("doctor.yes" if value else "doctor.no")
    if isinstance(value, Mapping):
        if key == "related":
            id_ = str(value.get("id", ""))
            return f"{say.label('relation', str(value.get('rel', '')))}: {names.get(id_, id_)}"
        return " · ".join(str(each) for each in value.values())
    text = str(value)
    if key == "pilot":
        return names.get(text, text)
    return say.label(_WORDED[key], text) if key in _WORDED else text


def _grant(value: Mapping[str, Any], say: Messages) -> Iterator[str]:
    for key in ("programme", "number"):
        if key in value:
            yield str(value[key])
    if "start" in value or "end" in value:
        yield f"{value.get('start', '…')} – {value.get('end', '…')}"
    for key in ("budget_eur", "ec_contribution_eur"):
        if key in value:
            amount = f"{value[key]:,}".replace(",", "\u2009")
            yield say(f"card.{key.replace('_', '-')}", amount=amount)
