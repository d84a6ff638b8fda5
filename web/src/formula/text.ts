/** Text as a row of code points: JavaScript counts halves of some characters, the language not. */

import { Failure, TEXT_TOO_LONG } from "./failure";
import { MAX_TEXT } from "./limits";

/** Whether the text holds characters that JavaScript counts as two. */
function hasPairs(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xe000) return true;
  }
  return false;
}

export function lengthOf(text: string): number {
  let pairs = 0;
  for (let at = 0; at + 1 < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit >= 0xdc00) continue;
    const next = text.charCodeAt(at + 1);
    if (next >= 0xdc00 && next < 0xe000) pairs++;
  }
  return text.length - pairs;
}

/** Code points from `start` up to `end`, neither below 0. */
export function slice(text: string, start: number, end: number): string {
  return hasPairs(text) ? [...text].slice(start, end).join("") : text.slice(start, end);
}

/** The text if it is not too long. */
export function bounded(text: string): string {
  if (text.length > MAX_TEXT && lengthOf(text) > MAX_TEXT) throw new Failure(TEXT_TOO_LONG);
  return text;
}

export function joined(left: string, right: string): string {
  return bounded(left + right);
}

/** Order by code point. */
export function compareText(left: string, right: string): number {
  const size = Math.min(left.length, right.length);
  for (let at = 0; at < size; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    // Halves of a pair stand for characters beyond all others.
    if (one !== other) return raised(one) - raised(other);
  }
  return left.length - right.length;
}

function raised(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
