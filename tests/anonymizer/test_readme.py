"""What the README tells a data officer is what the catalogue does."""

from __future__ import annotations

import re
from pathlib import Path

import anonymizer
from anonymizer import CODE_LISTS, DROPPED_COLUMNS, FIELDS, SHEET_COLUMNS, SheetColumn, Treatment

README = (Path(anonymizer.__file__).parent / "README.md").read_text(encoding="utf-8")
KEPT_AS = {
    Treatment.TOKEN: "a keyed token",
    Treatment.RECODE: "the code",
    Treatment.BAND: "a band",
    Treatment.WEEK: "the week: its Monday, within its quarter",
    Treatment.MONTH: "the month",
    Treatment.DAYS_BAND: "a band of days",
    Treatment.DERIVE: "derived from other columns",
    Treatment.DROP: "**dropped and counted**",
}


def test_the_table_of_columns_is_that_of_the_catalogue() -> None:
    """Prints the table to paste."""
    table = "\n".join(
        ["| column | asked | code list | kept as |", "|---|---|---|---|", *map(_line, SHEET_COLUMNS)]
    )

    assert _between("columns") == table, f"Paste this into anonymizer/README.md:\n{table}"


def test_the_list_of_what_has_no_place_is_that_of_the_catalogue() -> None:
    """Prints the line to paste."""
    columns = {column.column for column in SHEET_COLUMNS}
    never = ", ".join(f"`{name}`" for name in DROPPED_COLUMNS if name not in columns)

    assert _between("never") == f"{never}.", f"Paste this into anonymizer/README.md:\n{never}."


def test_every_name_that_the_readme_gives_exists() -> None:
    """Files of the catalogue and functions of the public face."""
    for name in re.findall(r"`(\w+\.(?:csv|py))`", README):
        assert list(Path(anonymizer.__file__).parent.rglob(name)), name
    for line in re.findall(r"from anonymizer import (.*)", README):
        assert set(line.split(", ")) <= set(anonymizer.__all__)


def test_the_public_face_is_sorted_and_complete() -> None:
    """Whatever `__all__` names can be imported."""
    assert all(hasattr(anonymizer, name) for name in anonymizer.__all__)
    assert len(anonymizer.__all__) == len(set(anonymizer.__all__))


def _line(column: SheetColumn) -> str:
    field = FIELDS[column.entity, column.field]
    asked = "required" if column.is_required else "derived" if column.derived else "optional"
    if not column.in_template and not column.derived:
        asked = "filled by profiles"
    code_list = field.code_list if field.code_list in CODE_LISTS else ""
    several = ", several" if column.several else ""
    return f"| `{column.column}` | {asked} | {code_list}{several} | {KEPT_AS[field.treatment]} |"


def _between(section: str) -> str:
    found = re.search(rf"<!-- {section}[^\n]*-->\n(.*?)\n?<!-- end of {section} -->", README, flags=re.DOTALL)
    assert found, section
    return found[1]
