"""Clearing: raw rows in, rows that identify nobody out. No raw value may leave it."""
