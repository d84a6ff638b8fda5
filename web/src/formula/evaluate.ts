/**
 * Formulas for the pages: whether a condition holds for what stands in a form.
 *
 * A formula that cannot be decided here (a function only the server has, a value that is not at
 * hand) raises `Undecided`; whoever asks leaves the answer to the server.
 */

import { readDay } from "./calendar";
import { compile, outcome, type Program } from "./compile";
import { Undecided } from "./failure";
import { Frame, type Row } from "./frame";
import type { TreeNode } from "./tree";
import type { Value } from "./value";

export { Undecided };

type Read = (path: string[]) => unknown;

/** What a formula may look at. `undefined` means that the value is not at hand. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  now: number;
  /** `2024-02-29` */
  today: string;
  /** The person's time zone; left out, that of the browser. */
  zone?: string;
  field: Read;
  global: Read;
  /** Child records, each by dotted path like the record; left out where none are at hand. */
  children?: Read;
  /** The record before the change; null while it is new. */
  prior?: Read | null;
}

const programs = new WeakMap<TreeNode, Program>();

function programOf(tree: TreeNode): Program {
  const known = programs.get(tree);
  if (known) return known;
  const made = compile(tree);
  programs.set(tree, made);
  return made;
}

function gathered(paths: string[][], read: Read): Row {
  return Object.fromEntries(paths.map((path) => [path.join("."), read(path)]));
}

const unknown: Read = () => undefined;

/** The value of a formula; null also where computing it failed. */
export function evaluate(tree: TreeNode, around: Surroundings): Value {
  const program = programOf(tree);
  const { prior } = around;
  const children = gathered(program.children, around.children ?? unknown);
  const frame = new Frame(
    { ...gathered(program.fields, around.field), ...children },
    prior ? gathered(program.fields, prior) : prior,
    {
      now: around.now,
      today: readDay(around.today) ?? 0,
      zone: around.zone,
      globals: gathered(program.globals, around.global),
    },
  );
  return outcome(program, frame, { kind: tree.type });
}

/** Whether a condition holds: null is false. Null if it cannot be decided here. */
export function holds(tree: unknown, around: Surroundings): boolean | null {
  try {
    return evaluate(tree as TreeNode, around) === true;
  } catch (error) {
    if (error instanceof Undecided) return null;
    throw error;
  }
}
