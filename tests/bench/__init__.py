"""Measurements: how good, how fast, how large. Run by `make bench`, never asserted in tests."""
