/** JSON whose numbers keep their digits: `1.10` stays `1.10`, however long. */

export type Json = string | boolean | Literally | Json[] | Map<string, Json> | null;

/** What is no JSON but is read all the same: NaN and the infinities. */
export class Literally {
  constructor(readonly text: string) {}
}

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const WORD = /true|false|null|NaN|-?Infinity/y;
const WORDS = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Read JSON; null if it is none. */
export function readJson(text: string): Json {
  const reader = new Reader(text);
  try {
    const found = reader.value();
    return reader.isAtEnd ? found : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    this.take(BLANK);
    return this.at === this.text.length;
  }

  value(): Json {
    this.take(BLANK);
    const first = this.text[this.at];
    if (first === "{") return this.object();
    if (first === "[") return this.list();
    if (first === '"') return this.string();
    const word = this.take(WORD);
    if (word !== null) return WORDS.has(word) ? (WORDS.get(word) ?? null) : new Literally(word);
    const number = this.take(NUMBER);
    if (number === null) throw new SyntaxError();
    return number;
  }

  private object(): Json {
    const found = new Map<string, Json>();
    this.at++;
    if (this.next("}")) return found;
    do {
      this.take(BLANK);
      const key = this.string();
      this.expect(":");
      found.set(key, this.value());
    } while (this.next(","));
    this.expect("}");
    return found;
  }

  private list(): Json {
    const found: Json[] = [];
    this.at++;
    if (this.next("]")) return found;
    do found.push(this.value());
    while (this.next(","));
    this.expect("]");
    return found;
  }

  private string(): string {
    const written = this.take(STRING);
    if (written === null) throw new SyntaxError();
    return JSON.parse(written) as string;
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

  private expect(sign: string): void {
    if (!this.next(sign)) throw new SyntaxError();
  }
}

/** A member of an object by name, or of a list by place; null if there is none. */
export function jsonMember(found: Json, key: string | number): Json {
  if (found instanceof Map) return found.get(String(key)) ?? null;
  return Array.isArray(found) && typeof key === "number" ? (found[key] ?? null) : null;
}

/** Text as it is, anything else as JSON. */
export function writeJson(found: Json): string | null {
  return found === null || typeof found === "string" ? found : written(found);
}

function written(value: Json): string {
  if (value instanceof Literally) return value.text;
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}: ${written(each)}`).join(", ")}}`;
}
