"""The kind ``ckan``: data sets or organisations of an open-data portal that runs CKAN.

The action API as of CKAN 2.9 to 2.11, see https://docs.ckan.org/en/latest/api/. Portals extend
their records freely, so every value is looked at before it is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote, urlsplit

import msgspec

from ritui.errors import SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, web_address
from ritui.model.record import Provenance
from ritui.model.source import Source
from ritui.model.vocab import KINDS, region_of
from ritui.resources import asset
from ritui.sources.address import host_of, is_web
from ritui.sources.answer import Answer, json_of
from ritui.sources.base import ANSWER, Page, check_word, size_of
from ritui.sources.keys import OPTIONS as KEY_OPTIONS
from ritui.sources.keys import check_key, key_headers
from ritui.sources.mapping import centre
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

ROWS: Final = 100
"""Records asked for at once; a portal may give fewer."""
MOST: Final = 10_000
"""Records taken of a portal, unless ``max_records`` says another number."""

_ACTIONS: Final = ("package_search", "organization_list")
_OPTIONS: Final = (
    "url", "action", "query", "filter", "rows", "max_records", "max_bytes", "country", "as",
    *KEY_OPTIONS,
)  # fmt: skip
_SEARCH_ONLY: Final = ("query", "filter")
_FORMATS: Final = 20
"""Resources of a data set that become links; some have thousands."""
_API = re.compile(r"/api(?:/\d+)?/action/?$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST: Final = 80
"""Characters of an id. Two long names may differ only after them."""
_AREA: Final = "The point is the middle of the area that the data set speaks of."


class Ckan:
    """The kind ``ckan``: what one action of a portal lists."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that this kind does not know.
        """
        action = str(source.options.get("action", _ACTIONS[0]))
        check_word("action of CKAN", action, _ACTIONS)
        searches = action == _ACTIONS[0]
        known = [each for each in _OPTIONS if searches or each not in _SEARCH_ONLY]
        for option in source.options:
            check_word("option of ckan", option, known)
        check_word("kind", str(source.options.get("as", KINDS[0])), KINDS)
        if "country" in source.options:
            countries = json.loads(asset("vocab", "countries.json").read_bytes())
            check_word("country", str(source.options["country"]), countries)
        url = str(source.options.get("url", ""))
        if not is_web(url):
            raise UnknownWord("web address", clean_line(url, 100))
        check_key(source)
        size_of(source, ANSWER)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask page by page, until the portal has told all that it counts, or no more comes.

        Raises:
            SettingUnreadable: The key that the settings speak of cannot be had.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        options = source.options
        action = str(options.get("action", _ACTIONS[0]))
        searches = action == _ACTIONS[0]
        root, rows = api_root(str(options["url"])), int(options.get("rows", ROWS))
        most, size = int(options.get("max_records", MOST)), size_of(source, ANSWER)
        # CKAN takes its tokens bare, without the word that others want before them.
        headers = {"Accept": "application/json"} | key_headers(source, scheme="")
        seen: set[str] = set()
        number = given = 0
        while given < most:
            number += 1
            asked = _searched(source, rows, given) if searches else _listed(rows, given)
            answer = await door.get(
                source,
                root + action,
                params=asked,
                headers=headers,
                max_bytes=size,
            )
            items, expected = _open(answer, source.id, searches=searches)
            over = not items or (expected is not None and given + len(items) >= expected)
            page = _read(items[: most - given], source, root, number)
            fresh = tuple(claim for claim in page.claims if claim.ref not in seen)
            seen.update(claim.ref for claim in fresh)
            given += len(items)
            if page.claims and not fresh:
                reason = f"page {number} has no new record, after {len(seen)}"
                if searches or len(items) == rows:
                    raise SourceUnusable(source.id, answer.url, reason)
                # A portal that does not page gives the same list again, of any other length.
                yield Page((), (), (f"{reason}: others may be missing",), (), None, answer.moved)
                return
            total = None if expected is None else min(expected, most)
            yield Page(fresh, (), page.faults, page.dropped, total, answer.moved)
            if over:
                return


def api_root(url: str) -> str:
    """Where the actions of a portal are, from its own address or from theirs."""
    bare = url.partition("?")[0].partition("#")[0].rstrip("/")
    return f"{bare}/" if _API.search(urlsplit(bare).path) else f"{bare}/api/3/action/"


def claim_from(item: Any, source: Source, root: str) -> tuple[Claim, list[str]]:
    """A data set or an organisation as a claim, and which of its values could not be used.

    Raises:
        Unfit: It has no id or no name, or the portal has deleted it.
    """
    if not isinstance(item, Mapping):
        raise Unfit("not an object")
    ref = _text(item.get("id")) or _text(item.get("name"))
    if not ref:
        raise Unfit("it has no id")
    if item.get("state") == "deleted":
        raise Unfit("the portal has deleted it")
    is_set = item.get("is_organization") is not True and item.get("type") != "organization"
    names = _translated(item.get("title_translated")) or _translated(item.get("title"))
    title = _text(item.get("title")) or _text(item.get("display_name"))
    name = title or names.get("en") or next(iter(names.values()), "") or _text(item.get("name"))
    country = str(source.options.get("country", ""))
    id_ = f"{source.id}-{_text(item.get('name')) or ref}"
    values: dict[str, Any] = {
        "id": id_ if len(id_) <= _LONGEST else f"{id_[: _LONGEST - 9]}-{ref[:8]}",
        "kind": source.options.get("as", KINDS[0]),
        "name": name,
        "names": names,
        "country": country or None,
        "region": region_of(country) or None,
        "fields": [*_labels(item.get("tags")), *_labels(item.get("groups"))],
        "website": _text(item.get("url")) or None,
        "links": _resources(item.get("resources")),
        "summary": _text(item.get("notes")) or _text(item.get("description")) or None,
    }
    faults: list[str] = []
    area = _area(item, faults)
    fit, unfit = normalise(values | area)
    if "name" not in fit:
        raise Unfit("it has no name")
    said = _DATE.match(_text(item.get("metadata_modified")) or _text(item.get("created")))
    show = "package_show" if is_set else "organization_show"
    evidence = Provenance(
        source.id,
        source.title or host_of(root),
        f"{root}{show}?id={quote(ref, safe='')}",
        said[0] if said else "",
        source.licence,
        tuple(fit),
    )
    cautions = {"lat": _AREA} if "lat" in fit else {}
    return Claim(source.id, ref, fit, (evidence,), cautions), [*faults, *unfit]


def _searched(source: Source, rows: int, start: int) -> dict[str, str]:
    """The parameters of a page of data sets; the newest first."""
    asked = {"rows": str(rows), "start": str(start), "sort": "metadata_modified desc"}
    words = {"q": source.options.get("query", ""), "fq": source.options.get("filter", "")}
    return {**{key: str(value) for key, value in words.items() if value}, **asked}


def _listed(rows: int, offset: int) -> dict[str, str]:
    """The parameters of a page of organisations."""
    return {"all_fields": "true", "limit": str(rows), "offset": str(offset)}


def _open(answer: Answer, source: str, *, searches: bool) -> tuple[list[Any], int | None]:
    """The records of an answer, and how many there are in all, where it says so."""
    try:
        said = msgspec.json.decode(json_of(answer, source))
    except (ValueError, RecursionError) as error:
        raise SourceUnusable(source, answer.url, clean_line(str(error), 160)) from error
    if not isinstance(said, dict) or "success" not in said:
        raise SourceUnusable(source, answer.url, "JSON that is not an answer of CKAN")
    if said["success"] is not True:
        raise SourceUnusable(source, answer.url, f"CKAN says: {_complaint(said.get('error'))}")
    result = said.get("result")
    if not searches and isinstance(result, list):
        return result, None
    if searches and isinstance(result, dict) and isinstance(result.get("results"), list):
        count = result.get("count")
        return result["results"], count if isinstance(count, int) else None
    raise SourceUnusable(source, answer.url, "an answer of CKAN without a list")


def _complaint(error: Any) -> str:
    """What CKAN calls an error: its message, else what it says of each parameter."""
    if isinstance(error, dict):
        told = [f"{key}: {value}" for key, value in error.items() if key != "__type"]
        error = error.get("message") or "; ".join(told) or error.get("__type")
    return clean_line(str(error or "no reason"), 200)


def _read(items: list[Any], source: Source, root: str, number: int) -> Page:
    """The claims of a page, with the bad records named."""
    claims: list[Claim] = []
    faults: list[str] = []
    dropped: list[str] = []
    for place, item in enumerate(items, 1):
        try:
            claim, unfit = claim_from(item, source, root)
        except Unfit as error:
            id_ = _text(item.get("id")) if isinstance(item, dict) else ""
            label = clean_line(id_, 60) or f"page {number}, record {place}"
            faults.append(f"{label}: {error}")
            continue
        claims.append(claim)
        dropped += (f"{claim.ref}: {each}" for each in unfit)
    return Page(tuple(claims), (), tuple(faults), tuple(dropped))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _translated(value: Any) -> dict[str, str]:
    """Language to text, where an extension of the portal translates."""
    if not isinstance(value, Mapping):
        return {}
    return {key: _text(text) for key, text in value.items() if _text(text)}


def _labels(value: Any) -> list[str]:
    """What tags or groups are called: objects, or words in old portals."""
    found = []
    for each in value if isinstance(value, list) else ():
        names = ("display_name", "title", "name")
        tried = [_text(each.get(key)) for key in names] if isinstance(each, Mapping) else [each]
        found += [label for label in tried if _text(label)][:1]
    return found


def _resources(value: Any) -> list[dict[str, str]]:
    """The files of a data set as links; what is no web address is no link."""
    found = []
    for each in value if isinstance(value, list) else ():
        try:
            url = web_address(_text(each.get("url")) if isinstance(each, Mapping) else "")
        except Unfit:
            continue
        found.append({"rel": _text(each.get("format")).lower() or "data", "url": url})
    return found[:_FORMATS]


def _area(item: Mapping[str, Any], faults: list[str]) -> dict[str, float]:
    """The middle of the area of a data set: GeoJSON, as an object, a text or an extra."""
    spatial = item.get("spatial")
    extras = item.get("extras")
    for each in extras if isinstance(extras, list) and not spatial else ():
        if isinstance(each, Mapping) and each.get("key") == "spatial":
            spatial = each.get("value")
    try:
        if isinstance(spatial, str):
            # The name of a place, which some portals put here, is no point.
            spatial = msgspec.json.decode(spatial) if spatial.lstrip()[:1] == "{" else None
        return centre(spatial)[0] if spatial else {}
    except (ValueError, RecursionError) as error:
        faults.append(f"spatial: {clean_line(str(error), 100)}")
        return {}
