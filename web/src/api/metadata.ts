/** The description itself, as administrators read and publish it. */

import { get, post, query } from "./request";

/** Label or sentence by language tag. */
export type Text = Record<string, string>;

export interface DefinitionBase {
  uid?: string;
  name: string;
  label?: Text;
  description?: Text;
  namespace?: string;
  [attribute: string]: unknown;
}

export interface ObjectDocument extends DefinitionBase {
  plural_label?: Text;
  name_field?: string;
  sharing?: "private" | "read" | "read_write";
  owned?: boolean;
  protected?: boolean;
}

export interface PicklistValue {
  uid?: string;
  value: string;
  label?: Text;
  color?: string;
  active?: boolean;
  default?: boolean;
}

export interface FieldDocument extends DefinitionBase {
  object: string;
  type: string;
  help?: Text;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  length?: number | null;
  precision?: number | null;
  scale?: number | null;
  to?: string | null;
  on_delete?: string | null;
  values?: PicklistValue[];
  formula?: string | null;
  result?: string | null;
  protected?: boolean;
}

export interface RuleDocument extends DefinitionBase {
  object: string;
  active?: boolean;
  when: string;
  message: Text;
  at?: string;
}

export interface LayoutDocument extends DefinitionBase {
  object: string;
  sections?: { name: string; label?: Text }[];
}

export interface Change {
  action: "put" | "delete";
  kind: string;
  document: object;
}

export interface Published {
  revision: number;
  changes: { action: string; kind: string; uid: string; name: string }[];
  ddl: unknown[];
}

const root = "/api/v1/metadata";

export async function definitions<T>(
  kind: string,
  object?: string,
  signal?: AbortSignal,
): Promise<T[]> {
  const answer = await get<{ definitions: T[] }>(`${root}/${kind}${query({ object })}`, signal);
  return answer.definitions;
}

export const publish = (changes: Change[]) => post<Published>(`${root}/publish`, { changes });
