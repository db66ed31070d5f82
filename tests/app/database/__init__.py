"""Tests of the database: its server, its roles, its connections."""
