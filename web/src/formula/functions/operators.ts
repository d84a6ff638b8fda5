/** The operators. `&&`, `||` and `!` are AND, OR and NOT. */

import { DAY, inRange, modulo, momentInRange } from "../calendar";
import { Decimal } from "../decimal";
import { DIVISION_BY_ZERO, Failure, OUT_OF_RANGE } from "../failure";
import { power } from "../power";
import type { Compute, Form, Forms, Run, Strict } from "../shape";
import { compareText, joined } from "../text";
import { same, type Value } from "../value";

const DAY_SECONDS = Decimal.of(86_400);
const DAY_MILLISECONDS = Decimal.of(DAY);
const LONGEST = Decimal.of(4_000_000);

function bounded(count: Decimal): Decimal {
  if (count.abs().compare(LONGEST) > 0) throw new Failure(OUT_OF_RANGE);
  return count;
}

const addDays = (day: number, count: Decimal) => inRange(day + bounded(count).toInteger());
const takeDays = (day: number, count: Decimal) => inRange(day - bounded(count).toInteger());

function seconds(days: Decimal): number {
  return bounded(days).times(DAY_SECONDS).rounded(0).toInteger() * 1000;
}

const move = (moment: number, days: Decimal) => momentInRange(moment + seconds(days));
const moveBack = (moment: number, days: Decimal) => momentInRange(moment - seconds(days));

/** Whole milliseconds within a day, however many were given. */
function turned(count: Decimal): number {
  return Number(count.toWhole() % BigInt(DAY));
}

const turn = (clock: number, count: Decimal) => modulo(clock + turned(count), DAY);
const turnBack = (clock: number, count: Decimal) => modulo(clock - turned(count), DAY);

export function divide(left: Decimal, right: Decimal): Decimal {
  if (right.isZero) throw new Failure(DIVISION_BY_ZERO);
  return left.over(right);
}

export const operators: Strict = {
  add: (left: Decimal, right: Decimal) => left.plus(right),
  join: joined,
  add_date_days: addDays,
  add_days_date: (count, day) => addDays(day, count),
  add_datetime_days: move,
  add_days_datetime: (days, moment) => move(moment, days),
  add_time_milliseconds: turn,
  add_milliseconds_time: (count, clock) => turn(clock, count),
  positive: (value: Decimal) => value.settled(),
  subtract: (left: Decimal, right: Decimal) => left.minus(right),
  subtract_date_days: takeDays,
  subtract_dates: (later: number, earlier: number) => new Decimal(later - earlier, 0),
  subtract_datetime_days: moveBack,
  subtract_datetimes: (later: number, earlier: number) =>
    Decimal.of(later - earlier).over(DAY_MILLISECONDS),
  subtract_time_milliseconds: turnBack,
  subtract_times: (later: number, earlier: number) => Decimal.of(modulo(later - earlier, DAY)),
  negate: (value: Decimal) => value.negated(),
  multiply: (left: Decimal, right: Decimal) => left.times(right),
  divide,
  power,
};

/** Whether two values are the same, as fast as their kind allows. */
export function sameness(kinds: readonly string[]): (left: Value, right: Value) => boolean {
  if (kinds.includes("geolocation")) return same;
  if (!kinds.includes("number")) return (left, right) => left === right;
  return (left, right) => (left as Decimal).compare(right as Decimal) === 0;
}

function equality(wanted: boolean): Form {
  return ([left, right], node) => {
    const [first, second] = [left as Run, right as Run];
    const isSame = sameness(node.arguments.map((argument) => argument.type));
    return (frame) => {
      const [one, other] = [first(frame), second(frame)];
      return one === null || other === null ? null : isSame(one, other) === wanted;
    };
  };
}

function ordering(test: (gap: number) => boolean): Form {
  return ([left, right], node) => {
    const [first, second] = [left as Run, right as Run];
    const isNumber = node.arguments.some((argument) => argument.type === "number");
    const gap = isNumber
      ? (one: Value, other: Value) => (one as Decimal).compare(other as Decimal)
      : (one: Value, other: Value) => (one as number) - (other as number);
    return (frame) => {
      const [one, other] = [first(frame), second(frame)];
      return one === null || other === null ? null : test(gap(one, other));
    };
  };
}

function textOrdering(test: (gap: number) => boolean): Compute {
  return (left: string, right: string) => (left && right ? test(compareText(left, right)) : null);
}

const isLess = (gap: number) => gap < 0;
const isLessEqual = (gap: number) => gap <= 0;
const isGreater = (gap: number) => gap > 0;
const isGreaterEqual = (gap: number) => gap >= 0;

export const comparisons: Forms = {
  equal: equality(true),
  unequal: equality(false),
  less: ordering(isLess),
  less_equal: ordering(isLessEqual),
  greater: ordering(isGreater),
  greater_equal: ordering(isGreaterEqual),
};

export const textComparisons: Strict = {
  less_text: textOrdering(isLess),
  less_equal_text: textOrdering(isLessEqual),
  greater_text: textOrdering(isGreater),
  greater_equal_text: textOrdering(isGreaterEqual),
};
