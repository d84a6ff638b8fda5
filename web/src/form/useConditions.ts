/** Which fields show and which are required right now, by the conditions of the page. */

import dayjs from "dayjs";
import { useMemo } from "react";
import { type RecordRow, readRecord } from "../api/record";
import type { FieldComponent, FormPage } from "../api/ui";
import { holds, type Surroundings } from "../formula/evaluate";
import { useResource } from "../state/resource";
import type { FormValues } from "./value";

export interface Decided {
  isVisible: (field: FieldComponent) => boolean;
  isRequired: (field: FieldComponent) => boolean;
}

export function useConditions(
  page: FormPage,
  fields: FieldComponent[],
  values: FormValues,
  record: RecordRow | null,
): Decided {
  const related = useRelated(page, fields, values, record);
  return useMemo(() => {
    const around: Surroundings = {
      now: Date.now(),
      today: dayjs().format("YYYY-MM-DD"),
      field: (path) => fieldValue(path, values, record, related),
      global: (path) => page.globals[path.join(".")],
    };
    const decided: Record<string, boolean | null> = {};
    for (const [id, condition] of Object.entries(page.conditions)) {
      decided[id] = holds(condition.tree, around);
    }
    return {
      isVisible: (field) => !field.when?.visible || decided[field.when.visible] !== false,
      isRequired: (field) =>
        field.required || (!!field.when?.required && decided[field.when.required] === true),
    };
  }, [page, values, record, related]);
}

function fieldValue(
  path: string[],
  values: FormValues,
  record: RecordRow | null,
  related: Record<string, unknown>,
): unknown {
  const key = path.join(".");
  if (path.length === 1) return key in values ? values[key] : (record?.[key] ?? null);
  const chosen = values[path[0] ?? ""];
  if (chosen === null) return null;
  return key in related ? related[key] : undefined;
}

/** Values read through lookups: the record's own, or fetched when another target is chosen. */
function useRelated(
  page: FormPage,
  fields: FieldComponent[],
  values: FormValues,
  record: RecordRow | null,
): Record<string, unknown> {
  const wanted = useMemo(() => hops(page, fields), [page, fields]);
  const key = wanted.map(({ field }) => `${field.name}=${values[field.name] ?? ""}`).join("&");
  const { value } = useResource(wanted.length > 0 ? key : null, async (signal) => {
    const found: Record<string, unknown> = {};
    for (const { field, rests } of wanted) {
      const id = values[field.name];
      if (typeof id !== "string" || !field.target) continue;
      const same = record?.[field.name] === id;
      const row = same ? null : await readRecord(field.target.object, id, rests, signal);
      for (const rest of rests) {
        const path = `${field.name}.${rest}`;
        found[path] = (row ? row.value[rest] : record?.[path]) ?? null;
      }
    }
    return found;
  });
  return value ?? NOTHING;
}

const NOTHING: Record<string, unknown> = {};

function hops(page: FormPage, fields: FieldComponent[]) {
  const paths = Object.values(page.conditions).flatMap((condition) => condition.reads);
  return fields
    .filter((field) => field.target)
    .map((field) => {
      const own = paths.filter((path) => path.startsWith(`${field.name}.`));
      return { field, rests: [...new Set(own.map((path) => path.slice(field.name.length + 1)))] };
    })
    .filter(({ rests }) => rests.length > 0);
}
