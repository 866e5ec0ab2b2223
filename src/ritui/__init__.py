"""ritui: the research infrastructures of the EU and CELAC, in a terminal."""

__version__ = "0.1.0"
