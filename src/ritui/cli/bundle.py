"""``ritui bundle``: the whole directory as one verified file, for machines without a network."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json
from ritui.cli.parser import Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.cli.sources import print_facts
from ritui.text import clean_line, nearest

if TYPE_CHECKING:
    from ritui.sources.bundlefile import Manifest

VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "export": ("--title", "--force", "--shelf"),
    "import": ("--id", "--accept-older", "--accept-loss", "--shelf"),
    "check": (),
    "remove": (),
}
"""What can be done with a bundle, and the options that only this understands."""

_FAULTS: Final = 20
"""Lines that name what is wrong; the rest is counted."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.words("export FILE [QUERY] | import FILE | check FILE | remove ID", least=1)
    parser.takes_query = True
    parser.option("--title", metavar="TEXT")
    parser.option("--force", action="store_true")
    parser.option("--shelf", action="store_true")
    parser.option("--id", metavar="ID")
    parser.option("--accept-older", action="store_true")
    parser.option("--accept-loss", action="store_true")
    parser.formats("table", "json")


def run(context: Context, options: argparse.Namespace) -> int:
    """Write a bundle, take one in, look whether one is whole, or let go of one."""
    from ritui.cli.misuse import UnknownOption, WordsMissing, WordUnwanted

    verb, *words = options.words
    if verb not in VERBS:
        raise WordUnwanted("ritui bundle", verb, nearest(verb, VERBS))
    others = (each for own in VERBS.values() for each in own if each not in VERBS[verb])
    for option in dict.fromkeys(others):
        if getattr(options, option.removeprefix("--").replace("-", "_")) not in {None, False}:
            raise UnknownOption(option, f"ritui bundle {verb}")
    if not words:
        raise WordsMissing(f"ritui bundle {verb}", "ID" if verb == "remove" else "FILE")
    if verb == "export":
        return _export(context, words[0], words[1:], options)
    for word in words[1:]:
        raise WordUnwanted(f"ritui bundle {verb}", word)
    if verb == "remove":
        return _remove(context, words[0], options.format)
    verbs: Mapping[str, Callable[[Context, Path, argparse.Namespace], int]] = {
        "import": _import,
        "check": _check,
    }
    return verbs[verb](context, Path(words[0]), options)


def _export(context: Context, file: str, words: Sequence[str], options: argparse.Namespace) -> int:
    """Write what a query finds, or everything, into a file or to standard output."""
    from ritui.cli.misuse import ValueUnfit
    from ritui.services.bundle_write import TITLE, export_bundle, write_bundle
    from ritui.services.library import now

    query = query_of(words)
    title = TITLE if options.title is None else clean_line(options.title, 200)
    if not title:
        raise ValueUnfit("--title", options.title, "TEXT")
    if file == "-" and context.output.is_terminal:
        raise ValueUnfit("FILE", "-", "FILE | - > FILE")
    created = now()
    titles = {source.id: source.title for source in context.config.sources}
    shelf = _shelf_text(context) if options.shelf else ""

    def work() -> Manifest | None:
        if not len(context.catalog.search(query)):
            return None
        return export_bundle(
            None if file == "-" else Path(file),
            lambda target: write_bundle(
                target,
                context.catalog,
                created=created,
                title=title,
                query=query,
                titles=titles,
                shelf=shelf,
            ),
            replace=options.force,
        )

    manifest = context.settled(work)
    if manifest is None:
        return nothing_matched(context, query)
    if options.format == "json" and file != "-":
        context.output.line(as_json(_values(manifest)))
    counts = {"records": manifest.records, "events": manifest.events}
    context.tell(context.say("bundle.written", file=file, **counts))
    if shelf:
        context.tell(context.say("bundle.with-shelf"))
    return 0


def _shelf_text(context: Context) -> str:
    """The reader's shelf as a bundle has it; nothing where nothing is kept, which is said."""
    from ritui.services.keep import refreshed
    from ritui.store.shelf import ShelfFile, shelf_text

    shelf = refreshed(context.catalog, ShelfFile(context.paths.shelf_file))
    if not shelf:
        context.tell(context.say("bundle.empty-shelf"))
    return shelf_text(shelf) if shelf else ""


