/**
 * Reading a value out of JSON as it is written: digits, order and blanks are kept.
 *
 * Nor JSON, to formulas, is what nests too deep or escapes a character no text can hold.
 */

import { MAX_JSON_DEPTH } from "./limits";

/** A value, the text it is written as, and what is in it. */
export interface Json {
  text: string;
  members?: Map<string, Json>;
  items?: Json[];
}

const BLANK = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const STRING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them within strings
  /"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4}|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})*"/y;

/** Read JSON; null if it is none. */
export function readJson(text: string): Json | null {
  const reader = new Reader(text);
  const found = reader.value(0);
  return found !== null && reader.isAtEnd ? found : null;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    this.take(BLANK);
    return this.at === this.text.length;
  }

  value(depth: number): Json | null {
    this.take(BLANK);
    const start = this.at;
    const first = this.text[start];
    if (first !== "{" && first !== "[") {
      const text = this.take(first === '"' ? STRING : SCALAR);
      return text === null ? null : { text };
    }
    if (depth === MAX_JSON_DEPTH) return null;
    this.at++;
    const inside = first === "{" ? this.members(depth + 1) : this.items(depth + 1);
    return inside && { text: this.text.slice(start, this.at), ...inside };
  }

  private members(depth: number): { members: Map<string, Json> } | null {
    const members = new Map<string, Json>();
    if (this.next("}")) return { members };
    do {
      this.take(BLANK);
      const name = this.take(STRING);
      if (name === null || !this.next(":")) return null;
      const value = this.value(depth);
      if (value === null) return null;
      members.set(JSON.parse(name) as string, value);
    } while (this.next(","));
    return this.next("}") ? { members } : null;
  }

  private items(depth: number): { items: Json[] } | null {
    const items: Json[] = [];
    if (this.next("]")) return { items };
    do {
      const item = this.value(depth);
      if (item === null) return null;
      items.push(item);
    } while (this.next(","));
    return this.next("]") ? { items } : null;
  }

  private take(shape: RegExp): string | null {
    shape.lastIndex = this.at;
    const found = shape.exec(this.text);
    if (!found) return null;
    this.at = shape.lastIndex;
    return found[0];
  }

  private next(sign: string): boolean {
    this.take(BLANK);
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }
}

/** A member of an object by name, or of a list by place; null if there is none. */
export function jsonMember(found: Json | null, key: string | number): Json | null {
  if (found?.members) return found.members.get(String(key)) ?? null;
  return (typeof key === "number" ? found?.items?.[key] : null) ?? null;
}

/** Text without its quotes, anything else as it is written. */
export function writeJson(found: Json | null): string | null {
  if (found === null || found.text === "null") return null;
  return found.text.startsWith('"') ? (JSON.parse(found.text) as string) : found.text;
}
