/**
 * Runs formulas for a proof from outside: one JSON case a line on standard input, one answer a
 * line on standard output. The product itself never runs this.
 */

import { createInterface } from "node:readline";
import { readDay, readMoment } from "./calendar";
import { compile, outcome } from "./compile";
import { Undecided } from "./failure";
import { Frame, type Row } from "./frame";
import type { TreeNode } from "./tree";
import { type Result, toField } from "./value";

interface Case {
  tree: TreeNode;
  result: Result;
  row: Row;
  prior: Row | null;
  evaluation: { now: string; today: string; zone: string; globals: Row };
}

function answer({ tree, result, row, prior, evaluation }: Case): object {
  const known = {
    now: readMoment(evaluation.now) ?? 0,
    today: readDay(evaluation.today) ?? 0,
    zone: evaluation.zone,
    globals: evaluation.globals,
  };
  const frame = new Frame(row, prior, known);
  try {
    const value = outcome(compile(tree), frame, result);
    return { value: toField(result.kind, value), failures: frame.failures };
  } catch (error) {
    if (error instanceof Undecided) return { undecided: error.message };
    return { broken: String(error instanceof Error ? error.stack : error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Case))}\n`);
}
