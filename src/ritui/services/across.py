"""Across: why two records fit, and what is missing, in the reader's words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ritui.services.concepts import concepts
from ritui.services.describe import Item

if TYPE_CHECKING:
    from ritui.i18n import Messages
    from ritui.model.record import Record
    from ritui.services.likeness import Gap, Reason
    from ritui.services.match import Candidate, Pair
    from ritui.store.catalog import Catalog

_OF_RECORDS = frozenset({"ties", "pilot", "named"})
"""Reasons whose values are ids, where they are of records."""
_IN_SHORT = ("fields", "words", "relation", "ties", "named", "events", "pilot")
"""Reasons that say what two records have to do with one another."""


def names_in(catalog: Catalog, found: Iterable[Candidate | Pair]) -> dict[str, str]:
    """What the records are called that the reasons are about, by id."""
    ids = {
        value
        for each in found
        for reason in each.reasons
        if reason.key in _OF_RECORDS
        for value in reason.values
    }
    rows = catalog.names(sorted(ids))
    return {id_: row.called(catalog.language) for id_, row in rows.items()}


def reason_values(reason: Reason, say: Messages, names: Mapping[str, str]) -> str:
    """What two records have in common by one reason; empty where its title says it all.

    Args:
        reason: Which.
        say: The words.
        names: As `names_in` gives them.
    """
    if reason.key == "access":
        return ""
    if reason.key in {"fields", "words"}:
        table = concepts()
        values = [table.label(value, say.language) for value in reason.values]
    elif reason.key in _OF_RECORDS:
        values = [names.get(value, value) for value in reason.values]
    else:
        facet = {"domains": "domain", "areas": "area", "countries": "country"}
        values = [say.label(facet.get(reason.key, reason.key), value) for value in reason.values]
    return ", ".join(values)


def reason_text(reason: Reason, say: Messages, names: Mapping[str, str]) -> str:
    """A reason with its title, in one line."""
    values = reason_values(reason, say, names)
    title = say(f"across.reason.{reason.key}")
    return f"{title}: {values}" if values else title


def in_short(
    reasons: Iterable[Reason], say: Messages, names: Mapping[str, str], *, titled: bool = True
) -> str:
    """What two records have to do with one another: the reasons that others have not as well.

    Args:
        reasons: All of them.
        say: The words.
        names: As `names_in` gives them.
        titled: Whether it is said of each which reason it is.
    """
    tell = reason_text if titled else reason_values
    told = [tell(each, say, names) for each in reasons if each.key in _IN_SHORT]
    return " · ".join(told[:3])


def gap_text(gap: Gap, say: Messages, names: Mapping[str, str]) -> str:
    """What is missing, and of which of two records.

    Args:
        gap: Which.
        say: The words.
        names: What the two records are called, by id.
    """
    of = [names.get(id_, id_) for id_ in gap.of]
    if gap.key == "phase":
        return f"{say('across.phase')}: {', '.join(of)}"
    whose = say("across.neither") if len(of) > 1 else say("across.by-one", name=of[0])
    return f"{say(f'field.{gap.key}')}: {whose}"


def told(candidates: Sequence[Candidate], catalog: Catalog, say: Messages) -> tuple[Item, ...]:
    """Candidates as things known of a record, each to be followed."""
    names = names_in(catalog, candidates)
    return tuple(
        Item(
            f"{each.name} — {in_short(each.reasons, say, names)}",
            " ".join(filter(None, (f"{each.score:>3}", each.country))),
            record=each.id,
        )
        for each in candidates
    )


def facts(record: Record, say: Messages) -> list[tuple[str, str]]:
    """What one compares first of two records: titles and what is stated; the titles are fixed."""
    place = ", ".join(filter(None, (record.city, say.country(record.country))))
    return [
        (say("field.city"), place if record.country else record.city),
        (say("field.host"), record.host),
        (say("field.type"), say.label("type", record.type) if record.type else ""),
        (say("field.status"), say.label("status", record.status) if record.status else ""),
        (say("field.established"), str(record.established or "")),
        (say("field.domains"), ", ".join(say.label("domain", each) for each in record.domains)),
        (say("field.areas"), ", ".join(say.label("area", each) for each in record.areas)),
        (say("field.fields"), ", ".join(record.fields)),
        (say("field.access"), record.access),
        (say("field.website"), record.website),
    ]


def missing(gaps: Collection[Gap]) -> str:
    """Gaps as programs read them."""
    return "; ".join(f"{gap.key}: {' '.join(gap.of)}" for gap in gaps)
