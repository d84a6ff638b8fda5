/** Which attributes a field of each type has, and what they begin with. */

import type { FieldDocument } from "../api/metadata";

export type Attribute =
  | "required"
  | "unique"
  | "indexed"
  | "length"
  | "precision"
  | "scale"
  | "to"
  | "on_delete"
  | "values"
  | "formula"
  | "result";

const TEXT: Attribute[] = ["length", "required", "unique", "indexed"];
const NUMBER: Attribute[] = ["precision", "scale", "required", "unique", "indexed"];
const REFERENCE: Attribute[] = ["on_delete", "required", "indexed"];

export const FIELD_TYPES: Record<string, Attribute[]> = {
  text: TEXT,
  long_text: ["length", "required"],
  integer: ["required", "unique", "indexed"],
  decimal: NUMBER,
  currency: NUMBER,
  percent: NUMBER,
  boolean: [],
  date: ["required", "unique", "indexed"],
  datetime: ["required", "unique", "indexed"],
  picklist: ["values", "required", "indexed"],
  email: ["required", "unique", "indexed"],
  phone: ["required", "unique", "indexed"],
  url: ["required"],
  lookup: ["to", ...REFERENCE],
  user: REFERENCE,
  department: REFERENCE,
  formula: ["result", "precision", "scale", "formula"],
};

export const RESULTS = [
  "text",
  "decimal",
  "integer",
  "currency",
  "percent",
  "boolean",
  "date",
  "datetime",
];

const STARTS: Record<string, Partial<FieldDocument>> = {
  text: { length: 120 },
  long_text: { length: 2000 },
  decimal: { precision: 18, scale: 2 },
  currency: { precision: 18, scale: 2 },
  percent: { precision: 5, scale: 2 },
  formula: { result: "decimal", precision: 18, scale: 2 },
};

/** The attributes a new field of a type begins with. */
export function startOf(type: string): Partial<FieldDocument> {
  return STARTS[type] ?? {};
}

const NUMERIC_RESULTS = new Set(["decimal", "currency", "percent"]);

/** Whether an attribute applies to the field as it stands. */
export function applies(field: Partial<FieldDocument>, attribute: Attribute): boolean {
  const known = FIELD_TYPES[field.type ?? ""]?.includes(attribute) ?? false;
  if (known && field.type === "formula" && (attribute === "precision" || attribute === "scale")) {
    return NUMERIC_RESULTS.has(field.result ?? "");
  }
  return known;
}

const ALL: Attribute[] = [
  "required",
  "unique",
  "indexed",
  "length",
  "precision",
  "scale",
  "to",
  "on_delete",
  "values",
  "formula",
  "result",
];

/** The document to publish: attributes that mean nothing for the type are left out. */
export function pruned(field: FieldDocument): FieldDocument {
  const kept = { ...field };
  for (const attribute of ALL) {
    const value = kept[attribute];
    if (!applies(field, attribute) || value === null || value === false || value === "") {
      delete kept[attribute];
    }
  }
  return kept;
}

/** Fields every object has by nature; nobody describes or changes them. */
export const SYSTEM_FIELDS = new Set([
  "id",
  "ownerId",
  "dimDepart",
  "entityType",
  "createdBy",
  "createdAt",
  "updatedBy",
  "updatedAt",
  "approvalStatus",
  "lockStatus",
  "version",
]);
