/** Powers of ten, and whole numbers looked at as rows of digits. */

/** The powers of ten that a double holds exactly. */
export const TENS = Array.from({ length: 23 }, (_, index) => Number(`1e${index}`));
const LARGE_TENS: bigint[] = [];

export function tens(count: number): bigint {
  const known = LARGE_TENS[count];
  if (known !== undefined) return known;
  const made = 10n ** BigInt(count);
  if (count < 1000) LARGE_TENS[count] = made;
  return made;
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** How many decimal digits a number has; 1 for zero. */
export function width(value: bigint): number {
  return magnitude(value).toString().length;
}

/** Divide, rounding half away from zero. */
export function divided(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  const rest = magnitude(value % by) * 2n;
  if (rest < magnitude(by)) return quotient;
  return value < 0n !== by < 0n ? quotient - 1n : quotient + 1n;
}
