/** How functions take their arguments; the same rules as on the server. */

import type { Value } from "../value";

export interface Known {
  now: number;
  today: string;
}

/** Null text arrives as "", any other null makes the result null without a call. */
export type Strict = (...values: Value[]) => Value;
/** Null text arrives as "", other nulls as null. */
export type Open = (...values: Value[]) => Value;
/** Arguments are computed when called. */
export type Lazy = (...values: (() => Value)[]) => Value;
/** What only the surroundings know. */
export type Ambient = (known: Known, ...values: Value[]) => Value;
