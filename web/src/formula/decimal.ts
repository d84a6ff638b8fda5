/**
 * Decimal numbers as the formula language has them: 39 digits, half up, exponents within bounds.
 *
 * A number whose digits fit a double exactly is held as one, which is fast; any other as a bigint.
 * Every operation on doubles first makes sure that its result is exact.
 */

import { divided, magnitude, TENS, tens, width } from "./digits";
import { Failure, OUT_OF_RANGE } from "./failure";

const DIGITS = 39;
const MOST = Number.MAX_SAFE_INTEGER;
/** Adjusted exponent of the largest number, scale of the smallest. */
const MAX_EXPONENT = 250;
const MAX_SCALE = MAX_EXPONENT + DIGITS - 1;
/** Beyond this scale the short way no longer looks whether a result is too small. */
const SHORT_SCALE = 200;
const NUMERAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** Not so for what is no number, which stands for digits held the long way. */
function isShort(value: number): boolean {
  return value <= MOST && value >= -MOST;
}

/** Python rounds what is far below to a plain zero, and what is near to one with a sign. */
function forgetsSign(rounding: Rounding): boolean {
  return rounding === "half" || rounding === "down";
}

export type Rounding = "half" | "down" | "up" | "ceiling" | "floor";

/** `digits` × 10^-scale, immutable. With `big` the digits are there, and `digits` is NaN. */
export class Decimal {
  constructor(
    readonly digits: number,
    readonly scale: number,
    readonly big: bigint | null = null,
  ) {}

  static readonly ZERO = new Decimal(0, 0);
  static readonly ONE = new Decimal(1, 0);

  static of(value: bigint | number | string): Decimal {
    if (typeof value === "bigint") return Decimal.exact(value, 0);
    if (Number.isSafeInteger(value)) return new Decimal(value as number, 0);
    const read = Decimal.read(String(value));
    if (read === null) throw new RangeError(`not a number: ${value}`);
    return read;
  }

  /** Read digits as they are; null if the text is no number, or one beyond all bounds. */
  static read(text: string): Decimal | null {
    const match = NUMERAL.exec(text);
    const [, sign, whole = "", fraction = "", exponent = "0"] = match ?? [];
    const all = whole + fraction;
    if (!match || all === "") return null;
    const digits = BigInt(all);
    const scale = fraction.length - Number(exponent);
    if (digits === 0n) return new Decimal(sign === "-" ? -0 : 0, Math.min(Math.max(scale, 0), 9));
    if (all.length - scale > 20_000 || scale > 20_000) return scale > 0 ? Decimal.ZERO : null;
    return Decimal.exact(sign === "-" ? -digits : digits, scale);
  }

  /** What a double is called shortest. */
  static ofDouble(value: number): Decimal {
    return Decimal.of(String(value)).settled();
  }

  /** Hold digits as they are. */
  static exact(digits: bigint, scale: number): Decimal {
    const short = Number(digits);
    return isShort(short) ? new Decimal(short, scale) : new Decimal(Number.NaN, scale, digits);
  }

  /** Bring a result within 39 digits and the bounds of exponents. */
  static fit(digits: bigint, scale: number): Decimal {
    if (digits === 0n) return new Decimal(0, Math.min(Math.max(scale, 0), MAX_SCALE));
    const size = width(digits);
    const kept = Math.min(scale, scale - (size - DIGITS), MAX_SCALE);
    if (kept < scale) {
      const cut = divided(digits, tens(scale - kept));
      if (width(cut) - 1 - kept > MAX_EXPONENT) throw new Failure(OUT_OF_RANGE);
      return cut === 0n ? new Decimal(digits < 0n ? -0 : 0, 0) : Decimal.exact(cut, kept);
    }
    if (size - 1 - scale > MAX_EXPONENT) throw new Failure(OUT_OF_RANGE);
    return Decimal.exact(digits, scale);
  }

  /** The digits, whichever way they are held. */
  get all(): bigint {
    return this.big ?? BigInt(this.digits);
  }

