/** Functions Chinese vendors have: working days, amounts in words, checks of phones and IDs. */

import { dayOf, inRange, isoWeekday } from "../calendar";
import { Decimal } from "../decimal";
import { magnitude } from "../digits";
import { Failure, OUT_OF_RANGE } from "../failure";
import type { Open, Strict } from "../shape";
import { stripped } from "./conversion";
import { begins, ends } from "./text";

const MOST_WORKDAYS = Decimal.of(100_000);
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿", "亿亿"];
const LARGEST = Decimal.of(10n ** 20n);
const MOBILE = /^(?:\+?86[- ]?)?1[3-9]\d{9}$/;
const IDENTITY = /^\d{17}[\dXx]$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

function daysOff(holidays: (number | null)[]): Set<number> {
  return new Set(holidays.filter((day): day is number => day !== null && isoWeekday(day) < 6));
}

function nextWorkday(start: number, count: number, off: Set<number>): number {
  const step = count > 0 ? 1 : -1;
  const weeks = off.size > 0 ? 0 : Math.floor(Math.abs(count) / 5);
  let left = Math.abs(count) - weeks * 5;
  let day = inRange(start + step * 7 * weeks);
  while (left > 0) {
    day = inRange(day + step);
    if (isoWeekday(day) < 6 && !off.has(day)) left--;
  }
  while (isoWeekday(day) > 5) day = inRange(day - step);
  return day;
}

function workday(start: number | null, count: Decimal | null, ...holidays: (number | null)[]) {
  if (start === null || count === null) return null;
  if (count.abs().compare(MOST_WORKDAYS) > 0) throw new Failure(OUT_OF_RANGE);
  const whole = count.toInteger();
  return whole === 0 ? start : nextWorkday(start, whole, daysOff(holidays));
}

function workdays(start: number | null, end: number | null, ...holidays: (number | null)[]) {
  if (start === null || end === null) return null;
  const [first, last] = [Math.min(start, end), Math.max(start, end)];
  const weeks = Math.floor((last - first + 1) / 7);
  let found = weeks * 5;
  for (let rest = (last - first + 1) % 7; rest > 0; rest--) {
    if (isoWeekday(first + rest - 1) < 6) found++;
  }
  for (const day of daysOff(holidays)) if (day >= first && day <= last) found--;
  return Decimal.of(start <= end ? found : -found);
}

function groupInWords(group: number): string {
  let [text, gap] = ["", false];
  for (const place of [3, 2, 1, 0]) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) gap = text !== "";
    else {
      text += (gap ? "零" : "") + DIGITS[digit] + PLACES[place];
      gap = false;
    }
  }
  return text;
}

function wholeInWords(value: bigint): string {
  const groups: number[] = [];
  for (let rest = value; rest > 0n; rest /= 10_000n) groups.push(Number(rest % 10_000n));
  let [text, gap] = ["", false];
  for (let place = groups.length - 1; place >= 0; place--) {
    const group = groups[place] as number;
    if (group === 0) gap = text !== "";
    else {
      if (text && (gap || group < 1000)) text += "零";
      text += groupInWords(group) + GROUPS[place];
      gap = false;
    }
  }
  return text;
}

/** An amount of yuan in capital Chinese numerals. */
function amountInWords(amount: Decimal): string {
  const value = amount.rounded(2);
  if (value.abs().compare(LARGEST) >= 0) throw new Failure(OUT_OF_RANGE);
  const cents = magnitude(value.times(Decimal.of(100)).toWhole());
  const [yuan, jiao, fen] = [cents / 100n, Number((cents / 10n) % 10n), Number(cents % 10n)];
  let text = yuan > 0n ? `${wholeInWords(yuan)}元` : "";
  if (jiao) text += `${DIGITS[jiao]}角`;
  else if (fen && yuan > 0n) text += "零";
  text = fen ? `${text}${DIGITS[fen]}分` : `${text || "零元"}整`;
  return (value.sign < 0 ? "负" : "") + text;
}

function isIdentity(text: string): boolean {
  if (!IDENTITY.test(text)) return false;
  const part = (start: number, end: number) => Number(text.slice(start, end));
  if (dayOf(part(6, 10), part(10, 12), part(12, 14)) === null) return false;
  const total = WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(text[place]), 0);
  return "10X98765432"[total % 11] === text[17]?.toUpperCase();
}

export const workingDays: Open = { workday, workdays };

export const business: Strict = {
  numberstringrmb: amountInWords,
  ismobile: (text: string) => MOBILE.test(stripped(text)),
  isidnumber: isIdentity,
  equals: (left: string, right: string) => left === right,
  startwith: begins,
  endwith: ends,
};
