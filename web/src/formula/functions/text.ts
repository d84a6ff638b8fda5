/** Text functions. Blank text is ""; positions count from 1, in code points. */

import { Decimal } from "../decimal";
import { Failure, TEXT_TOO_LONG } from "../failure";
import { MAX_TEXT } from "../limits";
import type { Strict } from "../shape";
import { bounded, lengthOf, slice } from "../text";

const SPACE = " ".charCodeAt(0);

function left(text: string, count: Decimal): string {
  return slice(text, 0, Math.max(0, count.toInteger()));
}

function right(text: string, count: Decimal): string {
  const length = count.toInteger();
  return length > 0 ? slice(text, Math.max(0, lengthOf(text) - length), Infinity) : "";
}

function middle(text: string, start: Decimal, count: Decimal): string {
  const first = Math.max(1, start.toInteger()) - 1;
  const length = count.toInteger();
  return length > 0 ? slice(text, first, first + length) : "";
}

function substring(text: string, start: Decimal, count?: Decimal): string {
  const [first, own] = [start.toInteger(), lengthOf(text)];
  if (first < -own) return "";
  const offset = first > 0 ? first - 1 : first < 0 ? own + first : 0;
  const end = count === undefined ? Infinity : offset + Math.max(0, count.toInteger());
  return slice(text, offset, end);
}

function find(search: string, text: string, start: Decimal = Decimal.ONE): Decimal {
  if (!search || !text) return Decimal.ZERO;
  const from = Math.max(1, start.toInteger()) - 1;
  if (from > lengthOf(text)) return Decimal.ZERO;
  const at = text.indexOf(search, slice(text, 0, from).length);
  return Decimal.of(at < 0 ? 0 : lengthOf(text.slice(0, at)) + 1);
}

function substitute(text: string, old: string, next: string): string {
  if (!old) return text;
  const parts = text.split(old);
  if (parts.length === 1) return text;
  const size = lengthOf(text) + (parts.length - 1) * (lengthOf(next) - lengthOf(old));
  if (size > MAX_TEXT) throw new Failure(TEXT_TOO_LONG);
  return parts.join(next);
}

function padding(text: string, size: Decimal, pad: string): [kept: string, padding: string] {
  const length = size.toInteger();
  if (length > MAX_TEXT) throw new Failure(TEXT_TOO_LONG);
  if (length <= 0 || !text) return ["", ""];
  const missing = length - lengthOf(text);
  if (missing <= 0 || !pad) return [slice(text, 0, length), ""];
  return [text, slice(pad.repeat(Math.floor(missing / lengthOf(pad)) + 1), 0, missing)];
}

function padLeft(text: string, size: Decimal, pad = " "): string {
  const [kept, made] = padding(text, size, pad);
  return made + kept;
}

function padRight(text: string, size: Decimal, pad = " "): string {
  const [kept, made] = padding(text, size, pad);
  return kept + made;
}

function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) === SPACE) start++;
  while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
  return text.slice(start, end);
}

function isTurkic(locale: string): boolean {
  return ["tr", "az"].includes(locale.toLowerCase().split(/[_-]/, 1)[0] ?? "");
}

function upper(text: string, locale = ""): string {
  return bounded((isTurkic(locale) ? text.replaceAll("i", "İ") : text).toUpperCase());
}

function lower(text: string, locale = ""): string {
  const plain = isTurkic(locale) ? text.replaceAll("İ", "i").replaceAll("I", "ı") : text;
  return bounded(plain.toLowerCase());
}

function capitalised(text: string): string {
  const word = /[\p{L}\p{Nd}]+/gu;
  return bounded(
    text.replace(word, (found) => {
      const first = slice(found, 0, 1);
      return first.toUpperCase() + found.slice(first.length).toLowerCase();
    }),
  );
}

function chosen(value: string): string[] {
  return value.split(";");
}

export const begins = (text: string, part: string) => text.startsWith(part);
export const ends = (text: string, part: string) => text.endsWith(part);

export const texts: Strict = {
  len: (text: string) => new Decimal(lengthOf(text), 0),
  contains: (text: string, part: string) => text.includes(part),
  begins,
  ends,
  left,
  right,
  mid: middle,
  substr: substring,
  find,
  substitute,
  trim,
  upper,
  lower,
  initcap: capitalised,
  reverse: (text: string) => [...text].reverse().join(""),
  lpad: padLeft,
  rpad: padRight,
  br: () => "\n",
  includes: (value: string, choice: string) => chosen(value).includes(choice),
  picklistcount: (value: string) => Decimal.of(value ? chosen(value).length : 0),
};
