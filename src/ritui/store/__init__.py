"""The cache: records, search index and what is known of the sources, in one SQLite file."""
