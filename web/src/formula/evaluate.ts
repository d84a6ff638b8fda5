/**
 * Walks a typed tree. A formula that cannot be decided here (a function only the server has, a
 * value that is not at hand) raises `Undecided`; whoever asks leaves the answer to the server.
 */

import { Decimal } from "./decimal";
import { ambient, dates } from "./functions/date";
import { lazy, open } from "./functions/logical";
import { numbers } from "./functions/number";
import { operators } from "./functions/operators";
import type { Known, Strict } from "./functions/shape";
import { texts } from "./functions/text";
import type { CallNode, FieldNode, GlobalNode, LiteralNode, TreeNode } from "./tree";
import { fromField, type Value } from "./value";

export class Undecided extends Error {}

/** What a formula may look at. `undefined` means that the value is not at hand. */
export interface Surroundings extends Known {
  field: (path: string[]) => unknown;
  global: (path: string[]) => unknown;
}

const strict: Record<string, Strict> = { ...operators, ...texts, ...numbers, ...dates };
const TEXTY = new Set(["text", "picklist", "multipicklist", "reference"]);
const KNOWN_TYPES = new Set([...TEXTY, "number", "boolean", "date", "datetime", "null"]);
const ZERO = Decimal.of(0);

type Bound = ReadonlyMap<string, Value>;

export function evaluate(node: TreeNode, around: Surroundings, bound: Bound = new Map()): Value {
  switch (node.node) {
    case "literal":
      return literal(node);
    case "field":
      return settled(node, around.field(node.path));
    case "global":
      return settled(node, around.global(node.path));
    case "variable":
      return bound.get(node.name) ?? null;
    case "let": {
      const inner = new Map(bound);
      for (const [name, value] of node.bindings) inner.set(name, evaluate(value, around, inner));
      return evaluate(node.body, around, inner);
    }
    case "call":
      return call(node, around, bound);
    default:
      throw new Undecided("node");
  }
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

function literal(node: LiteralNode): Value {
  return fromField(node.type, node.value);
}

function settled(node: FieldNode | GlobalNode, raw: unknown): Value {
  if (raw === undefined || !KNOWN_TYPES.has(node.type)) throw new Undecided(node.path.join("."));
  const value = fromField(node.type, raw, node.percent);
  if (value !== null) return value;
  if (node.type === "boolean") return false;
  return node.zero ? ZERO : null;
}

function call(node: CallNode, around: Surroundings, bound: Bound): Value {
  const { key } = node;
  const later = lazy[key];
  if (later) return later(...node.arguments.map((each) => () => evaluate(each, around, bound)));
  const values = node.arguments.map((each) => argument(each, evaluate(each, around, bound)));
  const opened = open[key];
  if (opened) return opened(...values);
  if (key === "not") return values[0] === null ? null : values[0] !== true;
  const outside = ambient[key];
  if (outside) return outside(around, ...values);
  const compute = strict[key];
  if (!compute) throw new Undecided(key);
  return values.some((value) => value === null) ? null : compute(...values);
}

/** Null text is empty text to every function. */
function argument(node: TreeNode, value: Value): Value {
  return value === null && (TEXTY.has(node.type) || isNullText(node)) ? "" : value;
}

function isNullText(node: TreeNode): boolean {
  return node.node === "literal" && node.type === "text";
}
