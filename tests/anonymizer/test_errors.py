"""The tree that the module draws is the tree of its classes."""

from __future__ import annotations

import re

from anonymizer import AnonymizerError, Unreadable, conflict_of, errors


def test_the_drawn_tree_is_the_tree_of_the_classes() -> None:
    """A new error is drawn in the docstring."""
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")

    assert drawn == [
        error.__name__ for error in AnonymizerError.__subclasses__() if error.__module__ == errors.__name__
    ]


def test_an_unreadable_file_says_why_by_codes_alone() -> None:
    """The text of the exception is safe to log."""
    error = Unreadable(conflict_of("wrong_encoding", row=3), conflict_of("empty_file"))

    assert str(error) == "empty_file; wrong_encoding"
    assert [conflict.row for conflict in error.conflicts] == [3, 0]
