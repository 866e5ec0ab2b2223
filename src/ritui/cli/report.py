"""``ritui report``: what could be sent about a mistake in a record. It sends nothing."""

from __future__ import annotations

import argparse

from ritui.cli.context import Context
from ritui.cli.output import as_json
from ritui.cli.parser import Parser
from ritui.model.normal import Unfit
from ritui.services.mistake import FIELDS, is_field, report, typed
from ritui.services.where import POINT
from ritui.text import nearest

FORMS = ("mail", "url", "patch", "json")
"""What can be printed."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.words("ID", least=1)
    parser.option("--field", metavar="KEY")
    parser.option("--value", metavar="VALUE")
    parser.option("--text", metavar="TEXT")
    parser.option("--format", choices=FORMS, default=FORMS[0])
    parser.option("--json", action="store_const", const="json", dest="format")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the mail, the address, the patch, or all of them."""
    from ritui.cli.misuse import ValueMissing, ValueUnfit, WordUnwanted

    if len(options.words) > 1:
        raise WordUnwanted("ritui report", options.words[1])
    key = options.field or ""
    if key in {"lat", "lon"}:
        key = POINT
    if key and not is_field(key):
        raise ValueUnfit("--field", key, " | ".join(FIELDS), nearest(key, FIELDS))
    if options.value is not None and not key:
        raise ValueMissing("--field", "KEY")
    if not key and not options.text:
        raise ValueMissing("--text", "TEXT")
    record = context.catalog.record(context.catalog.resolve(options.words[0]))
    try:
        found = report(
            record,
            context.say,
            key=key,
            value=options.value,
            text=(options.text or "").strip(),
            sources=context.config.sources,
        )
    except Unfit as error:
        raise ValueUnfit("--value", options.value, typed(record, key) or str(error)) from error
    output = context.output
    if options.format == "json":
        output.line(as_json(found.to_json()))
    elif options.format == "patch":
        output.write(found.patch_text)
    elif options.format == "mail":
        output.line(str(found.mail))
        if not found.mail.to:
            context.tell(context.say("mistake.no-address"))
    elif found.page:
        output.line(found.page)
    else:
        context.tell(context.say("mistake.no-page"))
        return 1
    return 0
