"""The tree of errors is what its docstring draws, and each leaf has a code of its own."""

from __future__ import annotations

import inspect
import re

from app.domain import errors
from app.domain.errors import ClearingPointError


def test_the_docstring_draws_the_tree() -> None:
    """A new error cannot be added without drawing it."""
    drawn = re.findall(r"^[│├└─ ]*([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    classes = [name for name, _ in inspect.getmembers(errors, inspect.isclass) if _is_ours(name)]

    assert sorted(drawn[1:]) == sorted(classes)  # the first word of the docstring is no error


def test_every_error_has_a_code_of_its_own() -> None:
    """Programs tell refusals apart by their code."""
    codes = [kind.code for kind in _all(ClearingPointError)]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


def _is_ours(name: str) -> bool:
    return issubclass(getattr(errors, name), ClearingPointError)


def _all(kind: type[ClearingPointError]) -> list[type[ClearingPointError]]:
    return [kind] + [leaf for child in kind.__subclasses__() for leaf in _all(child)]
