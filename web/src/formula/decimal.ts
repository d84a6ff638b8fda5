/** Decimal numbers as the formula language has them: 39 digits, half up, never a binary float. */

const DIGITS = 39;
const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

function tens(count: number): bigint {
  return 10n ** BigInt(count);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Divide, rounding half away from zero. */
function divided(value: bigint, by: bigint): bigint {
  const negative = value < 0n !== by < 0n;
  const [top, bottom] = [magnitude(value), magnitude(by)];
  const whole = (top * 2n + bottom) / (bottom * 2n);
  return negative ? -whole : whole;
}

/** `digits` × 10^-scale, immutable. */
export class Decimal {
  private constructor(
    readonly digits: bigint,
    readonly scale: number,
  ) {}

  static of(value: bigint | number | string): Decimal {
    if (typeof value === "bigint") return new Decimal(value, 0);
    const read = Decimal.read(String(value));
    if (read === null) throw new RangeError(`not a number: ${value}`);
    return read;
  }

  /** Read digits; null if the text is not a number. */
  static read(text: string): Decimal | null {
    const match = SHAPE.exec(text);
    const [, sign, whole = "", fraction = "", exponent = "0"] = match ?? [];
    if (!match || whole + fraction === "" || text.length > 1000) return null;
    const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
    const scale = fraction.length - Number(exponent);
    return scale < 0 ? Decimal.fit(digits * tens(-scale), 0) : Decimal.fit(digits, scale);
  }

  private static fit(digits: bigint, scale: number): Decimal {
    const excess = magnitude(digits).toString().length - DIGITS;
    if (excess <= 0) return new Decimal(digits, scale);
    const kept = divided(digits, tens(excess));
    const left = scale - excess;
    return left >= 0 ? new Decimal(kept, left) : new Decimal(kept * tens(-left), 0);
  }

  private at(scale: number): bigint {
    return this.digits * tens(scale - this.scale);
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return Decimal.fit(this.at(scale) + other.at(scale), scale);
  }

  minus(other: Decimal): Decimal {
    return this.plus(other.negated());
  }

  times(other: Decimal): Decimal {
    return Decimal.fit(this.digits * other.digits, this.scale + other.scale);
  }

  /** Null for a division by zero. */
  over(other: Decimal): Decimal | null {
    if (other.digits === 0n) return null;
    const size = (value: bigint) => magnitude(value).toString().length;
    const extra = Math.max(0, DIGITS + 1 + size(other.digits) - size(this.digits));
    const scale = this.scale + extra - other.scale;
    const digits = divided(this.digits * tens(extra), other.digits);
    return scale < 0 ? Decimal.fit(digits * tens(-scale), 0) : Decimal.fit(digits, scale);
  }

  negated(): Decimal {
    return new Decimal(-this.digits, this.scale);
  }

  abs(): Decimal {
    return this.digits < 0n ? this.negated() : this;
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Round half up to so many places, which may be negative. */
  rounded(places: number): Decimal {
    if (this.scale <= places) return this;
    const digits = divided(this.digits, tens(this.scale - places));
    return places >= 0 ? new Decimal(digits, places) : new Decimal(digits * tens(-places), 0);
  }

  /** Cut off after so many places. */
  truncated(places = 0): Decimal {
    if (this.scale <= places) return this;
    const digits = this.digits / tens(this.scale - places);
    return places >= 0 ? new Decimal(digits, places) : new Decimal(digits * tens(-places), 0);
  }

  /** The remainder, with the sign of the dividend. */
  modulo(other: Decimal): Decimal | null {
    if (other.digits === 0n) return null;
    const scale = Math.max(this.scale, other.scale);
    return Decimal.fit(this.at(scale) % other.at(scale), scale);
  }

  /** The whole part as an ordinary number; for lengths, years and the like. */
  toInteger(): number {
    return Number(this.truncated().digits);
  }

  toString(): string {
    const digits = magnitude(this.digits)
      .toString()
      .padStart(this.scale + 1, "0");
    const point = digits.length - this.scale;
    const fraction = digits.slice(point).replace(/0+$/, "");
    const text = fraction ? `${digits.slice(0, point)}.${fraction}` : digits.slice(0, point);
    return this.digits < 0n ? `-${text}` : text;
  }
}
