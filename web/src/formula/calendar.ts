/**
 * Days, moments and times of day as plain numbers: days since 1970-01-01, milliseconds since then
 * in UTC, milliseconds since midnight. The calendar is the Gregorian one, at all times.
 */

import { BAD_DATE, Failure, OUT_OF_RANGE } from "./failure";

export const DAY = 86_400_000;
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
const BLANKS = "[ \\t\\n\\r\\f\\v]*";
const DATE = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})${BLANKS}$`);
const TIME = new RegExp(`^(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.(\\d{1,3}))?${BLANKS}$`);
const DATETIME = new RegExp(
  `^(\\d{4})-(\\d{1,2})-(\\d{1,2}) (\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.(\\d{1,3}))?${BLANKS}$`,
);

/** Year, month from 1, day. */
export type Civil = readonly [year: number, month: number, day: number];

/** The remainder that is never negative. */
export function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest + 0;
}

export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return era * 146_097 + days - 719_468;
}

export function civil(days: number): Civil {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const place = Math.floor((5 * ofYear + 2) / 153);
  const month = place < 10 ? place + 3 : place - 9;
  const day = ofYear - Math.floor((153 * place + 2) / 5) + 1;
  return [year + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

export function lengthOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The day, if there is such a one in the years 1 to 9999. */
export function dayOf(year: number, month: number, day: number): number | null {
  if (year < 1 || year > 9999 || month < 1 || month > 12) return null;
  return day < 1 || day > lengthOf(year, month) ? null : daysOf(year, month, day);
}

/** A day within the calendar; fails otherwise. */
export function inRange(days: number): number {
  if (days >= FIRST_DAY && days <= LAST_DAY) return days;
  throw new Failure(OUT_OF_RANGE);
}

/** A moment within the calendar; fails otherwise. */
export function momentInRange(ms: number): number {
  if (ms >= FIRST_DAY * DAY && ms < (LAST_DAY + 1) * DAY) return ms;
  throw new Failure(OUT_OF_RANGE);
}

/** 1 is Monday, 7 is Sunday. */
export function isoWeekday(days: number): number {
  return modulo(days + 3, 7) + 1;
}

function isTwo(text: string, at: number): boolean {
  const [left, right] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return left >= 48 && left <= 57 && right >= 48 && right <= 57;
}

function two(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}

/** Read a date as it travels, `2024-02-29`; what follows is left alone. */
export function readDay(text: string): number | null {
  if (!isTwo(text, 0) || !isTwo(text, 2) || !isTwo(text, 5) || !isTwo(text, 8)) return null;
  return dayOf(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8));
}

/** Read a moment as it travels, in ISO 8601. */
export function readMoment(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** Read a time as it travels, `23:59:59.999`; seconds may be missing. */
export function readClock(text: string): number | null {
  const match = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/.exec(text);
  return match ? clockOf(match[1], match[2], match[3] ?? "0", match[4]?.slice(0, 3)) : null;
}

function clockOf(hour = "", minute = "", second = "", fraction = ""): number | null {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) return null;
  return ((h * 60 + m) * 60 + s) * 1000 + Number(fraction.padEnd(3, "0"));
}

function known(value: number | null): number {
  if (value === null) throw new Failure(BAD_DATE);
  return value;
}

/** What DATEVALUE reads. */
export function parseDay(text: string): number {
  const match = DATE.exec(text);
  return known(match && dayOf(Number(match[1]), Number(match[2]), Number(match[3])));
}

/** What DATETIMEVALUE reads. */
export function parseMoment(text: string): number {
  const match = DATETIME.exec(text);
  const day = match && dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return known(day) * DAY + known(match && clockOf(match[4], match[5], match[6], match[7]));
}

/** What TIMEVALUE reads. */
export function parseClock(text: string): number {
  const match = TIME.exec(text);
  return known(match && clockOf(match[1], match[2], match[3], match[4]));
}

const padded = (value: number, size: number) => String(value).padStart(size, "0");

/** `2024-02-29` */
export function writeDay(days: number): string {
  const [year, month, day] = civil(days);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** `23:59:59` */
export function writeSeconds(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${padded(hours, 2)}:${padded(minutes, 2)}:${padded(seconds % 60, 2)}`;
}

/** `23:59:59.999` */
export function writeClock(ms: number): string {
  return `${writeSeconds(ms)}.${padded(ms % 1000, 3)}`;
}

/** `2024-02-29 08:30:00Z` */
export function writeMoment(ms: number): string {
  return `${writeDay(Math.floor(ms / DAY))} ${writeSeconds(modulo(ms, DAY))}Z`;
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** The day a moment falls on in a zone; without one, on the person's own clock. */
export function localDay(ms: number, zone = ""): number {
  let format = zones.get(zone);
  if (!format) {
    const fields = { era: "short", year: "numeric", month: "numeric", day: "numeric" } as const;
    const options = { ...fields, calendar: "gregory", numberingSystem: "latn" };
    format = new Intl.DateTimeFormat("en-US", zone ? { ...options, timeZone: zone } : options);
    zones.set(zone, format);
  }
  const parts = new Map(format.formatToParts(ms).map((part) => [part.type, part.value]));
  const [year, month, day] = [parts.get("year"), parts.get("month"), parts.get("day")];
  const found = parts.get("era") === "AD" && dayOf(Number(year), Number(month), Number(day));
  if (found === false || found === null) throw new Failure(OUT_OF_RANGE);
  return found;
}