  /** -1, 0 or 1. */
  get sign(): number {
    if (this.big !== null) return this.big < 0n ? -1 : 1;
    return this.digits < 0 ? -1 : this.digits > 0 ? 1 : 0;
  }

  get isZero(): boolean {
    return this.digits === 0;
  }

  /** The exponent of the first digit. */
  get adjusted(): number {
    return width(this.all) - 1 - this.scale;
  }

  /** The digits as they are at another, not smaller, scale. */
  at(scale: number): bigint {
    return this.all * tens(scale - this.scale);
  }

  /** Within 39 digits: results are, literals and fields need not be. */
  settled(): Decimal {
    if (this.big === null && Math.abs(this.scale) <= SHORT_SCALE) return this;
    return this.digits === 0 ? this : Decimal.fit(this.all, this.scale);
  }

  plus(other: Decimal): Decimal {
    const apart = this.scale - other.scale;
    if (apart === 0) {
      const sum = this.digits + other.digits;
      if (isShort(sum)) return new Decimal(sum, this.scale);
    } else if (apart > 0 && apart < 16) {
      const raised = other.digits * (TENS[apart] as number);
      const sum = this.digits + raised;
      if (isShort(raised) && isShort(sum)) return new Decimal(sum, this.scale);
    } else if (apart < 0 && apart > -16) {
      const raised = this.digits * (TENS[-apart] as number);
      const sum = raised + other.digits;
      if (isShort(raised) && isShort(sum)) return new Decimal(sum, other.scale);
    }
    const scale = Math.max(this.scale, other.scale);
    return Decimal.fit(this.at(scale) + other.at(scale), scale);
  }

  minus(other: Decimal): Decimal {
    if (this.scale === other.scale) {
      const gap = this.digits - other.digits;
      if (isShort(gap)) return new Decimal(gap, this.scale);
    }
    return this.plus(other.opposite());
  }

  times(other: Decimal): Decimal {
    const product = this.digits * other.digits;
    const scale = this.scale + other.scale;
    if (isShort(product) && scale <= SHORT_SCALE && scale >= -SHORT_SCALE) {
      return new Decimal(product, scale);
    }
    if (this.isZero || other.isZero) return new Decimal(product || 0, 0);
    return Decimal.fit(this.all * other.all, scale);
  }

  /** The divisor is not zero. */
  over(other: Decimal): Decimal {
    if (this.isZero) return new Decimal(this.digits / (other.sign || 1), 0);
    const extra = Math.max(0, DIGITS + 2 + width(other.all) - width(this.all));
    const top = this.all * tens(extra);
    const quotient = top / other.all;
    const scale = this.scale + extra - other.scale;
    // A digit that is not there stands for all the rest, so that rounding tells ties from more.
    const isExact = quotient * other.all === top;
    if (isExact) return Decimal.fit(quotient, scale).shortened();
    const negative = top < 0n !== other.all < 0n;
    return Decimal.fit(quotient * 10n + (negative ? -1n : 1n), scale + 1);
  }

  /** The same number without zeros at the end. */
  shortened(): Decimal {
    let [digits, scale] = [this.all, this.scale];
    for (let step = 16; step > 0 && digits !== 0n; step >>= 1) {
      while (scale - step >= 0 && digits % tens(step) === 0n) {
        digits /= tens(step);
        scale -= step;
      }
    }
    return scale === this.scale ? this : Decimal.exact(digits, scale);
  }

  /** The same digits with the other sign; never a negative zero. */
  negated(): Decimal {
    return this.isZero ? Decimal.ZERO : this.opposite().settled();
  }

  private opposite(): Decimal {
    if (this.big !== null) return new Decimal(Number.NaN, this.scale, -this.big);
    return new Decimal(-this.digits, this.scale);
  }

  abs(): Decimal {
    return this.sign < 0 ? this.negated() : this.isZero ? Decimal.ZERO : this.settled();
  }

