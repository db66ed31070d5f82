"""The anonymizer makes cleared cases, which identify nobody, out of raw cases, on a laptop or at the door.

A raw case exists in memory alone while it is cleared. This package must never write one, log one, or send
one: it opens no connection while clearing, and its errors repeat no value.
"""

from anonymizer.catalogue import CATALOGUE_VERSION
from anonymizer.catalogue.fields import (
    CODE_LISTS,
    ENTITIES,
    FIELDS,
    NEVER_STORED,
    Code,
    CodeList,
    Field,
    Treatment,
)
from anonymizer.catalogue.findings import CASES, FINDINGS, Conflict, Finding, conflict_of
from anonymizer.catalogue.sheets import (
    CLEARED_COLUMNS,
    DROPPED_COLUMNS,
    SHEET_COLUMNS,
    SHEETS,
    Sheet,
    SheetColumn,
    cleared_columns,
    stands_for_unknown,
)
from anonymizer.chunks import ClearedChunk, Columns, RawChunk
from anonymizer.clearing.batches import SAMPLE_CASE_NUMBER, Clearing
from anonymizer.clearing.known_cases import CLEARING_ORDER
from anonymizer.clearing.listing import MAX_CONFLICTS
from anonymizer.clearing.pseudonyms import CASE_KEY_BYTES, inner_case_token, token_bytes
from anonymizer.clearing.rules import ARCHIVE, CONSENT, LAW, ClearingRules
from anonymizer.clearing.spreading import EntityColumns, canonical_rows, spread, spread_module
from anonymizer.errors import (
    AnonymizerError,
    CatalogueFault,
    NoReader,
    UnknownLegalBasis,
    UnknownProfile,
    Unreadable,
    UnsuitableKey,
    UnsuitableProfile,
)
from anonymizer.profiles.files import load_profile, profile_names, read_profile
from anonymizer.profiles.mapping import Profile
from anonymizer.reading.csv_files import read_csv
from anonymizer.reading.json_files import read_json

__all__ = [
    "ARCHIVE",
    "CASES",
    "CASE_KEY_BYTES",
    "CATALOGUE_VERSION",
    "CLEARED_COLUMNS",
    "CLEARING_ORDER",
    "CODE_LISTS",
    "CONSENT",
    "DROPPED_COLUMNS",
    "ENTITIES",
    "FIELDS",
    "FINDINGS",
    "LAW",
    "MAX_CONFLICTS",
    "NEVER_STORED",
    "SAMPLE_CASE_NUMBER",
    "SHEETS",
    "SHEET_COLUMNS",
    "AnonymizerError",
    "CatalogueFault",
    "ClearedChunk",
    "Clearing",
    "ClearingRules",
    "Code",
    "CodeList",
    "Columns",
    "Conflict",
    "EntityColumns",
    "Field",
    "Finding",
    "NoReader",
    "Profile",
    "RawChunk",
    "Sheet",
    "SheetColumn",
    "Treatment",
    "UnknownLegalBasis",
    "UnknownProfile",
    "Unreadable",
    "UnsuitableKey",
    "UnsuitableProfile",
    "canonical_rows",
    "cleared_columns",
    "conflict_of",
    "inner_case_token",
    "load_profile",
    "profile_names",
    "read_csv",
    "read_json",
    "read_profile",
    "spread",
    "spread_module",
    "stands_for_unknown",
    "token_bytes",
]
