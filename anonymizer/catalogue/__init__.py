"""The catalogue as tables: every field, code, column of the case sheet, country and finding, one row each.

`anonymizer.fields` and `anonymizer.findings` read them. Nothing here may hold anything about a person.
"""
