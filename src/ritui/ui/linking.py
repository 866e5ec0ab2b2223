"""Linking: what is known of links, shown where records are: in lists and beside their addresses."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from ritui.errors import NoSuchRecord
from ritui.model.record import Record, to_json
from ritui.services.links import archived, links_in
from ritui.store.catalog import Catalog
from ritui.store.links import looks_at
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.results import Results


def show_looks(card: Card, record: Record, catalog: Catalog) -> None:
    """Show beside the addresses of a record what is known of each."""
    urls = [link.url for link in links_in(to_json(record), "", identifiers=True)]
    card.display_looks(record.id, looks_at(catalog, urls))


def tell_links(screen: Screen[Any], catalog: Catalog) -> None:
    """Show on a screen what is known of links by now."""
    for results in screen.query(Results):
        results.look_at_links()
    for card in screen.query(Card):
        if card.record is not None:
            show_looks(card, card.record, catalog)


def copies_of(screen: Screen[Any], catalog: Catalog, id_: str) -> str:
    """Where the archived copies of the chosen address are.

    Args:
        screen: Where an address may be chosen.
        catalog: What is known.
        id_: The record whose website is meant where none is chosen.

    Returns:
        An address; empty where there is nothing that could have copies.
    """
    stops = (card.stop for card in screen.query(Card) if card.has_focus)
    url = next((stop.url for stop in stops if stop is not None and stop.url), "")
    if not url:
        try:
            url = catalog.record(id_).website
        except NoSuchRecord:
            return ""
    return archived(url, looks_at(catalog, [url]).get(url)) if url else ""
