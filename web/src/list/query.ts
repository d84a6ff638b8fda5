/** What a list shows, kept in the address: view, search, conditions, formula, order, page size. */

import type { ListPage } from "../api/ui";
import { conditionFormula, type FilterCondition, quoted } from "./condition";

export interface ListState {
  view: string | null;
  search: string;
  match: "all" | "any";
  conditions: FilterCondition[];
  formula: string;
  sort: string | null;
  size: number;
}

export const SIZES = [25, 50, 100];

export function readState(parameters: URLSearchParams): ListState {
  const size = Number(parameters.get("size"));
  return {
    view: parameters.get("view"),
    search: parameters.get("q") ?? "",
    match: parameters.get("match") === "any" ? "any" : "all",
    conditions: readConditions(parameters.get("where")),
    formula: parameters.get("filter") ?? "",
    sort: parameters.get("sort"),
    size: SIZES.includes(size) ? size : 25,
  };
}

export function writeState(state: ListState): URLSearchParams {
  const parameters = new URLSearchParams();
  if (state.view) parameters.set("view", state.view);
  if (state.search) parameters.set("q", state.search);
  if (state.match === "any") parameters.set("match", "any");
  if (state.conditions.length > 0) {
    const rows = state.conditions.map(({ field, operator, value }) => [field, operator, value]);
    parameters.set("where", JSON.stringify(rows));
  }
  if (state.formula) parameters.set("filter", state.formula);
  if (state.sort) parameters.set("sort", state.sort);
  if (state.size !== 25) parameters.set("size", String(state.size));
  return parameters;
}

function readConditions(text: string | null): FilterCondition[] {
  if (!text) return [];
  try {
    const rows = JSON.parse(text) as unknown;
    if (!Array.isArray(rows)) return [];
    return rows
      .filter((row): row is string[] => Array.isArray(row) && row.length === 3)
      .map(([field = "", operator = "", value = ""]) => ({ field, operator, value }));
  } catch {
    return [];
  }
}

/** How many filters a person has set besides the view's own. */
export function filterCount(state: ListState): number {
  return state.conditions.length + (state.formula.trim() ? 1 : 0);
}

/** The formula the server filters by, or null for everything in the view. */
export function filterFormula(page: ListPage, state: ListState): string | null {
  const fields = new Map(page.root.filterFields.map((field) => [field.name, field]));
  const built = state.conditions
    .map((condition) => {
      const field = fields.get(condition.field);
      return field ? conditionFormula(field, condition) : null;
    })
    .filter((each): each is string => each !== null);
  const joined = built.length > 0 ? [built.join(state.match === "any" ? " || " : " && ")] : [];
  const search = state.search.trim();
  const parts = [
    ...(page.root.filter ? [page.root.filter] : []),
    ...(search ? [`CONTAINS(${page.object.nameField}, ${quoted(search)})`] : []),
    ...joined,
    ...(state.formula.trim() ? [state.formula.trim()] : []),
  ];
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : parts.map((part) => `(${part})`).join(" && ");
}
