"""Write the country names in English, Spanish and Portuguese.

Source: Unicode CLDR, as packaged in Babel (locales en, es and pt; Unicode
License v3). Kept are the codes that Babel's own list of territories holds
and that are ISO 3166-1 alpha-2, with XK (Kosovo, user-assigned) and EU (the
European Union); groupings, exceptional reservations and test codes are left
out.

    python tools/countries.py assets/vocab/countries.json

One country a line, sorted by code: {"AR": ["Argentina", ...]}, the names in
the order en, es, pt.
"""

import json
import sys
from pathlib import Path

from babel import Locale

LANGUAGES = ("en", "es", "pt")

# Two-letter codes in CLDR that are no ISO 3166-1 territory: exceptional
# reservations, groupings and the codes of test locales. EU and XK stay.
NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


def names() -> dict[str, list[str]]:
    """Return code -> names, one for each of LANGUAGES."""
    tables = [
        {str(code): str(name) for code, name in Locale(language).territories.items()}
        for language in LANGUAGES
    ]
    codes = sorted(
        code for code in tables[0] if len(code) == 2 and code.isalpha() and code not in NOT_ISO
    )
    return {code: [table[code] for table in tables] for code in codes}


def text(table: dict[str, list[str]]) -> str:
    """Return the table as JSON with one entry a line."""
    lines = [
        f"{json.dumps(code)}: {json.dumps(value, ensure_ascii=False)}"
        for code, value in table.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write the file named on the command line."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    Path(sys.argv[1]).write_text(text(names()), encoding="utf-8")


if __name__ == "__main__":
    main()
