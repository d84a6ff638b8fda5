/** JSON with exact numbers: a number that a double cannot carry faithfully stays a string. */

/** A number written into JSON exactly as its digits say. */
export class Exact {
  constructor(readonly digits: string) {
    if (!/^-?\d+(\.\d+)?$/.test(digits)) throw new TypeError(`not a number: ${digits}`);
  }
}

type Source = { source?: string } | undefined;

/** Read JSON. Numbers whose digits would change (`0.10`, 17 digits and more) become strings. */
export function readJson(text: string): unknown {
  if (text === "") return null;
  return JSON.parse(text, ((_key: string, value: unknown, context: Source) => {
    const source = context?.source;
    if (typeof value !== "number" || source === undefined) return value;
    return String(value) === source ? value : source;
  }) as (this: unknown, key: string, value: unknown) => unknown);
}

/** Write JSON; `Exact` values become numbers, `undefined` members are left out. */
export function writeJson(value: unknown): string {
  if (value instanceof Exact) return value.digits;
  if (Array.isArray(value)) return `[${value.map((each) => writeJson(each ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${writeJson(each)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}