def _import(context: Context, path: Path, options: argparse.Namespace) -> int:
    """Put what a bundle says in the place of what its predecessor said."""
    from ritui.cli.misuse import ValueUnfit
    from ritui.config.rules import ID
    from ritui.services.bundle import import_bundle
    from ritui.sources.bundlefile import SHELF
    from ritui.store.shelf import ShelfFile

    if options.id is not None and not ID.fullmatch(options.id):
        raise ValueUnfit("--id", clean_line(options.id, 60), "[a-z0-9-]{1,40}")
    file = ShelfFile(context.paths.shelf_file)
    before = file.read() if options.shelf else None
    manifest, result = import_bundle(
        context.library,
        path,
        id_=options.id or "",
        configured=context.config.sources,
        accept_older=options.accept_older,
        accept_loss=options.accept_loss,
        shelf=file if options.shelf else None,
    )
    _tell_faults(context, [*result.faults, *result.dropped])
    keys = ("id", "state", "added", "changed", "removed", "unchanged", "rejected")
    values = {key: getattr(result, key) for key in keys}
    _print(
        context, options.format, {**values, "title": manifest.title, "created": manifest.created}
    )
    has_shelf = SHELF in manifest.members
    if before is not None and has_shelf:
        after = file.read()
        records = len(after.records) - len(before.records)
        searches = len(after.searches) - len(before.searches)
        told = {"file": path, "records": records, "searches": searches}
        context.tell(context.say("shelf.imported", **told))
    elif has_shelf or options.shelf:
        context.tell(context.say("bundle.has-shelf" if has_shelf else "bundle.no-shelf"))
    return 0


def _remove(context: Context, id_: str, form: str) -> int:
    """Let go of all that an imported bundle said."""
    from ritui.services.imported import remove_imported

    counts = remove_imported(context.library, id_, context.config.sources)
    if form == "json":
        context.output.line(as_json({"id": id_, "removed": counts.removed}))
    context.tell(context.say("bundle.removed", source=id_, n=counts.removed))
    return 0


def _check(context: Context, path: Path, options: argparse.Namespace) -> int:
    """Print what a bundle says of itself, and whether it is true."""
    from ritui.services.bundle import check_bundle

    checked = check_bundle(path)
    values = {} if checked.manifest is None else _values(checked.manifest)
    values |= {
        "bytes": checked.size,
        "sha256": checked.sha256,
        "verified": checked.refused is None,
        "rejected": len(checked.faults),
    }
    _print(context, options.format, values)
    _tell_faults(context, [*checked.faults, *checked.dropped])
    return 0 if checked.refused is None else context.complain(checked.refused)


def _values(manifest: Manifest) -> dict[str, Any]:
    """What a manifest says, as JSON values."""
    from ritui.sources.bundlefile import SHELF

    return {
        "title": manifest.title,
        "created": manifest.created,
        "producer": manifest.producer,
        "records": manifest.records,
        "events": manifest.events,
        "licences": [
            {"licence": licence, "records": count} if licence else {"records": count}
            for licence, count in manifest.licences.items()
        ],
        "members": {
            name: {"size": member.size, "sha256": member.sha256}
            for name, member in manifest.members.items()
        },
        "shelf": SHELF in manifest.members,
    }


def _print(context: Context, form: str, values: Mapping[str, Any]) -> None:
    """Print values as JSON, or one fact a line."""
    if form == "json":
        context.output.line(as_json(values))
        return
    facts = dict(values)
    for licence in facts.pop("licences", ()):
        named = licence.get("licence") or context.say("export.no-licence")
        facts[f"licence {named}"] = licence["records"]
    for name, member in facts.pop("members", {}).items():
        facts[clean_line(name, 60)] = f"{member['size']} {member['sha256']}"
    print_facts(context, facts)


def _tell_faults(context: Context, faults: Sequence[str]) -> None:
    for fault in faults[:_FAULTS]:
        context.tell(f"ritui: {fault}")
    if len(faults) > _FAULTS:
        context.tell(f"ritui: {context.say('bundle.more-faults', n=len(faults) - _FAULTS)}")
