"""Queries: one language around the formula language, two front ends, plans and answers.

Rooms: `text` and `body` read what was sent into an `Inquiry` (`syntax`); `condition` and
`semi_join` turn the forms of queries into formulas; `resolve` gives names a meaning for one caller;
`plain` and `grouped` plan; `asking` asks the database. Statements are made in `runtime.sql`.
"""

from runtime.inquiry.advice import Advice, Explained, advise
from runtime.inquiry.asking import Answer, Request, answer, explained
from runtime.inquiry.body import read_body
from runtime.inquiry.syntax import Inquiry
from runtime.inquiry.text import read_query

__all__ = [
    "Advice",
    "Answer",
    "Explained",
    "Inquiry",
    "Request",
    "advise",
    "answer",
    "explained",
    "read_body",
    "read_query",
]
