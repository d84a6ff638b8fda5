/** Numbers: rounding and comparison are exact; what has no exact answer goes through doubles. */

import { Decimal, type Rounding } from "../decimal";
import { BAD_ARGUMENT, DIVISION_BY_ZERO, Failure, OUT_OF_RANGE } from "../failure";
import { squareRoot } from "../power";
import type { Compute, Strict } from "../shape";

const PI = Decimal.of("3.14159265358979323846264338327950288420");
const EXACT_DIGITS = 33;

/** Drop the noise of inexact digits before a value becomes whole: 6/11*11 is 6, not 5.99… */
function plain(value: Decimal): Decimal {
  if (value.big === null) return value;
  return value.rounded(EXACT_DIGITS - 1 - value.adjusted);
}

const whole = (rounding: Rounding) => (value: Decimal) => plain(value).rounded(0, rounding);

export function extreme(values: Decimal[], sign: number): Decimal {
  let found = values[0] as Decimal;
  for (const value of values) if (value.compare(found) * sign > 0) found = value;
  return found;
}

function remainder(left: Decimal, right: Decimal): Decimal {
  if (right.isZero) throw new Failure(DIVISION_BY_ZERO);
  return left.modulo(right);
}

/** Through doubles: outside of where the function is defined it fails. */
export function throughDouble(compute: (...values: number[]) => number): Compute {
  return (...values: Decimal[]) => {
    const found = compute(...values.map((value) => value.toNumber()));
    if (Number.isNaN(found)) throw new Failure(BAD_ARGUMENT);
    if (!Number.isFinite(found)) throw new Failure(OUT_OF_RANGE);
    return Decimal.ofDouble(found);
  };
}

const logarithm = (compute: (value: number) => number) =>
  throughDouble((value) => (value > 0 ? compute(value) : Number.NaN));

export const numbers: Strict = {
  abs: (value: Decimal) => value.abs(),
  round: (value: Decimal, digits: Decimal) => value.rounded(digits.toInteger()),
  trunc: (value: Decimal, digits: Decimal = Decimal.ZERO) =>
    value.rounded(digits.toInteger(), "down"),
  ceiling: whole("up"),
  floor: whole("down"),
  mceiling: whole("ceiling"),
  mfloor: whole("floor"),
  max: (...values: Decimal[]) => extreme(values, 1),
  min: (...values: Decimal[]) => extreme(values, -1),
  mod: remainder,
  sqrt: squareRoot,
  exp: throughDouble(Math.exp),
  ln: logarithm(Math.log),
  log: logarithm(Math.log10),
  sin: throughDouble(Math.sin),
  cos: throughDouble(Math.cos),
  tan: throughDouble(Math.tan),
  asin: throughDouble(Math.asin),
  acos: throughDouble(Math.acos),
  atan: throughDouble(Math.atan),
  atan2: throughDouble(Math.atan2),
  pi: () => PI,
};
