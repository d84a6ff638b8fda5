/** Matching text with wildcards, in bounded time. REGEX is left to the server: its syntax is RE2. */

import { Failure, TEXT_TOO_LONG } from "../failure";
import { MAX_MATCH } from "../limits";
import type { Strict } from "../shape";

/** `%` is any characters, `_` is one. */
function like(text: string, pattern: string): boolean {
  const [own, wanted] = [[...text], [...pattern]];
  if (own.length * wanted.length > MAX_MATCH) throw new Failure(TEXT_TOO_LONG);
  let [at, place, star, mark] = [0, 0, -1, 0];
  while (at < own.length) {
    if (wanted[place] === "%") {
      [star, mark] = [place, at];
      place++;
    } else if (wanted[place] === "_" || wanted[place] === own[at]) {
      at++;
      place++;
    } else if (star >= 0) {
      mark++;
      [place, at] = [star + 1, mark];
    } else return false;
  }
  while (wanted[place] === "%") place++;
  return place === wanted.length;
}

export const matches: Strict = { like };
