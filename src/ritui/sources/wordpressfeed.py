"""The feed of a WordPress site, for when its API is closed.

A feed has the ten newest posts or so. Its pages are therefore ``partial``: what was known
before of the same source stays known.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from ritui.errors import SourceRefused, SourceUnreachable, SourceUnusable
from ritui.model.normal import slug
from ritui.model.source import Source
from ritui.sources.address import shown
from ritui.sources.base import Page, listed
from ritui.sources.feed import walk
from ritui.sources.post import kind_of

if TYPE_CHECKING:
    from ritui.sources.fetch import Door


async def newest(
    source: Source, door: Door, home: str, most: int, failure: SourceRefused | SourceUnusable
) -> AsyncGenerator[Page, None]:
    """The newest posts, by the feed of the site or of each category of the settings.

    Args:
        source: For whom; ``categories`` is one of its options.
        door: The way to the network.
        home: The front page of the site.
        most: Posts taken at most.
        failure: Why the API does not give them.

    Raises:
        SourceFailed: The failure, with what the feed says, where that does not answer either.
    """
    seen, taken, answered = set[str](), 0, False
    silent: list[str] = []
    told = f"{failure.reason}; its feed was read instead, which has only the newest posts"
    for url in feeds(source, home):
        try:
            async with aclosing(walk(source, door, url, most - taken, seen=seen)) as pages:
                async for page in pages:
                    events = tuple(replace(each, kind=kind_of(source)) for each in page.events)
                    dropped = page.dropped if answered else (told, *page.dropped)
                    taken, answered = taken + len(events), True
                    yield Page(events=events, faults=page.faults, dropped=dropped, partial=True)
        except (SourceRefused, SourceUnusable, SourceUnreachable) as error:
            said = error.status if isinstance(error, SourceRefused) else error.reason
            silent.append(f"{shown(url)}: {said}")
    if not answered:
        reason = f"{failure.reason}; its feed does not answer either: {'; '.join(silent)}"
        raise replace(failure, reason=reason) from failure
    if silent:
        yield Page(faults=tuple(silent), partial=True)


def feeds(source: Source, home: str) -> list[str]:
    """Where a site has its feeds, as far as the settings want them."""
    folder = urljoin(home, ".")
    names = [slug(each) or quote(each.lower()) for each in listed(source, "categories")]
    return [f"{folder}category/{each}/feed/" for each in names] or [f"{folder}feed/"]
