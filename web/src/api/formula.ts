/** Help for formula editors. */

import type { Violation } from "./problem";
import { get, post } from "./request";

export interface FormulaCheck {
  valid: boolean;
  type: string | null;
  errors: Violation[];
  references: string[];
}

export interface FunctionHelp {
  name: string;
  category: string;
  signatures: string[];
  help: string;
  examples: string[];
}

export interface FieldNode {
  name: string;
  label: string;
  type: string;
  path: string;
  target?: string | null;
}

export interface FieldLevel {
  object: { name: string; label: string };
  fields: FieldNode[];
}

export type FormulaUse = "rule" | "formula_field" | "filter";

export const checkFormula = (
  object: string,
  source: string,
  context: FormulaUse,
  result?: string,
): Promise<FormulaCheck> => post("/api/v1/formula/check", { object, source, context, result });

export async function formulaFunctions(signal?: AbortSignal): Promise<FunctionHelp[]> {
  const path = "/api/v1/formula/functions";
  return (await get<{ functions: FunctionHelp[] }>(path, signal)).functions;
}

export const formulaFields = (object: string, signal?: AbortSignal) =>
  get<FieldLevel>(`/api/v1/formula/fields/${encodeURIComponent(object)}`, signal);
