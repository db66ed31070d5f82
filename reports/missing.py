"""Countries of which nobody sent what a table needs: `..` where a zero would be taken for a count.

They are in no sum and in no proof, so that a reader who knows them to be absent knows nothing of the others. It must
never name one of several countries that stand together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import product

from reports.lattice import COUNTRY
from reports.tables import NOT_AVAILABLE, POOLED, POOLED_LABEL, CountedTable, ProtectedTable


def with_missing(protected: ProtectedTable, table: CountedTable, pooled: Collection[str]) -> ProtectedTable:
    """The protected table with `..` for its missing countries, in their places, and a note that names them."""
    missing = _as_printed(table.missing, pooled)
    if not missing:
        return protected
    notes = (*protected.notes, _note(table.needs, missing))
    axis = next((n for n, d in enumerate(protected.dimensions) if d.name == COUNTRY), None)
    if axis is None:
        return replace(protected, notes=notes)
    countries = protected.dimensions[axis]
    labels = {**countries.labels, **missing}
    codes = tuple(code for code in labels if code in missing or code in countries.codes)
    dimensions = list(protected.dimensions)
    dimensions[axis] = replace(countries, codes=codes, labels=labels)
    keys = product(*(dimension.printed_codes for dimension in dimensions))
    cells = {key: protected.cells.get(key, NOT_AVAILABLE) for key in keys}
    return replace(protected, dimensions=tuple(dimensions), cells=cells, notes=notes)


def _as_printed(missing: Mapping[str, str], pooled: Collection[str]) -> Mapping[str, str]:
    """The missing countries under the code under which they are printed."""
    printed = {code: label for code, label in missing.items() if code not in pooled}
    return printed if len(printed) == len(missing) else {**printed, POOLED: POOLED_LABEL}


def _note(needs: str, missing: Mapping[str, str]) -> str:
    return f"{needs} {', '.join(missing.values())}: what depends on them sums over the other countries."
