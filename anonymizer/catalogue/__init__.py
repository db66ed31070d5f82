"""The catalogue as tables: every field, code, column of the case sheet, country and finding, one row each.

`anonymizer.fields` and `anonymizer.findings` read them. Nothing here may hold anything about a person.
"""

CATALOGUE_VERSION = "1"
"""Counts up when a field, a code or the meaning of one changes; every receipt names it."""
