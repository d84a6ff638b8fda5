/**
 * Values of the formula language in the browser. The tree knows the kind of each, so that dates,
 * moments and times are plain numbers (see `calendar.ts`); numbers are decimals.
 */

import { readClock, readDay, readMoment, writeClock, writeDay } from "./calendar";
import { Decimal } from "./decimal";
import { TENS } from "./digits";

export type Place = readonly [north: Decimal, east: Decimal];
export type Value = Decimal | string | number | boolean | Place | null;

const TEXTY = new Set(["text", "picklist", "multipicklist", "reference"]);
const HUNDRED = Decimal.of(100);

/** Kinds whose null is the empty text. */
export function isTexty(kind: string): boolean {
  return TEXTY.has(kind);
}

/** Null and empty text are the same to tests for blankness. */
export function isBlank(value: Value): boolean {
  return value === null || value === "";
}

/** Whether two values of one kind are the same. */
export function same(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left instanceof Decimal) return right instanceof Decimal && left.equals(right);
  if (!Array.isArray(left) || !Array.isArray(right)) return false;
  return left.every((part, index) => same(part, right[index]));
}

/** A number as it travels: a decimal text, or an ordinary number meaning its shortest digits. */
export function readNumber(raw: unknown): Decimal | null {
  if (typeof raw === "number") return ofNumber(raw);
  const text = String(raw);
  return shortNumber(text) ?? Decimal.read(text) ?? Decimal.read(text.replace(/,/g, ""));
}

function ofNumber(value: number): Decimal | null {
  if (Number.isSafeInteger(value)) return new Decimal(value, 0);
  for (let scale = 1; scale <= 6; scale++) {
    const ten = TENS[scale] as number;
    const digits = Math.round(value * ten);
    // Fifteen digits name a double unambiguously, so these are its own.
    if (digits / ten === value && digits < 1e15 && digits > -1e15)
      return new Decimal(digits, scale);
  }
  return Number.isFinite(value) ? Decimal.ofDouble(value) : null;
}

/** Plain digits with a point, few enough for a double; null for anything else. */
function shortNumber(text: string): Decimal | null {
  const size = text.length;
  if (size === 0 || size > 16) return null;
  let [digits, point] = [0, -1];
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  for (let at = start; at < size; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) digits = digits * 10 + code - 48;
    else if (code === 46 && point < 0) point = at;
    else return null;
  }
  if (size - start === (point < 0 ? 0 : 1) || digits > Number.MAX_SAFE_INTEGER) return null;
  return new Decimal(start ? -digits : digits, point < 0 ? 0 : size - point - 1);
}

function readPlace(raw: unknown): Place | null {
  if (!Array.isArray(raw)) return null;
  const [north, east] = [readNumber(raw[0]), readNumber(raw[1])];
  return north && east && [north, east];
}

/** A value as it travels, as the formula language has it. */
export function fromField(kind: string, raw: unknown): Value {
  if (raw === null || raw === undefined || raw === "") return isTexty(kind) ? "" : null;
  switch (kind) {
    case "number":
      return readNumber(raw);
    case "boolean":
      return raw === true || raw === "true";
    case "date":
      return readDay(String(raw));
    case "datetime":
      return readMoment(String(raw));
    case "time":
      return readClock(String(raw));
    case "geolocation":
      return readPlace(raw);
    default:
      return Array.isArray(raw) ? raw.join(";") : String(raw);
  }
}

/** What a formula's result is declared to be. */
export interface Result {
  kind: string;
  percent?: boolean;
  scale?: number | null;
}

/** Bring a value into the form of the formula's result. */
export function finished(value: Value, result: Result): Value {
  if (result.kind === "boolean") return value === true;
  if (isBlank(value)) return null;
  if (!(value instanceof Decimal)) return value;
  const number = result.percent ? value.times(HUNDRED) : value;
  return result.scale === null || result.scale === undefined
    ? number
    : number.rounded(result.scale);
}

/** A value as it travels. */
export function toField(kind: string, value: Value): string | boolean | string[] | null {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value !== "number")
    return value instanceof Decimal ? String(value) : value.map(String);
  if (kind === "date") return writeDay(value);
  return kind === "time" ? writeClock(value) : new Date(value).toISOString();
}
