"""A packed tree is the tree: every node, every place, every fact."""

from __future__ import annotations

import gc
import weakref
from decimal import Decimal as D

from hypothesis import given

import formula
from formula.packing import KeptTree, Packed, PackedReferences
from tests.unit.formula import generated, world


@given(generated.expressions())
def test_a_packed_tree_comes_back_as_it_was(source: str) -> None:
    tree = formula.compile(source, world.environment()).tree
    again = Packed(tree).tree()
    assert again == tree
    assert repr(again) == repr(tree)


@given(generated.expressions())
def test_packed_references_come_back_as_they_were(source: str) -> None:
    found = formula.compile(source, world.environment()).references
    again = PackedReferences(found).unpacked()
    assert [repr(each) for each in again] == [repr(each) for each in found]


def test_let_and_vlookup_are_packed_too() -> None:
    for source in (
        "LET(a, amount, b, a + 1, a * b)",
        "VLOOKUP(account.credit, account.accountName, name)",
        "SUM(accountId.contact.share, age > 5)",
        "CASE(level, '重点', 1, 'Normal', 2, 0)",
    ):
        tree = formula.compile(source, world.environment()).tree
        assert repr(Packed(tree).tree()) == repr(tree)


def test_a_formula_answers_the_same_after_its_tree_was_packed() -> None:
    compiled = formula.compile("IF(ISBLANK(name), 10 / amount, 0)", world.environment())
    compiled.evaluate  # noqa: B018 - the function is there before the tree goes
    before = repr(compiled.tree), compiled.references, compiled.reads
    for number in range(100):
        formula.compile(f"amount + {number}", world.environment()).evaluate  # noqa: B018
    assert (repr(compiled.tree), compiled.references, compiled.reads) == before
    known = world.evaluation()
    assert compiled.evaluate({"amount": D(0)}, None, known) is None
    assert [found.code for found in known.diagnostics] == ["formula.division_by_zero"]
    assert compiled.evaluate({"amount": D(4)}, None, known) == D("2.5")


def test_packing_leaves_the_tree_whoever_holds_it() -> None:
    tree = formula.compile("amount + qty", world.environment()).tree
    kept = KeptTree(tree)
    kept.pack()
    assert kept.node == tree
    assert kept.node is not tree
    assert kept.node is kept.node


def test_a_formula_dropped_is_gone_at_once_and_its_function_works_on() -> None:
    compiled = formula.compile("1 / amount", world.environment())
    run, gone = compiled.evaluate, weakref.ref(compiled)
    gc.disable()
    try:
        del compiled
        assert gone() is None
    finally:
        gc.enable()
    assert run({"amount": D(8)}, None, world.evaluation()) == D("0.125")
    assert run({"amount": D(0)}, None, world.evaluation()) is None
