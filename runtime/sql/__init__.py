"""Statements over records: the only room of `runtime` with SQLAlchemy.

Everything here is built and compiled once per snapshot and kept in its plans; what leaves the
room are `Statement` values and functions over plain rows. What to read and for whom is decided
outside.
"""
