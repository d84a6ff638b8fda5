/** Places on the globe, links, identifiers: what fits nowhere else. */

import { Decimal } from "../decimal";
import { BAD_ARGUMENT, Failure } from "../failure";
import type { Strict } from "../shape";
import { bounded, lengthOf } from "../text";
import type { Place } from "../value";
import { throughDouble } from "./number";

const RADIUS = new Map([
  ["km", 6371.009],
  ["mi", 3958.761],
]);
const BLANK = "[\\u0000-\\u0020]*";
const DANGEROUS = new RegExp(`^${BLANK}(?:javascript|data|vbscript)${BLANK}:`, "i");
const NINETY = Decimal.of(90);
const HALF_TURN = Decimal.of(180);
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

function geolocation(north: Decimal, east: Decimal): Place {
  if (north.abs().compare(NINETY) > 0 || east.abs().compare(HALF_TURN) > 0) {
    throw new Failure(BAD_ARGUMENT);
  }
  return [north, east];
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** The length of the great circle (haversine), in parts of the radius. */
const arc = (north: number, east: number, otherNorth: number, otherEast: number) => {
  const [from, to] = [radians(north), radians(otherNorth)];
  const half =
    Math.sin((to - from) / 2) ** 2 +
    Math.cos(from) * Math.cos(to) * Math.sin((radians(otherEast) - radians(east)) / 2) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(half)));
};

function distance(start: Place, end: Place, unit: string) {
  const radius = RADIUS.get(unit.toLowerCase());
  if (radius === undefined) throw new Failure(BAD_ARGUMENT);
  return throughDouble(
    (...places) => radius * arc(...(places as [number, number, number, number])),
  )(...start, ...end);
}

const withoutTags = (text: string) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function attribute(name: string, value: string): string {
  return ` ${name}="${withoutTags(value.replaceAll('"', "&quot;"))}"`;
}

function address(url: string): string {
  return DANGEROUS.test(url) ? "about:blank" : url;
}

function hyperlink(url: string, label: string, target = ""): string {
  const tail = target ? attribute("target", target) : "";
  const shown = withoutTags(label.replaceAll("&", "&amp;"));
  return bounded(`<a${attribute("href", address(url))}${tail}>${shown}</a>`);
}

function image(url: string, text: string, height?: Decimal, width?: Decimal): string {
  const tall = height ? attribute("height", String(height)) : "";
  const wide = width ? attribute("width", String(width)) : "";
  return bounded(`<img${attribute("src", address(url))}${attribute("alt", text)}${tall}${wide}/>`);
}

/** Append the check characters that tell upper from lower case in a 15-character id. */
function caseSafeId(text: string): string {
  if (lengthOf(text) !== 15) return text;
  const units = [...text];
  const checks = [0, 5, 10].map((start) =>
    units
      .slice(start, start + 5)
      .reduce((sum, unit, place) => sum + (unit >= "A" && unit <= "Z" ? 1 << place : 0), 0),
  );
  return text + checks.map((check) => LETTERS[check]).join("");
}

export const advanced: Strict = { geolocation, distance, hyperlink, image, casesafeid: caseSafeId };
