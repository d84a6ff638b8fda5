/** The operators; text operands arrive as text, any other null has already made the result null. */

import { Decimal } from "../decimal";
import { compare, Day, Moment, type Value } from "../value";
import type { Strict } from "./shape";

const SECONDS = Decimal.of(86_400);
const MILLISECONDS = Decimal.of(86_400_000);

const number = (value: Value | undefined) => value as Decimal;
const day = (value: Value | undefined) => value as Day;
const moment = (value: Value | undefined) => value as Moment;

function moved(from: Value | undefined, count: Value | undefined, sign: number): Value {
  return new Day(day(from).days + sign * number(count).toInteger());
}

function movedMoment(from: Value | undefined, count: Value | undefined, sign: number): Value {
  const seconds = number(count).times(SECONDS).rounded(0).toInteger();
  return new Moment(moment(from).ms + sign * seconds * 1000);
}

function ordered(test: (gap: number) => boolean): Strict {
  return (left = null, right = null) => {
    const gap = compare(left, right);
    return gap === null ? null : test(gap);
  };
}

function orderedText(test: (gap: number) => boolean): Strict {
  return (left = null, right = null) =>
    left === "" || right === "" ? null : ordered(test)(left, right);
}

const equal: Strict = (left = null, right = null) => compare(left, right) === 0;

export const operators: Record<string, Strict> = {
  add: (left, right) => number(left).plus(number(right)),
  join: (left, right) => `${left}${right}`,
  add_date_days: (date, count) => moved(date, count, 1),
  add_days_date: (count, date) => moved(date, count, 1),
  add_datetime_days: (from, count) => movedMoment(from, count, 1),
  add_days_datetime: (count, from) => movedMoment(from, count, 1),
  positive: (value = null) => value,
  subtract: (left, right) => number(left).minus(number(right)),
  subtract_date_days: (date, count) => moved(date, count, -1),
  subtract_dates: (later, earlier) => Decimal.of(day(later).days - day(earlier).days),
  subtract_datetime_days: (from, count) => movedMoment(from, count, -1),
  subtract_datetimes: (later, earlier) =>
    Decimal.of(moment(later).ms - moment(earlier).ms).over(MILLISECONDS),
  negate: (value) => number(value).negated(),
  multiply: (left, right) => number(left).times(number(right)),
  divide: (left, right) => number(left).over(number(right)),
  equal,
  unequal: (left, right) => !equal(left ?? null, right ?? null),
  less: ordered((gap) => gap < 0),
  less_equal: ordered((gap) => gap <= 0),
  greater: ordered((gap) => gap > 0),
  greater_equal: ordered((gap) => gap >= 0),
  less_text: orderedText((gap) => gap < 0),
  less_equal_text: orderedText((gap) => gap <= 0),
  greater_text: orderedText((gap) => gap > 0),
  greater_equal_text: orderedText((gap) => gap >= 0),
};
