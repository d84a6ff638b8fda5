/** Records: flat objects by field path, read and written through `/api/v1/records`. */

import { type Answer, ask, get, query } from "./request";

export type Value = string | number | boolean | null;
/** Flat: a path through a lookup is one key, `ownerId.name`. */
export type RecordRow = Record<string, unknown> & { id: string };

export interface RecordPage {
  records: RecordRow[];
  next: string | null;
  count?: number;
}

export interface ListQuery {
  fields: readonly string[];
  filter?: string | null;
  search?: string | null;
  sort?: readonly string[];
  limit?: number;
  cursor?: string | null;
  count?: boolean;
}

const base = (object: string) => `/api/v1/records/${encodeURIComponent(object)}`;

export function listRecords(object: string, ask: ListQuery, signal?: AbortSignal) {
  const parameters = {
    fields: ask.fields.join(","),
    filter: ask.filter,
    search: ask.search,
    sort: ask.sort?.join(","),
    limit: ask.limit,
    cursor: ask.cursor,
    count: ask.count,
  };
  return get<RecordPage>(`${base(object)}${query(parameters)}`, signal);
}

export function readRecord(
  object: string,
  id: string,
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Answer<RecordRow>> {
  const address = `${base(object)}/${encodeURIComponent(id)}`;
  return ask("GET", `${address}${query({ fields: fields.join(",") })}`, { signal });
}

export async function createRecord(object: string, values: object): Promise<RecordRow> {
  return (await ask<RecordRow>("POST", base(object), { body: values })).value;
}

/** Change a record; `etag` is the version the person saw, so that nobody is overwritten. */
export async function updateRecord(
  object: string,
  id: string,
  values: object,
  etag: string | null,
) {
  const headers: Record<string, string> = etag ? { "if-match": etag } : {};
  const address = `${base(object)}/${encodeURIComponent(id)}`;
  return (await ask<RecordRow>("PATCH", address, { body: values, headers })).value;
}

export async function deleteRecord(object: string, id: string): Promise<void> {
  await ask("DELETE", `${base(object)}/${encodeURIComponent(id)}`);
}
