/** The attributes of a field, those its type has. */

import { Checkbox, Input, InputNumber, Select } from "antd";
import { lazy, Suspense } from "react";
import type { FieldDocument, ObjectDocument } from "../api/metadata";
import { useI18n } from "../i18n";
import { applies, RESULTS } from "./field-type";
import { Labelled } from "./Labelled";
import { textIn } from "./text";
import { ValuesEditor } from "./ValuesEditor";

const FormulaEditor = lazy(() => import("./editor/FormulaEditor"));

interface FieldAttributesProps {
  field: FieldDocument;
  objects: ObjectDocument[];
  errors: Record<string, string[]>;
  isNew: boolean;
  onChange: (next: Partial<FieldDocument>) => void;
}

const NUMBERS = [
  ["length", 1, 100_000],
  ["precision", 1, 18],
  ["scale", 0, 18],
] as const;
const FLAGS = ["required", "unique", "indexed"] as const;
const ON_DELETE = ["restrict", "set_null", "cascade"] as const;

export function FieldAttributes({ field, objects, errors, isNew, onChange }: FieldAttributesProps) {
  const { t, language } = useI18n();
  const flags = FLAGS.filter((flag) => applies(field, flag));
  return (
    <fieldset className="form-section">
      <legend>{t("admin.attributes")}</legend>
      <div className="form-grid">
        {applies(field, "to") && (
          <Labelled label={t("admin.to")} required errors={errors.to}>
            {(id) => (
              <Select
                id={id}
                disabled={!isNew}
                showSearch={{ optionFilterProp: "label" }}
                placeholder={t("form.choose")}
                value={field.to ?? null}
                options={objects.map((each) => ({
                  value: each.name,
                  label: `${textIn(each.label, language, each.name)} (${each.name})`,
                }))}
                onChange={(to) => onChange({ to })}
              />
            )}
          </Labelled>
        )}
        {applies(field, "on_delete") && (
          <Labelled label={t("admin.onDelete")} errors={errors.on_delete}>
            {(id) => (
              <Select
                id={id}
                value={field.on_delete ?? "restrict"}
                options={ON_DELETE.map((value) => ({ value, label: t(`admin.onDelete.${value}`) }))}
                onChange={(on_delete) => onChange({ on_delete })}
              />
            )}
          </Labelled>
        )}
        {applies(field, "result") && (
          <Labelled label={t("admin.result")} required errors={errors.result} wide>
            {(id) => (
              <Select
                id={id}
                value={field.result ?? "decimal"}
                options={RESULTS.map((value) => ({
                  value,
                  label: t(`type.${value}` as "type.text"),
                }))}
                onChange={(result) => onChange({ result })}
              />
            )}
          </Labelled>
        )}
        {NUMBERS.filter(([name]) => applies(field, name)).map(([name, min, max]) => (
          <Labelled key={name} label={t(`admin.${name}`)} errors={errors[name]}>
            {(id, status) => (
              <InputNumber
                id={id}
                {...status}
                min={min}
                max={max}
                precision={0}
                style={{ width: "100%" }}
                value={field[name] ?? null}
                onChange={(value) => onChange({ [name]: value })}
              />
            )}
          </Labelled>
        ))}
        {applies(field, "values") && (
          <ValuesEditor
            values={field.values ?? []}
            errors={errors.values}
            onChange={(values) => onChange({ values })}
          />
        )}
        {applies(field, "formula") && (
          <div className="form-wide">
            <Suspense fallback={<Input disabled />}>
              <FormulaEditor
                object={field.object}
                use="formula_field"
                label={t("admin.formula")}
                value={field.formula ?? ""}
                errors={errors.formula}
                onChange={(formula) => onChange({ formula })}
              />
            </Suspense>
          </div>
        )}
        {flags.length > 0 && (
          <div className="form-wide admin-flags">
            {flags.map((flag) => (
              <Checkbox
                key={flag}
                checked={field[flag] === true}
                onChange={(event) => onChange({ [flag]: event.target.checked })}
              >
                {t(`admin.${flag}`)}
              </Checkbox>
            ))}
          </div>
        )}
      </div>
    </fieldset>
  );
}
