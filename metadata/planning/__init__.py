"""Planning a publish: from changes to the definitions, the DDL and the violations that follow.

Rooms, in order: `draft` (documents become definitions), `order` and `physical` (what is fixed at
creation), `relabel` (formulas follow the labels they name), `reference`, `formula_use` and
`transition` (what is wrong), `plan` (all of it together). Nothing is written here.
"""

from metadata.planning.plan import PublishPlan, make_plan

__all__ = ["PublishPlan", "make_plan"]
