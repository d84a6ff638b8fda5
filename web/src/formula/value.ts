/** Values of the formula language in the browser. */

import { Decimal } from "./decimal";

const DAY = 86_400_000;

/** A date, as days since 1970-01-01. */
export class Day {
  constructor(readonly days: number) {}

  static of(year: number, month: number, day: number): Day | null {
    const date = new Date(Date.UTC(2000, 0, 1));
    date.setUTCFullYear(year, month - 1, day);
    const exists =
      year >= 1 &&
      year <= 9999 &&
      date.getUTCFullYear() === year &&
      date.getUTCMonth() === month - 1 &&
      date.getUTCDate() === day;
    return exists ? new Day(date.getTime() / DAY) : null;
  }

  static read(text: string): Day | null {
    const match = /^(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(text);
    return match ? Day.of(Number(match[1]), Number(match[2]), Number(match[3])) : null;
  }

  get date(): Date {
    return new Date(this.days * DAY);
  }

  toString(): string {
    return this.date.toISOString().slice(0, 10);
  }
}

/** A point in time, as milliseconds since 1970 in UTC. */
export class Moment {
  constructor(readonly ms: number) {}

  static read(text: string): Moment | null {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? null : new Moment(ms);
  }

  toString(): string {
    return `${new Date(this.ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
  }
}

export type Value = Decimal | string | boolean | Day | Moment | null;

/** Null and empty text are the same to tests for blankness. */
export function isBlank(value: Value): boolean {
  return value === null || value === "";
}

/** Order two values of one kind; null if they cannot be ordered. */
export function compare(left: Value, right: Value): number | null {
  if (left instanceof Decimal && right instanceof Decimal) return left.compare(right);
  if (left instanceof Day && right instanceof Day) return left.days - right.days;
  if (left instanceof Moment && right instanceof Moment) return left.ms - right.ms;
  if (typeof left === "string" && typeof right === "string") return byCodePoint(left, right);
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return null;
}

function byCodePoint(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const gap = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (gap !== 0) return gap;
  }
  return a.length - b.length;
}

/** A field's value as it travels, as the formula language has it. */
export function fromField(kind: string, raw: unknown, percent = false): Value {
  if (raw === null || raw === undefined || raw === "") return null;
  switch (kind) {
    case "number": {
      const value = Decimal.read(String(raw).replace(/,/g, ""));
      return value && percent ? value.times(Decimal.of("0.01")) : value;
    }
    case "boolean":
      return raw === true || raw === "true";
    case "date":
      return Day.read(String(raw));
    case "datetime":
      return Moment.read(String(raw));
    default:
      return String(raw);
  }
}
