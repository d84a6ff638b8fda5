/** Dates. Today and now come from outside; a moment's date is that of the person's clock. */

import { Decimal } from "../decimal";
import { Day, Moment, type Value } from "../value";
import type { Ambient, Strict } from "./shape";

const day = (value: Value | undefined) => (value as Day).date;
const whole = (value: Value | undefined) => (value as Decimal).toInteger();

function lastOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The last day of a month stays the last day. */
function addMonths(value: Value | undefined, months: Value | undefined): Value {
  const from = day(value);
  const total = from.getUTCFullYear() * 12 + from.getUTCMonth() + whole(months);
  const [year, month] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  const last = lastOf(year, month);
  const own = from.getUTCDate();
  const wasLast = own === lastOf(from.getUTCFullYear(), from.getUTCMonth() + 1);
  return Day.of(year, month, wasLast ? last : Math.min(own, last));
}

function localDay(value: Value | undefined): Value {
  const local = new Date((value as Moment).ms);
  return Day.of(local.getFullYear(), local.getMonth() + 1, local.getDate());
}

export const dates: Record<string, Strict> = {
  date: (year, month, date) => Day.of(whole(year), whole(month), whole(date)),
  datevalue_date: (value) => value ?? null,
  datevalue_datetime: localDay,
  datevalue_text: (value) => Day.read(String(value)),
  year: (value) => Decimal.of(day(value).getUTCFullYear()),
  month: (value) => Decimal.of(day(value).getUTCMonth() + 1),
  day: (value) => Decimal.of(day(value).getUTCDate()),
  weekday: (value) => Decimal.of(day(value).getUTCDay() + 1),
  addmonths_date: addMonths,
};

export const ambient: Record<string, Ambient> = {
  today: ({ today }) => Day.read(today),
  now: ({ now }) => new Moment(now),
};
