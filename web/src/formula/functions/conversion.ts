/** Text from other values and back: numbers, dates, codes, JSON, amounts of money. */

import { writeClock, writeDay, writeMoment } from "../calendar";
import { Decimal } from "../decimal";
import { BAD_NUMBER, Failure } from "../failure";
import { jsonMember, readJson, writeJson } from "../json";
import type { Strict } from "../shape";

const NUMERAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?$/;
const STEP = /\.([^.[\]]+)|\[(\d{1,6})\]|\[['"]([^'"]*)['"]\]/y;
const WITHOUT_CENTS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ");
const WITH_MILLS = "BHD IQD JOD KWD LYD OMR TND".split(" ");

function value(text: string): Decimal | null {
  if (!text) return null;
  const found = NUMERAL.test(text) && text.length <= 1000 ? Decimal.read(text) : null;
  if (found === null) throw new Failure(BAD_NUMBER);
  try {
    return found.settled();
  } catch {
    throw new Failure(BAD_NUMBER);
  }
}

function isNumber(text: string): boolean {
  try {
    return value(text) !== null;
  } catch {
    return false;
  }
}

/** The label among values and labels in turn; a value that is not there is its own. */
function label(chosen: string, ...pairs: string[]): string {
  for (let place = pairs.length - 2; place >= 0; place -= 2) {
    if (pairs[place] === chosen) return pairs[place + 1] ?? "";
  }
  return chosen;
}

function character(code: Decimal): string {
  const point = code.toInteger();
  const isOne = point > 0 && point < 0x110000 && (point < 0xd800 || point >= 0xe000);
  return isOne ? String.fromCodePoint(point) : "";
}

function jsonPathValue(text: string, path: string): string | null {
  let found = readJson(text);
  let position = path.startsWith("$") ? 1 : 0;
  while (position < path.length) {
    STEP.lastIndex = position;
    const step = STEP.exec(path);
    if (!step) return null;
    found = jsonMember(found, step[2] ? Number(step[2]) : (step[1] ?? step[3] ?? ""));
    position = STEP.lastIndex;
  }
  return writeJson(found);
}

function formatCurrency(code: string, amount: Decimal): string {
  const upper = code.toUpperCase();
  const digits = WITHOUT_CENTS.includes(upper) ? 0 : WITH_MILLS.includes(upper) ? 3 : 2;
  const rounded = amount.rounded(digits);
  const isNegative = rounded.sign < 0;
  const [whole = "", fraction = ""] = String(rounded.abs()).split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  const tail = digits > 0 ? `.${fraction.padEnd(digits, "0")}` : "";
  return stripped(`${code} ${isNegative ? "-" : ""}${grouped}${tail}`);
}

const BLANK =
  "[\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const OUTER = new RegExp(`^${BLANK}+|${BLANK}+$`, "g");

/** Without white space at the ends, by the server's idea of white space. */
export function stripped(text: string): string {
  return text.replace(OUTER, "");
}

export const conversions: Strict = {
  value,
  isnumber: isNumber,
  text_number: String,
  text_date: writeDay,
  text_datetime: writeMoment,
  text_time: writeClock,
  text_picklist: label,
  ascii: (text: string) => (text ? Decimal.of(text.codePointAt(0) ?? 0) : null),
  chr: character,
  jsonvalue: (text: string, key: string) => writeJson(jsonMember(readJson(text), key)),
  jsonpathvalue: jsonPathValue,
  formatcurrency: formatCurrency,
};
