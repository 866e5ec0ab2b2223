"""``ritui compare``: two to four records side by side."""

from __future__ import annotations

import argparse

from ritui.cli.context import Context
from ritui.cli.output import as_json
from ritui.cli.parser import Parser
from ritui.errors import AmbiguousRecord, NoSuchRecord
from ritui.services.compare import (
    DIFFERS,
    LEAST,
    MOST,
    as_csv,
    as_lines,
    as_markdown,
    compare,
    differences,
)
from ritui.services.copied import chosen

COLUMNS = ("section", "field", "differs")
"""What is printed of a row before the records, in this order."""
_IDS = "ID ID [ID [ID]]"


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    # One is too few as well; what then is said is said better further down.
    parser.words(_IDS, least=1)
    parser.formats("table", "json", "csv", "md")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the comparison; those that cannot be found are named, the others compared."""
    code = 0
    ids: dict[str, None] = {}
    for word in options.words:
        try:
            ids[context.catalog.resolve(word)] = None
        except (NoSuchRecord, AmbiguousRecord) as error:
            code = context.complain(error)
    if len(ids) > MOST:
        context.tell(context.say("compare.first", most=MOST, n=len(ids)))
    if len(ids) < LEAST:
        if not code:
            from ritui.cli.misuse import WordsMissing

            raise WordsMissing("ritui compare", _IDS)
        return code
    found = chosen(context.catalog, list(ids)[:MOST], context.say)
    output = context.output
    if options.format == "json":
        output.line(as_json(differences(found.records)))
        return code
    comparison = compare(found, context.say)
    if options.format == "csv":
        output.write(as_csv(comparison))
    elif options.format == "md":
        output.write(as_markdown(comparison, context.say))
    elif output.is_terminal:
        for line in as_lines(comparison, output.width):
            output.line(line)
    else:
        for row in comparison.rows:
            sign = DIFFERS if row.differs else ""
            cells = (" ".join(cell.split()) for cell in row.cells)
            output.line("\t".join((row.section, row.label, sign, *cells)))
    return code
