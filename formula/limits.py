"""The bounds that make every formula total: none can hang, blow up or exhaust memory."""

MAX_SOURCE = 10_000
"""Characters of source."""

MAX_NODES = 2_000
"""Nodes of a parsed formula."""

MAX_DEPTH = 100
"""Levels of nesting; a chain of && or || counts as one."""

MAX_EXPANDED = 6_000
"""Nodes after the formula fields a formula reads are written out in it."""

MAX_HOPS = 10
"""Lookups one path may walk."""

MAX_TEXT = 65_536
"""Characters of any text a formula makes."""

MAX_NESTED_ROWS = 3
"""Levels of aggregates over child records within one another."""

MAX_EXPONENT = 250
"""Decimal exponent beyond which a number is an overflow."""

MAX_POWER = 64
"""Decimal exponent beyond which `^` is an overflow."""

MAX_EXPANDED_DEPTH = 140
"""Levels of nesting after formula fields are written out."""

MAX_TEXT_CALLS = 150
"""Calls that make a text, in one formula: together with MAX_TEXT this bounds its memory."""

MAX_WORK = 4_000_000
"""Units of slow work over texts in one evaluation, about ten nanoseconds each."""

MAX_PATTERNS = 32
"""Compiled patterns kept; each may take a megabyte."""

MAX_MATCH = 2_000_000
"""Characters of text times characters of pattern that may be matched."""

MAX_JSON_DEPTH = 100
"""Levels of lists and objects within one another in JSON that is read."""
