"""The real historic records as pandas reads them, and what pandas counts of them: the truth that tests compare with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from reports import Frame, count_cross
from reports.forms import COMBINATION

FOLDER = os.environ.get("CLEARPOINT_REAL_INPUT", "")
"""The folder of the real input; empty where there is none, and then its tests are skipped."""
FILE = "see_cases_htcds.csv.gz"
YEAR = 2004
SEXES = {"Feminine": "F", "Masculine": "M", "NonSpecifiedUnknown": "UNK"}
FORMS = {"SexualExploitation": "SEX", "ForcedLabour": "LABOUR", "Other": "OTHER"}
ALPHA_3 = """
    ALB:AL ARE:AE AUT:AT BEL:BE BGR:BG BIH:BA BLR:BY CHE:CH CHN:CN CYP:CY CZE:CZ DEU:DE DNK:DK EGY:EG ESP:ES
    FIN:FI FRA:FR GBR:GB GRC:GR HRV:HR IRL:IE ITA:IT KAZ:KZ MDA:MD MKD:MK MNE:ME NLD:NL NOR:NO POL:PL PRT:PT
    ROU:RO RUS:RU SRB:RS SWE:SE SYR:SY TUR:TR UKR:UA USA:US UZB:UZ
"""
COUNTRIES = dict(pair.split(":") for pair in ALPHA_3.split())


def read_records() -> pd.DataFrame:
    """The file as it is, every cell a text, empty where nobody knows."""
    return pd.read_csv(Path(FOLDER) / FILE, dtype=str, keep_default_na=False)


def one_form(text: str) -> str:
    """Under which form a record stands: its only one, or the combination."""
    return COMBINATION if ";" in text else FORMS.get(text, "UNK")


def of_the_year(file: pd.DataFrame) -> pd.DataFrame:
    return file[file["cas_Year"] == str(YEAR)]


def crosstab(first: pd.Series, *others: pd.Series) -> Mapping[tuple[str, ...], int]:
    """What pandas counts, without the combinations that do not occur."""
    stacked = pd.crosstab(
        first.rename("0"), [other.rename(str(n)) for n, other in enumerate(others, start=1)]
    )
    counted = {
        (row, *((column,) if isinstance(column, str) else column)): int(stacked.loc[row, column])
        for row in stacked.index
        for column in stacked.columns
    }
    return {key: count for key, count in counted.items() if count}


def crossed(frame: Frame, *columns: str) -> Mapping[tuple[str, ...], int]:
    counted = count_cross(frame, columns, year=YEAR)
    return {tuple(key): count for *key, count in counted.itertuples(index=False, name=None)}


def country_code(code: str) -> str:
    return COUNTRIES[code] if code else "ZZ"


def age_band(age: str) -> str:
    return {"": "UNK", "09-17": "9-17"}.get(age, age)


def age_status(age: str) -> str:
    return {"": "UNK", "0-8": "CHILD", "09-17": "CHILD"}.get(age, "ADULT")
