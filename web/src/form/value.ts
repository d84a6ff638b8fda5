/** What a form holds for each field, and how it travels: text until it is sent. */

import { Exact } from "../api/json";
import type { RecordRow } from "../api/record";
import type { FieldComponent } from "../api/ui";
import { NUMERIC } from "../field/FieldValue";
import { decimalsOf, plainNumber } from "../field/number";
import type { Translate } from "../i18n";

export type FormValue = string | boolean | null;
export type FormValues = Record<string, FormValue>;

/** A value from the server as the form holds it. */
export function held(value: unknown): FormValue {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "boolean") return value;
  return String(value);
}

/** The first values of a form: the record's, else defaults and what was given. */
export function firstValues(
  fields: FieldComponent[],
  record: RecordRow | null,
  given: FormValues,
): FormValues {
  const values: FormValues = {};
  for (const field of fields) {
    values[field.name] = record ? held(record[field.name]) : (given[field.name] ?? start(field));
  }
  return values;
}

function start(field: FieldComponent): FormValue {
  if (field.default !== undefined) return held(field.default);
  if (field.dataType === "boolean") return false;
  return field.options?.find((option) => option.default)?.value ?? null;
}

/** A form value as JSON takes it; numbers keep their digits. */
export function sent(field: FieldComponent, value: FormValue): unknown {
  if (value === null || value === "") return null;
  if (typeof value === "boolean") return value;
  if (NUMERIC.has(field.dataType)) {
    const digits = plainNumber(value);
    return digits === null ? value : new Exact(digits);
  }
  return value;
}

/** What is wrong with a value as far as the schema says; the server has the last word. */
export function lackOf(
  field: FieldComponent,
  value: FormValue,
  required: boolean,
  t: Translate,
): string | null {
  if (value === null || (typeof value === "string" && value.trim() === "")) {
    return required ? t("form.required", { label: field.label }) : null;
  }
  if (typeof value === "boolean") return null;
  if (NUMERIC.has(field.dataType)) return numberLack(field, value, t);
  const most = field.constraints?.maxLength;
  if (most && [...value].length > most) return t("form.tooLong", { n: most });
  return null;
}

function numberLack(field: FieldComponent, value: string, t: Translate): string | null {
  if (plainNumber(value) === null) return t("form.badNumber");
  const decimals = decimalsOf(value);
  if (field.dataType === "integer" && decimals > 0) return t("form.badInteger");
  const scale = field.constraints?.scale;
  if (scale !== undefined && decimals > scale) return t("form.badScale", { n: scale });
  return null;
}
