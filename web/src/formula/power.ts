/** Powers and square roots, to all digits. */

import { Decimal } from "./decimal";
import { divided, magnitude, tens, width } from "./digits";
import { BAD_ARGUMENT, DIVISION_BY_ZERO, Failure, OUT_OF_RANGE } from "./failure";
import { MAX_POWER } from "./limits";

const DIGITS = 39;
const LARGEST = Decimal.exact(tens(MAX_POWER), 0);
const SMALLEST = Decimal.exact(1n, DIGITS);
/** Digits after the point while logarithms are computed; a result needs about 39 of them. */
const PLACES = 90;
const UNIT = tens(PLACES);

export function squareRoot(value: Decimal): Decimal {
  if (value.sign < 0) throw new Failure(BAD_ARGUMENT);
  if (value.isZero) return value;
  const extra = Math.max(0, 2 * (DIGITS + 2) - width(value.all));
  const shift = (value.scale + extra) % 2 === 0 ? extra : extra + 1;
  const square = value.all * tens(shift);
  const root = rootOf(square);
  const scale = (value.scale + shift) / 2;
  if (root * root === square) return Decimal.fit(root, scale).shortened();
  return Decimal.fit(root * 10n + 1n, scale + 1);
}

/** The largest whole number whose square is not above. */
function rootOf(square: bigint): bigint {
  let found = tens(Math.ceil(width(square) / 2) + 1);
  for (;;) {
    const next = (found + square / found) / 2n;
    if (next >= found) return found;
    found = next;
  }
}

/** Refuses giants; a fractional exponent needs a positive base. */
export function power(base: Decimal, exponent: Decimal): Decimal {
  if (exponent.isZero) return Decimal.ONE;
  if (base.isZero) {
    if (exponent.sign < 0) throw new Failure(DIVISION_BY_ZERO);
    return Decimal.ZERO;
  }
  const count = exponent.toWhole();
  const isWhole = Decimal.exact(count, 0).equals(exponent);
  if (!isWhole && base.sign < 0) throw new Failure(BAD_ARGUMENT);
  const estimate = logarithm(base) * exponent.toNumber();
  if (estimate > MAX_POWER) throw new Failure(OUT_OF_RANGE);
  if (estimate < -DIGITS) return Decimal.ZERO;
  const found = isWhole ? repeated(base, count) : exponential(base, exponent);
  if (found.abs().compare(LARGEST) > 0) throw new Failure(OUT_OF_RANGE);
  return found.abs().compare(SMALLEST) < 0 ? Decimal.ZERO : found.shortened();
}

/** The logarithm to base 10 of what the number is without its sign, as a double. */
function logarithm(value: Decimal): number {
  const digits = magnitude(value.all);
  const excess = width(digits) - 1;
  const lead = Number(digits) / Number(tens(excess));
  // Near 1 the difference tells more than the logarithm of a rounded number.
  const rest = Decimal.exact(digits - tens(excess), excess).toNumber();
  const fraction =
    excess === value.scale && rest < 0.1 ? Math.log1p(rest) / Math.LN10 : Math.log10(lead);
  return fraction + excess - value.scale;
}

/** Square and multiply, with digits to spare. */
function repeated(base: Decimal, count: bigint): Decimal {
  const kept = DIGITS + 20 + width(count);
  let [digits, scale] = [1n, 0];
  for (const bit of magnitude(count).toString(2)) {
    [digits, scale] = shortened(digits * digits, scale * 2, kept);
    if (bit === "1") [digits, scale] = shortened(digits * base.all, scale + base.scale, kept);
  }
  if (count > 0n) return Decimal.fit(digits, scale);
  const extra = width(digits) + kept;
  const quotient = tens(extra) / digits;
  const isExact = quotient * digits === tens(extra);
  if (isExact) return Decimal.fit(quotient, extra - scale);
  return Decimal.fit(quotient * 10n + (digits < 0n ? -1n : 1n), extra - scale + 1);
}

function shortened(digits: bigint, scale: number, kept: number): [bigint, number] {
  const excess = width(digits) - kept;
  return excess > 0 ? [divided(digits, tens(excess)), scale - excess] : [digits, scale];
}

/** e to the product of the exponent and the base's logarithm; both with `PLACES` places. */
function exponential(base: Decimal, exponent: Decimal): Decimal {
  const excess = width(base.all) - 1;
  const lead = (base.all * UNIT) / tens(excess);
  const ten = naturalLogarithm(10n * UNIT);
  const natural = naturalLogarithm(lead) + BigInt(excess - base.scale) * ten;
  const product = natural * exponent.all;
  const scaled = exponent.scale > 0 ? product / tens(exponent.scale) : product;
  const tenfold = scaled / ten;
  return Decimal.fit(raised(scaled - tenfold * ten), PLACES - Number(tenfold));
}

/** ln x from a double's guess, corrected by the series for what it leaves. */
function naturalLogarithm(value: bigint): bigint {
  const guess = Decimal.ofDouble(Math.log(Decimal.exact(value, PLACES).toNumber()));
  const near = guess.isZero ? 0n : guess.all * tens(PLACES - guess.scale);
  const approached = raised(near);
  const ratio = ((value - approached) * UNIT) / (value + approached);
  const square = (ratio * ratio) / UNIT;
  let [term, sum] = [ratio, 0n];
  for (let odd = 1n; term !== 0n; odd += 2n) {
    sum += term / odd;
    term = (term * square) / UNIT;
  }
  return near + 2n * sum;
}

/** e^x: the series of a 2^-10 part of it, then squared ten times. */
function raised(value: bigint): bigint {
  const part = value / 1024n;
  let [term, sum] = [UNIT, 0n];
  for (let count = 1n; term !== 0n; count++) {
    sum += term;
    term = (term * part) / (UNIT * count);
  }
  for (let times = 0; times < 10; times++) sum = (sum * sum) / UNIT;
  return sum;
}
