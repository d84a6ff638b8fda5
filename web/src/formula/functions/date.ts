/** Dates, moments and times of day. Moments are UTC inside; only DATEVALUE looks at a zone. */

import {
  civil,
  DAY,
  dayOf,
  daysOf,
  isoWeekday,
  lengthOf,
  localDay,
  modulo,
  momentInRange,
  parseClock,
  parseDay,
  parseMoment,
} from "../calendar";
import { Decimal } from "../decimal";
import { BAD_DATE, Failure, OUT_OF_RANGE } from "../failure";
import type { Form, Forms, Run, Strict } from "../shape";

const FURTHEST = Decimal.of(400_000_000_000);
const MOST_MONTHS = Decimal.of(120_000);
const MOST = Decimal.of(9999);

const whole = (value: number) => new Decimal(value, 0);
const dayOfMoment = (moment: number) => Math.floor(moment / DAY);

function bounded(value: Decimal, most: Decimal, code: string): number {
  if (value.abs().compare(most) > 0) throw new Failure(code);
  return value.toInteger();
}

function date(...parts: Decimal[]): number {
  const [year = 0, month = 0, day = 0] = parts.map((part) => bounded(part, MOST, BAD_DATE));
  const found = dayOf(year, month, day);
  if (found === null) throw new Failure(BAD_DATE);
  return found;
}

/** The last day of a month stays the last day. */
function addMonths(from: number, months: Decimal): number {
  const [year, month, day] = civil(from);
  const total = year * 12 + month - 1 + bounded(months, MOST_MONTHS, OUT_OF_RANGE);
  const [years, months1] = [Math.floor(total / 12), modulo(total, 12) + 1];
  if (years < 1 || years > 9999) throw new Failure(OUT_OF_RANGE);
  const last = lengthOf(years, months1);
  return daysOf(years, months1, day === lengthOf(year, month) ? last : Math.min(day, last));
}

/** Year and week by ISO 8601: a week belongs to the year of its Thursday. */
function isoWeek(day: number): [year: number, week: number] {
  const thursday = day - isoWeekday(day) + 4;
  const [year] = civil(thursday);
  return [year, Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1];
}

const two = (value: bigint) => String(value).padStart(2, "0");

function duration(seconds: Decimal, withDays = false): string {
  const total = seconds.abs().toWhole();
  const [hours, minute, second] = [total / 3600n, (total / 60n) % 60n, total % 60n];
  const tail = `${two(minute)}:${two(second)}`;
  return withDays ? `${hours / 24n}:${two(hours % 24n)}:${tail}` : `${two(hours)}:${tail}`;
}

const secondsIn = (gap: number) => whole(Math.floor(Math.abs(gap) / 1000));

/** DATE and DATETIME share these meanings; which it is stands in the tree. */
const byKind =
  (ofDay: (day: number) => number): Form =>
  ([value], node) => {
    const run = value as Run;
    const isMoment = node.arguments[0]?.type === "datetime";
    return (frame) => {
      const found = run(frame) as number | null;
      return found === null ? null : whole(ofDay(isMoment ? dayOfMoment(found) : found));
    };
  };

const unixTimestamp: Form = ([value], node) => {
  const run = value as Run;
  const isMoment = node.arguments[0]?.type === "datetime";
  return (frame) => {
    const found = run(frame) as number | null;
    if (found === null) return null;
    return whole(isMoment ? Math.floor(found / 1000) : found * (DAY / 1000));
  };
};

export const dates: Strict = {
  date,
  datevalue_text: (text: string) => (text ? parseDay(text) : null),
  datevalue_date: (day: number) => day,
  datetimevalue_text: (text: string) => (text ? parseMoment(text) : null),
  datetimevalue_datetime: (moment: number) => moment,
  datetimevalue_date: (day: number) => day * DAY,
  timevalue_text: (text: string) => (text ? parseClock(text) : null),
  timevalue_datetime: (moment: number) => modulo(moment, DAY),
  timevalue_time: (clock: number) => clock,
  year: (day: number) => whole(civil(day)[0]),
  month: (day: number) => whole(civil(day)[1]),
  day: (day: number) => whole(civil(day)[2]),
  hour: (clock: number) => whole(Math.floor(clock / 3_600_000)),
  minute: (clock: number) => whole(Math.floor(clock / 60_000) % 60),
  second: (clock: number) => whole(Math.floor(clock / 1000) % 60),
  millisecond: (clock: number) => whole(clock % 1000),
  weekday: (day: number) => whole((isoWeekday(day) % 7) + 1),
  addmonths_date: addMonths,
  addmonths_datetime: (moment: number, months: Decimal) =>
    addMonths(dayOfMoment(moment), months) * DAY + modulo(moment, DAY),
  dayofyear: (day: number) => whole(day - daysOf(civil(day)[0], 1, 1) + 1),
  unixtimestamp_time: (clock: number) => whole(Math.floor(clock / 1000)),
  fromunixtime: (seconds: Decimal) =>
    momentInRange(bounded(seconds, FURTHEST, OUT_OF_RANGE) * 1000),
  formatduration_number: duration,
  formatduration_datetime: (start: number, end: number) => duration(secondsIn(end - start), true),
  formatduration_time: (start: number, end: number) => duration(secondsIn(end - start)),
};

export const clocks: Forms = {
  today: () => (frame) => frame.known.today,
  now: () => (frame) => frame.known.now,
  timenow: () => (frame) => modulo(frame.known.now, DAY),
  datevalue_datetime: ([moment]) => {
    const run = moment as Run;
    return (frame) => {
      const found = run(frame) as number | null;
      try {
        return found === null ? null : localDay(found, frame.known.zone);
      } catch (error) {
        return frame.note(error);
      }
    };
  },
  isoweek: byKind((day) => isoWeek(day)[1]),
  isoyear: byKind((day) => isoWeek(day)[0]),
  unixtimestamp: unixTimestamp,
};
