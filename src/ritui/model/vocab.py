"""The closed vocabularies, each with where it comes from.

Their words in each language are in the message files, under the facet's key.
"""

from __future__ import annotations

from typing import Final

KINDS: Final = ("infrastructure", "pilot", "platform", "project", "network", "working-group")
"""What a record can be. Ours."""

REGIONS: Final = ("EU", "LAC", "bi-regional", "global")
"""The two sides of EU-CELAC, what joins them, and what spans more. Ours.

``EU`` stands for the European Research Area: member states and associated countries.
"""

AREAS: Final = ("energy", "health", "food-security", "biodiversity-climate",
                "emerging-technologies")  # fmt: skip
"""The priority areas of the EU-CELAC working group on research infrastructures."""

DOMAINS: Final = ("energy", "environment", "health-food", "physical-sciences-engineering",
                  "social-cultural", "data-computing-digital")  # fmt: skip
"""The science domains of the ESFRI roadmap."""

TYPES: Final = ("single-sited", "distributed", "virtual", "mobile")
"""Forms of a research infrastructure, as ESFRI tells them apart, and mobile ones."""

STATUSES: Final = ("operational", "construction", "preparation", "planned", "ended")
"""Phases of an infrastructure's life cycle, after ESFRI."""

RELATIONS: Final = ("part-of", "has-part", "successor", "predecessor", "coordinator",
                    "coordinates", "host", "hosts", "partner", "member", "has-member",
                    "cooperates-with", "led-pilot", "takes-part-in")  # fmt: skip
"""How one record can be related to another. Ours, after ROR and CERIF."""

EU_MEMBERS: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
"""The 27 member states of the European Union."""

CELAC_MEMBERS: Final = frozenset(
    "AG AR BB BO BR BS BZ CL CO CR CU DM DO EC GD GT GY HN HT JM KN LC MX NI PA PE PY SR SV TT "
    "UY VC VE".split()
)
"""The 33 states of the Community of Latin American and Caribbean States."""

_ASSOCIATED = frozenset("AL AM BA CH FO GB GE IL IS LI MD ME MK NO RS TN TR UA XK".split())
_LAC_TERRITORIES = frozenset("AI AW BL BQ CW FK GF GP KY MF MQ MS PR SX TC VG VI".split())


def region_of(country: str) -> str:
    """The side of EU-CELAC a country is on, or empty when it is on neither."""
    if country in CELAC_MEMBERS or country in _LAC_TERRITORIES:
        return "LAC"
    if country in EU_MEMBERS or country in _ASSOCIATED:
        return "EU"
    return ""
