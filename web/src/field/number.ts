/** Decimals as text: nothing here goes through a binary float. */

const PLAIN = /^([+-]?)0*(\d+)(?:\.(\d*))?$/;

/** The digits of a number, without useless zeros; null if it is not one. */
export function plainNumber(text: string): string | null {
  const match = PLAIN.exec(text.trim().replace(/[,，\s]/g, ""));
  if (!match) return null;
  const [, sign, whole = "0", part = ""] = match;
  const fraction = part.replace(/0+$/, "");
  const digits = fraction ? `${whole}.${fraction}` : whole;
  return sign === "-" && digits !== "0" ? `-${digits}` : digits;
}

/** How many digits stand after the point. */
export function decimalsOf(text: string): number {
  return plainNumber(text)?.split(".")[1]?.length ?? 0;
}

/** 1234567.5 → 1,234,567.50, with at least `scale` decimals. */
export function grouped(text: string, scale = 0): string {
  const plain = plainNumber(text);
  if (plain === null) return text;
  const negative = plain.startsWith("-");
  const [whole = "0", fraction = ""] = plain.replace("-", "").split(".");
  const body = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const tail = fraction.padEnd(scale, "0");
  return `${negative ? "−" : ""}${body}${tail ? `.${tail}` : ""}`;
}

/** Move the point: shifted("45", -2) is "0.45". */
export function shifted(text: string, places: number): string {
  const plain = plainNumber(text);
  if (plain === null) return text;
  const negative = plain.startsWith("-");
  const [whole = "0", fraction = ""] = plain.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 1);
  const moved = `${padded.slice(0, at)}.${padded.slice(at)}`;
  return plainNumber(`${negative ? "-" : ""}${moved}`) ?? text;
}
