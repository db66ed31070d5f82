"""A small campaign in the gate: the same files each time, so that what it finds can be found again."""

from __future__ import annotations

from pathlib import Path

from tests.campaign.attempts import SHARES, attempt_of
from tests.campaign.intake import Plan, run_intake

SEED = 1
FILES = 150


def test_a_small_campaign_finds_nothing(tmp_path: Path) -> None:
    """No server error, nothing repeated, nothing kept, everything given back, and the good client served."""
    report = run_intake(tmp_path, Plan(SEED, range(FILES), clients=3))

    assert report.problems == [], "\n".join(report.lines())
    assert len(report.outcomes) == FILES
    assert len(report.good_seconds) > 3
    assert {outcome.word[:3] for outcome in report.outcomes} >= {"200", "422"}


def test_an_attempt_follows_from_its_seed_and_number() -> None:
    """So that one that failed can be made again alone."""
    attempts = [attempt_of(SEED, number) for number in range(60)]

    assert attempts == [attempt_of(SEED, number) for number in range(60)]
    assert attempts != [attempt_of(SEED + 1, number) for number in range(60)]
    assert {attempt.form for attempt in attempts} >= set(SHARES) - {"xlsx"}
