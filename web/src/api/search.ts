/** Search across objects. Ranges count code points, as the server does. */

import { get, query } from "./request";

export type Range = readonly [start: number, end: number];

export interface Piece {
  text: string;
  ranges: readonly Range[];
}

export interface Result {
  object: string;
  label: string;
  icon: string;
  id: string;
  /** Null where the name may not be read. */
  name: Piece | null;
  matches: readonly (Piece & { field: string; label: string })[];
}

export interface SearchPage {
  results: readonly Result[];
  next: string | null;
  /** False when a word is so common that not every record was looked at. */
  complete: boolean;
}

export function searchRecords(q: string, cursor: string | null, signal?: AbortSignal) {
  return get<SearchPage>(`/api/v1/search${query({ q, cursor, limit: 20 })}`, signal);
}
