/** Sums, extremes and counts over child records. Blank values do not count. */

import { Decimal } from "../decimal";
import type { Compute } from "../shape";
import { extreme } from "./number";

const count = (values: unknown[]) => Decimal.of(values.length);

function sum(values: Decimal[]): Decimal {
  return values.reduce((all, value) => all.plus(value), Decimal.ZERO);
}

function extremeOf(sign: 1 | -1): Compute {
  return (values: Decimal[] | number[]) => {
    if (values.length === 0) return null;
    if (values[0] instanceof Decimal) return extreme(values as Decimal[], sign);
    const numbers = values as number[];
    return numbers.reduce((found, value) => (value * sign > found * sign ? value : found));
  };
}

/** Each is given the values of the child records that count. */
export const AGGREGATES: ReadonlyMap<string, Compute> = new Map<string, Compute>([
  ["exists", (values: unknown[]) => values.length > 0],
  ["count", count],
  ["sum", sum],
  ["avg", (values: Decimal[]) => (values.length > 0 ? sum(values).over(count(values)) : null)],
  ["min_children", extremeOf(-1)],
  ["max_children", extremeOf(1)],
]);
