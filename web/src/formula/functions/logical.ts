/** Choosing and testing. Null conditions count as false. */

import { compare, isBlank, type Value } from "../value";
import type { Lazy, Open } from "./shape";

type Thunk = () => Value;

function chosen(subject: Value | undefined, pairs: Thunk[], last: Thunk): Value {
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const test = pairs[index]?.() ?? null;
    const hit = subject === undefined ? test === true : compare(subject, test) === 0;
    if (hit) return pairs[index + 1]?.() ?? null;
  }
  return last();
}

const nothing: Thunk = () => null;

export const lazy: Record<string, Lazy> = {
  and: (...conditions) => conditions.every((condition) => condition() === true),
  or: (...conditions) => conditions.some((condition) => condition() === true),
  if: (condition = nothing, then = nothing, otherwise = nothing) =>
    condition() === true ? then() : otherwise(),
  ifs: (...values) => chosen(undefined, values.slice(0, -1), values.at(-1) ?? nothing),
  case: (expression = nothing, ...values) => {
    const last = values.at(-1) ?? nothing;
    const subject = expression();
    return subject === null ? last() : chosen(subject, values.slice(0, -1), last);
  },
  blankvalue: (value = nothing, fallback = nothing) => {
    const found = value();
    return isBlank(found) ? fallback() : found;
  },
  nullvalue: (value = nothing, fallback = nothing) => value() ?? fallback(),
};

export const open: Record<string, Open> = {
  isblank: (value = null) => isBlank(value),
  isnull: (value = null) => value === null,
  in: (value = null, ...members) =>
    !isBlank(value) && members.some((member) => compare(value, member) === 0),
};
