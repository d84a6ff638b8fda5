/** Text functions; lengths and positions count code points. */

import { Decimal } from "../decimal";
import type { Value } from "../value";
import type { Strict } from "./shape";

const letters = (value: Value | undefined) => [...String(value ?? "")];
const count = (value: Value | undefined) =>
  value instanceof Decimal ? value.toInteger() : Number.NaN;
const text = (value: Value | undefined) => String(value ?? "");

function padded(value: Value | undefined, width: Value | undefined, fill: Value | undefined) {
  const own = letters(value);
  const size = count(width);
  if (!(size > 0) || own.length === 0) return null;
  const pad = fill === undefined ? [" "] : letters(fill);
  if (size <= own.length || pad.length === 0) return { own: own.slice(0, size), pad: [] };
  const missing = size - own.length;
  return { own, pad: Array.from({ length: missing }, (_, index) => pad[index % pad.length]) };
}

function read(value: Value | undefined): Value {
  return value === "" ? null : Decimal.read(text(value));
}

export const texts: Record<string, Strict> = {
  len: (value) => Decimal.of(letters(value).length),
  left: (value, n) => (count(n) > 0 ? letters(value).slice(0, count(n)).join("") : ""),
  right: (value, n) => (count(n) > 0 ? letters(value).slice(-count(n)).join("") : ""),
  mid: (value, start, n) => {
    const from = Math.max(count(start), 1) - 1;
    return count(n) > 0
      ? letters(value)
          .slice(from, from + count(n))
          .join("")
      : "";
  },
  find: (search, value, start) => {
    const [wanted, whole] = [text(search), letters(value)];
    const from = start === undefined ? 0 : Math.max(count(start), 1) - 1;
    if (wanted === "" || whole.length === 0) return Decimal.of(0);
    const tail = whole.slice(from).join("");
    const at = tail.indexOf(wanted);
    return Decimal.of(at < 0 ? 0 : from + [...tail.slice(0, at)].length + 1);
  },
  begins: (value, start) => text(value).startsWith(text(start)),
  contains: (value, part) => text(value).includes(text(part)),
  substitute: (value, old, next) =>
    text(old) === "" ? (value ?? null) : text(value).split(text(old)).join(text(next)),
  trim: (value) => text(value).replace(/^ +| +$/g, ""),
  upper: (value) => text(value).toUpperCase(),
  lower: (value) => text(value).toLowerCase(),
  lpad: (value, width, fill) => {
    const made = padded(value, width, fill);
    return made && [...made.pad, ...made.own].join("");
  },
  rpad: (value, width, fill) => {
    const made = padded(value, width, fill);
    return made && [...made.own, ...made.pad].join("");
  },
  text_number: (value) => text(value),
  text_date: (value) => text(value),
  text_datetime: (value) => text(value),
  text_picklist: (value, ...pairs) => {
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      if (pairs[index] === value) return pairs[index + 1] ?? null;
    }
    return value ?? null;
  },
  value: read,
  isnumber: (value) => read(value) !== null,
  ispickval: (value, choice) => value === choice,
};
