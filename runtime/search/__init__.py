"""Search: one tokenizer for both databases, tokens written with records, results by access.

Rooms: `text` folds and reads, `token` cuts, `row` says what is written along, `plan`, `find` and
`match` look, `page` answers, `fill` makes tokens for records that were there before. Statements
are in `runtime.sql.search`.
"""

from runtime.search.fill import Step, fill_step, forget_slots, is_filled, refill
from runtime.search.page import MAX_FOUND, MAX_WORDS, SearchPage, SearchQuery, found_ids, search

__all__ = [
    "MAX_FOUND",
    "MAX_WORDS",
    "SearchPage",
    "SearchQuery",
    "Step",
    "fill_step",
    "forget_slots",
    "found_ids",
    "is_filled",
    "refill",
    "search",
]