  compare(other: Decimal): number {
    const apart = this.scale - other.scale;
    if (apart === 0 && this.big === null && other.big === null) return this.digits - other.digits;
    if (apart > 0 && apart < 16) {
      const raised = other.digits * (TENS[apart] as number);
      if (isShort(raised) && this.big === null) return this.digits - raised;
    } else if (apart < 0 && apart > -16) {
      const raised = this.digits * (TENS[-apart] as number);
      if (isShort(raised) && other.big === null) return raised - other.digits;
    }
    if (this.sign !== other.sign) return this.sign - other.sign;
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  equals(other: Decimal): boolean {
    return this.compare(other) === 0;
  }

  /** Round to so many places, which may be negative. */
  rounded(places: number, rounding: Rounding = "half"): Decimal {
    const goal = Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, places));
    const excess = this.scale - goal;
    if (excess <= 0) return this;
    if (this.big === null && excess <= 22) return this.shortRounded(goal, excess, rounding);
    const [digits, by] = [this.all, tens(excess)];
    if (forgetsSign(rounding) && width(digits) < excess) return Decimal.ZERO;
    const cut = digits / by + this.step(digits % by, by, rounding);
    return cut === 0n ? new Decimal(this.sign < 0 ? -0 : 0, 0) : Decimal.exact(cut, goal);
  }

  private shortRounded(goal: number, excess: number, rounding: Rounding): Decimal {
    const by = TENS[excess] as number;
    if (this.digits === 0) return excess > 1 ? Decimal.ZERO : this;
    if (forgetsSign(rounding) && Math.abs(this.digits) * 10 < by) return Decimal.ZERO;
    const rest = this.digits % by;
    const away = rest < 0 ? -1 : 1;
    let cut = (this.digits - rest) / by;
    if (rounding === "half") {
      if (Math.abs(rest) * 2 >= by) cut += away;
    } else if (rest !== 0 && rounding !== "down") {
      if (rounding === "up" || (rounding === "ceiling") === rest > 0) cut += away;
    }
    return new Decimal(cut === 0 && rest < 0 ? -0 : cut, goal);
  }

  private step(rest: bigint, by: bigint, rounding: Rounding): bigint {
    if (rest === 0n || rounding === "down") return 0n;
    const away = rest < 0n ? -1n : 1n;
    if (rounding === "half") return magnitude(rest) * 2n >= by ? away : 0n;
    if (rounding === "up") return away;
    return (rounding === "ceiling") === rest > 0n ? away : 0n;
  }

  /** The remainder, with the sign of the dividend; the divisor is not zero. */
  modulo(other: Decimal): Decimal {
    if (this.scale === other.scale && this.big === null && other.big === null) {
      return new Decimal(this.digits % other.digits, this.scale);
    }
    const scale = Math.max(this.scale, other.scale);
    const rest = this.at(scale) % other.at(scale);
    return rest === 0n && this.sign < 0 ? new Decimal(-0, 0) : Decimal.fit(rest, scale);
  }

  /** The whole part as an ordinary number; for lengths, years and the like. */
  toInteger(): number {
    if (this.scale === 0 && this.big === null) return this.digits;
    return Number(this.toWhole());
  }

  /** The whole part, however large. */
  toWhole(): bigint {
    return this.scale > 0 ? this.all / tens(this.scale) : this.all * tens(-this.scale);
  }

  toNumber(): number {
    const scale = this.scale;
    if (this.big === null && scale >= 0 && scale <= 22)
      return this.digits / (TENS[scale] as number);
    return Number(this.isZero ? this.digits : `${this.all}e${-scale}`);
  }

  /** The digits without exponent or zeros at the end. */
  toString(): string {
    if (this.scale <= 0) return (this.all * tens(-this.scale)).toString();
    const digits = magnitude(this.all)
      .toString()
      .padStart(this.scale + 1, "0");
    const point = digits.length - this.scale;
    const fraction = digits.slice(point).replace(/0+$/, "");
    const text = fraction ? `${digits.slice(0, point)}.${fraction}` : digits.slice(0, point);
    return this.sign < 0 ? `-${text}` : text;
  }
}
