/** One evaluation: the record, what is known besides, and what went wrong on the way. */

import { Failure } from "./failure";
import type { Value } from "./value";

/** Values as they travel, by dotted path: `ownerId.name`, `$user.name`. */
export type Row = Readonly<Record<string, unknown>>;

export interface Known {
  /** Milliseconds since 1970. */
  now: number;
  /** Days since 1970, at the person. */
  today: number;
  /** The person's time zone; left out, that of the browser. */
  zone?: string | undefined;
  globals: Row;
}

export class Frame {
  constructor(
    public row: Row,
    /** The record before the change; null while it is new, undefined where nobody knows. */
    readonly old: Row | null | undefined,
    readonly known: Known,
    /** Codes of what failed; the values became null. */
    readonly failures: string[] = [],
    /** Values bound by LET. */
    readonly bound: Value[] = [],
  ) {}

  /** The same evaluation, for a child record. */
  of(child: Row): Frame {
    return new Frame(child, null, this.known, this.failures, this.bound);
  }

  /** Turn a failure into null. */
  note(error: unknown): null {
    if (!(error instanceof Failure)) throw error;
    this.failures.push(error.code);
    return null;
  }
}
