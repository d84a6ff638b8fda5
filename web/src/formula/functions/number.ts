/** Number functions. CEILING goes away from zero and FLOOR towards it, as on the server. */

import { Decimal } from "../decimal";
import type { Value } from "../value";
import type { Strict } from "./shape";

const ONE = Decimal.of(1);
const number = (value: Value | undefined) => value as Decimal;
const isWhole = (value: Decimal) => value.truncated().compare(value) === 0;

function away(value: Decimal): Decimal {
  if (isWhole(value)) return value.truncated();
  const cut = value.truncated();
  return value.digits < 0n ? cut.minus(ONE) : cut.plus(ONE);
}

function best(values: Value[], sign: number): Value {
  return values.reduce((found, value) =>
    number(value).compare(number(found)) * sign > 0 ? value : found,
  );
}

export const numbers: Record<string, Strict> = {
  abs: (value) => number(value).abs(),
  round: (value, places) => number(value).rounded(number(places).toInteger()),
  trunc: (value, places) => number(value).truncated(places ? number(places).toInteger() : 0),
  ceiling: (value) => away(number(value)),
  floor: (value) => number(value).truncated(),
  mceiling: (value) =>
    number(value).digits > 0n ? away(number(value)) : number(value).truncated(),
  mfloor: (value) => (number(value).digits < 0n ? away(number(value)) : number(value).truncated()),
  max: (...values) => best(values, 1),
  min: (...values) => best(values, -1),
  mod: (value, by) => number(value).modulo(number(by)),
};
