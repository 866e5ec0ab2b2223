"""A post or a page of WordPress, and the event or the claim that is made of it."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, web_address
from ritui.model.record import Provenance
from ritui.model.source import Event, Source
from ritui.sources.address import host_of
from ritui.sources.feed import NOTE, day
from ritui.sources.markup import brief, line
from ritui.text import clean_line

HAPPENINGS: Final = ("news", "event")
"""What a post can be that is no record."""

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]\w+)*", re.ASCII)


class Text(msgspec.Struct, gc=False):
    """HTML as a reader of the site gets it."""

    rendered: str = ""


class Post(msgspec.Struct, gc=False):
    """A post, a page or what else a site has, as far as it is used here."""

    id: int
    date: str | None = None
    """Time of the site, without zone."""
    date_gmt: str | None = None
    modified_gmt: str | None = None
    status: str = "publish"
    """Old sites do not state it, and give only what is published."""
    link: str | None = None
    lang: Any = None
    """What a plugin for translations says of its language, in whatever form."""
    categories: Any = None
    """Numbers of its categories, where its type has any."""
    title: Text = msgspec.field(default_factory=Text)
    excerpt: Text | None = None
    content: Text | None = None

    @property
    def language(self) -> str:
        """Its language in two or three letters, or empty."""
        found = _LANGUAGE.match(self.lang) if isinstance(self.lang, str) else None
        return found[1].lower() if found else ""


def event_from(post: Post, source: Source) -> tuple[Event, list[str]]:
    """A post as news, or as an event on the day on which it was published.

    Raises:
        Unfit: It is not published, or has no title or no date.
    """
    title, link, wrong = _named(post)
    when = day(post.date or "") or day(post.date_gmt or "")
    if not when:
        raise Unfit("it has no date")
    note = _note(post)
    kind = kind_of(source)
    return Event(when, title, kind=kind, url=link, note=note, source=source.id), wrong


def claim_from(post: Post, source: Source) -> tuple[Claim, list[str]]:
    """A page as a record of the kind that the settings say.

    Raises:
        Unfit: It is not published, or has no title.
    """
    title, link, wrong = _named(post)
    values: dict[str, Any] = {
        "id": f"{source.id}-{post.id}",
        "kind": kind_of(source),
        "name": title,
        "website": link,
        "summary": _note(post),
    }
    if post.language:
        values["names"] = {post.language: title}
    fit, unfit = normalise({key: value for key, value in values.items() if value})
    if "name" not in fit:
        raise Unfit("it has no title")
    site = source.title or host_of(link) or host_of(str(source.options.get("url", "")))
    said = day(post.modified_gmt or "") or day(post.date or "")
    evidence = Provenance(source.id, site, link, said, source.licence, tuple(fit))
    return Claim(source.id, str(post.id), fit, (evidence,)), [*wrong, *unfit]


def _named(post: Post) -> tuple[str, str, list[str]]:
    """The title and the address of a post, and what is wrong with the address."""
    if post.status != "publish":
        raise Unfit(f"it is not published but “{clean_line(post.status, 40)}”")
    title = line(post.title.rendered)
    if not title:
        raise Unfit("it has no title")
    if not post.link:
        return title, "", []
    try:
        return title, web_address(post.link), []
    except Unfit as error:
        return title, "", [f"link: {error}"]


def _note(post: Post) -> str:
    """The excerpt, which a site may leave to be the beginning of the content."""
    texts = (brief(each.rendered, NOTE) for each in (post.excerpt, post.content) if each)
    return next(filter(None, texts), "")


def kind_of(source: Source) -> str:
    """What the settings make of a post: one of `HAPPENINGS`, or a kind of record."""
    return str(source.options.get("as", HAPPENINGS[0]))
