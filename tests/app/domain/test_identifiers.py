"""Keys of rows are UUIDs of version 7 that grow with time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.identifiers import new_id, new_ids

MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))


@given(MOMENTS)
def test_a_key_has_the_version_the_variant_and_the_moment(moment: datetime) -> None:
    """RFC 9562, section 5.7: 48 bits of milliseconds, version 7, variant 10."""
    key = new_id(moment)

    assert key.version == 7
    assert key.variant == "specified in RFC 4122"
    assert key.int >> 80 == int(moment.timestamp() * 1000)


def test_keys_of_one_moment_are_all_different() -> None:
    """A chunk of a batch gets all its keys at once."""
    assert len(set(new_ids(datetime(2026, 1, 1, tzinfo=UTC), 20_000))) == 20_000


@given(MOMENTS)
def test_a_later_key_sorts_later(moment: datetime) -> None:
    """So that an index is filled at its end."""
    assert new_id(moment) < new_id(moment + timedelta(milliseconds=1))
