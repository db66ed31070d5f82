"""The numbers of the rules on small cells, each with its reason and its source. One file, so that one can
read them.

A configuration may raise them and never lower them: `SmallNumbers` refuses a lower one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

THRESHOLD = 5
"""A cell of 1 to 4 persons is not shown: below five, who knows the others of a group finds the last one. It
is the lowest number in use for counts of persons; the open data of the Counter-Trafficking Data
Collaborative used 11."""

THRESHOLD_CHILD = 10
"""Where child status meets two further attributes, or a country and a form, 1 to 9 are not shown: a child's
group is known to many (school, guardian, shelter), and being found harms longest. Our own choice, twice the
threshold."""

POOLED_BELOW = 5
"""A country with fewer persons in a year stands with others under one code: its own row would be a list of
cases."""

TOTAL_ONLY_BELOW = 50
"""Below this a country prints its total alone. In our trial on invented sparse years (10 countries, 5 years,
29 tables) this and the next number let countries of 50 to 199 persons print 61 instead of 49 of 100 detail
cells, because the cells of their small neighbours hid one another."""

ONE_WAY_BELOW = 200
"""Below this a country prints tables of one further attribute; from it on, of two. More is for the region
alone. Same trial: it left no target of 2,081 uncovered, and the time to draft fell from 28 s to 22 s."""

SHARE_DENOMINATOR = 20
"""In a share of fewer persons one person is more than five points, so that a share can be read as persons."""

WHOLE_PERCENT_BELOW = 100
"""A share of fewer persons is printed in whole percent: one person is more than that, and a decimal would tell of half
a person. Our own choice; it hides nothing, since both counts stand beside the share."""

PERFORMANCE_DENOMINATOR = 10
"""An indicator of what authorities and organizations do may say 0 % and 100 % of ten persons and more: it
judges the service and not the person, and to hide a zero would hide the failure."""


@dataclass(frozen=True, slots=True)
class SmallNumbers:
    """The small numbers that hold for one release: those above, or higher ones that a configuration asks for.

    Raises ValueError, naming the number, when one is lower than the constant that it stands for.
    """

    threshold: int = THRESHOLD
    threshold_child: int = THRESHOLD_CHILD
    pooled_below: int = POOLED_BELOW
    total_only_below: int = TOTAL_ONLY_BELOW
    one_way_below: int = ONE_WAY_BELOW
    share_denominator: int = SHARE_DENOMINATOR
    performance_denominator: int = PERFORMANCE_DENOMINATOR

    def __post_init__(self) -> None:
        for number in fields(self):
            if getattr(self, number.name) < number.default:
                sentence = f"{number.name} may be raised and never lowered: set {number.default} or more."
                raise ValueError(sentence)

    def as_mapping(self) -> Mapping[str, int]:
        """The numbers by name, as a release prints them."""
        return asdict(self)

    def attributes_shown(self, persons: int) -> int | None:
        """Of how many attributes a country with so many persons may print cells; None: not even its total."""
        if persons < self.pooled_below:
            return None
        if persons < self.total_only_below:
            return 0
        return 1 if persons < self.one_way_below else 2
