"""Mapping profiles as data files: how the columns and codes of another standard become those of the case sheet.

`anonymizer.mapping` reads them. A profile names columns and codes; it must never hold a record.
"""
