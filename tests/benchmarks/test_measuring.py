"""The benchmarks run, and tell what they are for: two medians of one run and their ratio. How large it is, no test says."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from app.demo.organizations import SENDERS
from benchmarks import filling
from benchmarks.__main__ import app
from benchmarks.rounds import Side, table


def told(*arguments: str) -> str:
    """What a benchmark prints with a small budget."""
    ran = CliRunner().invoke(app, [*arguments, "--rounds", "1"], catch_exceptions=False)
    return ran.output


def test_intake_tells_its_ratio_to_raw_copy_and_the_memory_of_the_server() -> None:
    """A real server took the sheets in, and the rows that they left were copied beside it."""
    printed = told("intake", "--rows", "500", "--batches", "1")

    assert re.search(r"^Intake of 500 case sheets .* which leave [1-9][\d,]+ rows\.$", printed, re.MULTILINE)
    assert re.search(r"^Ratio of the medians: \d+\.\d\d of raw COPY", printed, re.MULTILINE)
    assert re.search(
        r"^Peak memory of the server: [1-9]\d* MiB after 50 .* after 500 ", printed, re.MULTILINE
    )
    assert "Repeat: python -m benchmarks intake --rows 500 --rounds 1" in printed


def test_counting_tells_its_ratio_to_reading() -> None:
    """All tables and indicators of a year were counted from the frame that was read."""
    printed = told("counting", "--cases", "300")

    assert re.search(r"^Counting 16 tables and indicators of \d{4} over 300 cases", printed, re.MULTILINE)
    assert re.search(r"^Ratio of the medians: \d+\.\d\d times reading", printed, re.MULTILINE)
    assert "Repeat: python -m benchmarks counting --cases 300 --rounds 1" in printed


@pytest.mark.parametrize("cases", [1, 64, 1_000, 1_000_003])
def test_the_sheets_of_a_filling_have_as_many_cases_as_were_asked_for(cases: int) -> None:
    """No case is lost by splitting them over senders and years."""
    sheets = list(filling.sheets(cases))

    assert sum(sheet.cases for sheet in sheets) == cases
    assert all(sheet.cases > 0 for sheet in sheets)


def test_every_sender_fills_its_share_of_every_year() -> None:
    """A sender with more cases a year has more of a million, and every year has its sheet of each sender."""
    sheets = list(filling.sheets(1_000_000))
    of_senders = {
        sender.code: sum(sheet.cases for sheet in sheets if sheet.sender == sender) for sender in SENDERS
    }

    assert len(sheets) == len(SENDERS) * len(filling.YEARS)
    assert of_senders["ro-aurora"] > of_senders["ro-agency"] > of_senders["me-kutak"] > 0


def test_the_median_of_the_rounds_counts() -> None:
    """One slow round on a busy machine changes nothing."""
    side = Side("intake", [2.0, 90.0, 1.0])

    lines = list(table([side], count=100, unit="cases"))

    assert side.median == 2.0
    assert lines[-1] == "| intake | 2.00 s | 2.00, 90.00, 1.00 | 50 |"
