/** What the server refuses, as RFC 9457 tells it, with the places of every finding. */

export interface Violation {
  pointer: string;
  code: string;
  detail: string;
  span?: { start: number; end: number };
  line?: number;
  column?: number;
  rule?: string;
  at?: string;
  suggestions?: string[];
}

export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail: string;
  trace_id?: string;
  errors: Violation[];
  [extra: string]: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: Violation[];

  constructor(readonly body: ProblemBody) {
    super(body.detail || body.title);
    this.status = body.status;
    this.code = body.code;
    this.errors = body.errors ?? [];
  }
}

/** The connection broke before there was an answer. */
export const UNREACHABLE = "client.unreachable";

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ status: 0, code: "client.error", title: "", detail, errors: [] });
}
