"""Who is late: an obligation against a calendar."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.coverage import Owed, Standing

DUE = date(2026, 3, 31)
BEFORE, AFTER = date(2026, 3, 1), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("first_on", "today", "standing"),
    [
        (None, DUE, Standing.NOT_DUE_YET),
        (None, AFTER, Standing.OVERDUE),
        (BEFORE, AFTER, Standing.ON_TIME),
        (DUE, AFTER, Standing.ON_TIME),
        (AFTER, AFTER, Standing.CAME_LATE),
    ],
)
def test_the_day_on_which_it_is_due_is_in_time(
    first_on: date | None, today: date, standing: Standing
) -> None:
    """What comes on that day is in time; what has not come is overdue from the next day on."""
    owed = Owed("shelter", ("RS",), 2025, "cases", DUE, 0, first_on, first_on, is_nothing=False)

    assert owed.standing(today) is standing
