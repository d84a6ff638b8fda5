/**
 * Makes a typed tree into a program: closures that run on one record after the other.
 *
 * A part that fails becomes null, its code is noted, and the rest goes on; a part that only the
 * server can compute raises `Undecided` if, and only if, it is needed.
 */

import { Decimal } from "./decimal";
import { Failure, TEXT_TOO_LONG, Undecided } from "./failure";
import type { Frame, Row } from "./frame";
import { FORMS, OPEN, STRICT } from "./functions";
import { AGGREGATES } from "./functions/children";
import { MAX_TEXT } from "./limits";
import type { Compute, Run } from "./shape";
import { lengthOf } from "./text";
import type { AggregateNode, CallNode, FieldNode, GlobalNode, LetNode, TreeNode } from "./tree";
import {
  finished,
  fromField,
  isBlank,
  isTexty,
  type Result,
  readNumber,
  type Value,
} from "./value";

const HUNDREDTH = Decimal.of("0.01");

export interface Program {
  run: Run;
  /** Paths read from the record, and from what is known besides. */
  fields: string[][];
  globals: string[][];
  /** Paths to the lists of child records. */
  children: string[][];
}

export function compile(tree: TreeNode): Program {
  const compiler = new Compiler();
  const run = compiler.part(tree);
  const { fields, globals, children } = compiler;
  return { run, fields, globals, children };
}

/** Run to the end: the value in the form the formula's result is declared to have. */
export function outcome(program: Program, frame: Frame, result: Result): Value {
  try {
    const value = finished(program.run(frame), result);
    if (typeof value === "string" && value.length > MAX_TEXT && lengthOf(value) > MAX_TEXT) {
      throw new Failure(TEXT_TOO_LONG);
    }
    return value;
  } catch (error) {
    return frame.note(error);
  }
}

class Compiler {
  readonly fields: string[][] = [];
  readonly globals: string[][] = [];
  readonly children: string[][] = [];
  private readonly places = new Map<string, number>();

  part(node: TreeNode): Run {
    switch (node.node) {
      case "literal": {
        const value = fromField(node.type, node.value);
        return () => value;
      }
      case "field":
        this.fields.push(node.path);
        return field(node);
      case "global":
        this.globals.push(node.path);
        return global(node);
      case "variable": {
        const place = this.place(node.name);
        return (frame) => frame.bound[place] as Value;
      }
      case "let":
        return this.let(node);
      case "aggregate":
        return this.aggregate(node);
      case "call":
        return this.call(node);
      default:
        return undecided((node as TreeNode).node);
    }
  }

  private place(name: string): number {
    const known = this.places.get(name) ?? this.places.size;
    this.places.set(name, known);
    return known;
  }

  private let(node: LetNode): Run {
    const bindings = node.bindings.map(
      ([name, value]) => [this.place(name), this.part(value)] as const,
    );
    const body = this.part(node.body);
    return (frame) => {
      for (const [place, value] of bindings) frame.bound[place] = value(frame);
      return body(frame);
    };
  }

  /** What the parts of an aggregate read, they read from child records. */
  private inner(node: TreeNode | undefined): Run | undefined {
    if (!node) return undefined;
    const counts = [this.fields.length, this.children.length] as const;
    const run = this.part(node);
    [this.fields.length, this.children.length] = counts;
    return run;
  }

  private aggregate(node: AggregateNode): Run {
    const compute = AGGREGATES.get(node.key);
    if (!compute) return undecided(node.key);
    this.children.push(node.path);
    const name = node.path.join(".");
    const [value, condition] = [this.inner(node.value), this.inner(node.condition)];
    return (frame) => {
      const values: Value[] = [];
      const before = frame.failures.length;
      for (const child of (known(frame.row[name], name) ?? []) as Row[]) {
        const inner = frame.of(child);
        if (condition && condition(inner) !== true) continue;
        const found = value ? value(inner) : true;
        if (!isBlank(found)) values.push(found);
        if (node.key === "exists" && values.length > 0) {
          // One that counts decides, whatever failed for others: their order says nothing.
          frame.failures.length = before;
          break;
        }
      }
      try {
        return compute(values);
      } catch (error) {
        return frame.note(error);
      }
    };
  }

  private call(node: CallNode): Run {
    const parts = node.arguments.map((argument) => this.part(argument));
    const run = called(node, parts);
    return isTexty(node.type) ? (frame) => run(frame) ?? "" : run;
  }
}

function called(node: CallNode, parts: readonly Run[]): Run {
  const form = FORMS.get(node.key);
  if (form) return form(parts, node);
  const strict = STRICT.get(node.key);
  if (strict) return strictCall(strict, parts);
  const open = OPEN.get(node.key);
  if (open) return openCall(open, parts);
  return undecided(node.key);
}

function undecided(what: string): Run {
  return () => {
    throw new Undecided(what);
  };
}

function openCall(compute: Compute, parts: readonly Run[]): Run {
  return (frame) => {
    const values = parts.map((part) => part(frame));
    try {
      return compute(...values);
    } catch (error) {
      return frame.note(error);
    }
  };
}

/** Every argument runs, also after a null, so that what fails in it is noted. */
function strictCall(compute: Compute, parts: readonly Run[]): Run {
  const [first, second] = parts;
  if (parts.length === 1 && first) {
    return (frame) => {
      const value = first(frame);
      if (value === null) return null;
      try {
        return compute(value);
      } catch (error) {
        return frame.note(error);
      }
    };
  }
  if (parts.length === 2 && first && second) {
    return (frame) => {
      const left = first(frame);
      const right = second(frame);
      if (left === null || right === null) return null;
      try {
        return compute(left, right);
      } catch (error) {
        return frame.note(error);
      }
    };
  }
  return (frame) => {
    const values = parts.map((part) => part(frame));
    if (values.includes(null)) return null;
    try {
      return compute(...values);
    } catch (error) {
      return frame.note(error);
    }
  };
}

function field(node: FieldNode): Run {
  const name = node.path.join(".");
  const read = reader(node);
  return (frame) => read(frame.row[name], name);
}

function global(node: GlobalNode): Run {
  const name = node.path.join(".");
  const read = reader(node);
  return (frame) => read(frame.known.globals[name], name);
}

type Read = (raw: unknown, name: string) => Value;

/** How a value as it travels is read; one that is not at hand leaves the formula undecided. */
function reader(node: FieldNode | GlobalNode): Read {
  const { type } = node;
  if (type === "number") return numberReader(node.percent === true, node.zero === true);
  if (type === "boolean")
    return (raw, name) => raw === true || fromField(type, known(raw, name)) === true;
  if (!isTexty(type)) return (raw, name) => fromField(type, known(raw, name));
  return (raw, name) => (typeof raw === "string" ? raw : fromField(type, known(raw, name)));
}

function numberReader(isPercent: boolean, isZero: boolean): Read {
  const blank = isZero ? Decimal.ZERO : null;
  return (raw, name) => {
    if (raw === null || raw === "") return blank;
    const value = readNumber(known(raw, name));
    return isPercent ? (value?.times(HUNDREDTH) ?? null) : value;
  };
}

function known(raw: unknown, name: string): unknown {
  if (raw === undefined) throw new Undecided(name);
  return raw;
}
