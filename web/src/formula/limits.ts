/** The bounds that make every formula total; the same as on the server. */

/** Characters of any text a formula makes. */
export const MAX_TEXT = 65_536;
/** Decimal exponent beyond which `^` is an overflow. */
export const MAX_POWER = 64;
/** Characters of text times characters of pattern that may be matched. */
export const MAX_MATCH = 2_000_000;
/** Levels of lists and objects within one another in JSON that is read. */
export const MAX_JSON_DEPTH = 100;
