/** A text with the places that were searched for. */

import type { Piece, Range } from "../api/search";

export function Marked({ text, ranges }: Piece) {
  return pieces(text, ranges).map(({ at, piece, found }) =>
    found ? <mark key={at}>{piece}</mark> : <span key={at}>{piece}</span>,
  );
}

/** Cut a text at its ranges, which count code points and neither overlap nor touch. */
export function pieces(text: string, ranges: readonly Range[]) {
  const points = Array.from(text);
  const found: { at: number; piece: string; found: boolean }[] = [];
  const take = (from: number, to: number, isFound: boolean) => {
    if (to > from) found.push({ at: from, piece: points.slice(from, to).join(""), found: isFound });
  };
  let at = 0;
  for (const [start, end] of ranges) {
    take(at, start, false);
    take(start, end, true);
    at = end;
  }
  take(at, points.length, false);
  return found;
}
