/** What can go wrong while a formula is computed. The value becomes null, and this is noted. */

export const DIVISION_BY_ZERO = "formula.division_by_zero";
export const OUT_OF_RANGE = "formula.out_of_range";
export const BAD_ARGUMENT = "formula.bad_argument";
export const BAD_NUMBER = "formula.bad_number";
export const BAD_DATE = "formula.bad_date";
export const TEXT_TOO_LONG = "formula.text_too_long";

/** A function could not compute its result; `code` is the one the server gives. */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The formula cannot be decided here: only the server knows a function or a value it needs. */
export class Undecided extends Error {}
