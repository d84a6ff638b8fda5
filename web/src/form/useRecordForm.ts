/** The state of a form: values, what was touched, what is wrong, which fields show. */

import { useCallback, useMemo, useState } from "react";
import type { RecordRow } from "../api/record";
import type { FieldComponent, FormPage, SectionComponent } from "../api/ui";
import { useI18n } from "../i18n";
import type { Chosen } from "./LookupSelect";
import { NOTHING_WRONG, type Placed } from "./placement";
import { useConditions } from "./useConditions";
import { type FormValue, type FormValues, firstValues, held, lackOf, sent } from "./value";

export interface FormModel {
  sections: SectionComponent[];
  values: FormValues;
  names: Record<string, string>;
  wrong: Placed;
  dirty: boolean;
  isRequired: (field: FieldComponent) => boolean;
  change: (name: string, value: FormValue, chosen?: Chosen | null) => void;
  setWrong: (wrong: Placed) => void;
  /** What is lacking as far as the schema says; nothing means it may be sent. */
  check: () => Placed | null;
  /** The members to send: all that is filled for a new record, only changes for an old one. */
  payload: () => Record<string, unknown>;
}

export interface Given {
  values: FormValues;
  names: Record<string, string>;
}

const fieldsOf = (page: FormPage) => page.root.children.flatMap((section) => section.children);

export function useRecordForm(page: FormPage, record: RecordRow | null, given: Given): FormModel {
  const { t } = useI18n();
  const fields = useMemo(() => fieldsOf(page), [page]);
  const first = useMemo(
    () => firstValues(fields, record, given.values),
    [fields, record, given.values],
  );
  const [changed, setChanged] = useState<FormValues>({});
  const [chosenNames, setChosenNames] = useState<Record<string, string>>(given.names);
  const [wrong, setWrong] = useState<Placed>(NOTHING_WRONG);
  const values = useMemo(() => ({ ...first, ...changed }), [first, changed]);
  const conditions = useConditions(page, fields, values, record);

  const sections = useMemo(
    () =>
      page.root.children
        .map((section) => ({
          ...section,
          children: section.children.filter((field) => conditions.isVisible(field)),
        }))
        .filter((section) => section.children.length > 0),
    [page, conditions],
  );

  const names = useMemo(() => {
    const known: Record<string, string> = {};
    for (const field of fields) {
      const name = field.displayPath && record?.[field.displayPath];
      if (name) known[field.name] = String(name);
    }
    return { ...known, ...chosenNames };
  }, [fields, record, chosenNames]);

  const change = useCallback((name: string, value: FormValue, chosen?: Chosen | null) => {
    setChanged((before) => ({ ...before, [name]: value }));
    if (chosen) setChosenNames((before) => ({ ...before, [name]: chosen.name }));
    setWrong((before) => {
      if (!before.fields[name]) return before;
      const { [name]: _mended, ...rest } = before.fields;
      return { ...before, fields: rest };
    });
  }, []);

  const shown = sections.flatMap((section) => section.children).filter((field) => !field.readOnly);
  const isChanged = (name: string) => held(changed[name]) !== held(first[name]);

  const check = () => {
    const lacking: Record<string, string[]> = {};
    for (const field of shown) {
      const lack = lackOf(field, values[field.name] ?? null, conditions.isRequired(field), t);
      if (lack) lacking[field.name] = [lack];
    }
    return Object.keys(lacking).length > 0 ? { ...NOTHING_WRONG, fields: lacking } : null;
  };

  const payload = () => {
    const members: Record<string, unknown> = {};
    if (!record) {
      for (const [name, value] of Object.entries(given.values)) members[name] = value;
      if (page.recordType) members.entityType = page.recordType.name;
    }
    for (const field of shown) {
      const value = values[field.name] ?? null;
      if (record ? field.name in changed && isChanged(field.name) : value !== null) {
        members[field.name] = sent(field, value);
      }
    }
    return members;
  };

  return {
    sections,
    values,
    names,
    wrong,
    dirty: Object.keys(changed).some(isChanged),
    isRequired: conditions.isRequired,
    change,
    setWrong,
    check,
    payload,
  };
}
