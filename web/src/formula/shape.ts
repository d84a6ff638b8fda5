/** How the meanings of the language are written down: in tables, by their permanent key. */

import type { Frame } from "./frame";
import type { CallNode } from "./tree";
import type { Value } from "./value";

/** A part of a formula, ready to run. Null text is "". */
export type Run = (frame: Frame) => Value;

/** Computes with values; may throw a `Failure`. */
// biome-ignore lint/suspicious/noExplicitAny: the checker on the server has typed the arguments
export type Compute = (...values: any[]) => Value;

/** Makes a part of its own; for what chooses which arguments run, or depends on their kinds. */
export type Form = (parts: readonly Run[], node: CallNode) => Run;

/** Null arguments make the result null without a call. */
export type Strict = Readonly<Record<string, Compute>>;
/** Null arguments arrive as null. */
export type Open = Readonly<Record<string, Compute>>;
export type Forms = Readonly<Record<string, Form>>;
