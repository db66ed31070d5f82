"""Campaigns: thousands of generated calls to a real server, which must go on serving everybody else.

`python -m tests.campaign intake --cases 10000 --seed 1`, or `make campaign-intake`. Each attempt follows from the
seed and its number alone, so that one that failed can be made again: `--seed 1 --only 4711`. Nothing here knows
what the right answer to an attempt is; what one file must get stands in the corpus (`tests.corpus`).
"""
