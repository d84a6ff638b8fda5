/** Conditions to click together, and a formula for whoever wants more. */

import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Input, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { useRef, useState } from "react";
import type { FieldComponent, ListPage } from "../api/ui";
import { LookupSelect } from "../form/LookupSelect";
import { useI18n } from "../i18n";
import { type FilterCondition, operatorsOf } from "./condition";
import type { ListState } from "./query";

interface FilterPanelProps {
  page: ListPage;
  state: ListState;
  apply: (next: Partial<ListState>) => void;
}

type Row = FilterCondition & { key: number };

export function FilterPanel({ page, state, apply }: FilterPanelProps) {
  const { t } = useI18n();
  const fields = page.root.filterFields;
  const next = useRef(0);
  const keyed = (condition: FilterCondition): Row => ({ ...condition, key: next.current++ });
  const [rows, setRows] = useState<Row[]>(() =>
    (state.conditions.length > 0 ? state.conditions : [blank(fields)]).map(keyed),
  );
  const [match, setMatch] = useState(state.match);
  const [formula, setFormula] = useState(state.formula);
  const replace = (row: Row) => setRows(rows.map((each) => (each.key === row.key ? row : each)));

  const submit = () => {
    const complete = rows.filter((row) => isComplete(fields, row));
    const conditions = complete.map(({ field, operator, value }) => ({ field, operator, value }));
    apply({ conditions, match, formula: formula.trim() });
  };

  return (
    <form
      className="filter"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {rows.map((row) => (
        <ConditionRow
          key={row.key}
          row={row}
          fields={fields}
          replace={replace}
          remove={() => setRows(rows.filter((each) => each.key !== row.key))}
        />
      ))}
      <div className="filter-line">
        <Button
          type="link"
          size="small"
          icon={<PlusOutlined />}
          onClick={() => setRows([...rows, keyed(blank(fields))])}
        >
          {t("list.addCondition")}
        </Button>
        {rows.length > 1 && (
          <Segmented<"all" | "any">
            size="small"
            value={match}
            onChange={setMatch}
            options={[
              { value: "all", label: t("list.matchAll") },
              { value: "any", label: t("list.matchAny") },
            ]}
          />
        )}
      </div>
      <div className="filter-formula">
        <label htmlFor="filter-formula">
          {t("list.advanced")} <small className="muted">{t("list.advancedHint")}</small>
        </label>
        <Input.TextArea
          id="filter-formula"
          className="code"
          autoSize={{ minRows: 2, maxRows: 6 }}
          spellCheck={false}
          placeholder="YEAR(createdDate) = 2026 && ownerId.name <> &quot;&quot;"
          value={formula}
          onChange={(event) => setFormula(event.target.value)}
        />
      </div>
      <div className="filter-end">
        <Button onClick={() => apply({ conditions: [], formula: "" })}>{t("common.clear")}</Button>
        <Button type="primary" htmlType="submit">
          {t("common.apply")}
        </Button>
      </div>
    </form>
  );
}

function blank(fields: FieldComponent[]): FilterCondition {
  const field = fields[0];
  return { field: field?.name ?? "", operator: field ? firstOperator(field) : "", value: "" };
}

function firstOperator(field: FieldComponent): string {
  return operatorsOf(field)[0]?.name ?? "";
}

function isComplete(fields: FieldComponent[], row: FilterCondition): boolean {
  const field = fields.find((each) => each.name === row.field);
  const operator = field && operatorsOf(field).find((each) => each.name === row.operator);
  return Boolean(operator && (operator.bare || row.value));
}

interface RowProps {
  row: Row;
  fields: FieldComponent[];
  replace: (row: Row) => void;
  remove: () => void;
}

function ConditionRow({ row, fields, replace, remove }: RowProps) {
  const { t } = useI18n();
  const field = fields.find((each) => each.name === row.field);
  const operators = field ? operatorsOf(field) : [];
  const bare = operators.find((each) => each.name === row.operator)?.bare ?? false;
  return (
    <div className="filter-row">
      <Select
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("list.field")}
        value={row.field}
        options={fields.map((each) => ({ value: each.name, label: each.label }))}
        onChange={(name) => {
          const chosen = fields.find((each) => each.name === name);
          if (chosen) replace({ ...row, field: name, operator: firstOperator(chosen), value: "" });
        }}
      />
      <Select
        aria-label={t("list.operator")}
        value={row.operator}
        options={operators.map((each) => ({ value: each.name, label: t(each.label) }))}
        onChange={(operator) => replace({ ...row, operator })}
      />
      {field && !bare ? (
        <ValueInput
          field={field}
          value={row.value}
          onChange={(value) => replace({ ...row, value })}
        />
      ) : (
        <span />
      )}
      <Button
        type="text"
        icon={<CloseOutlined />}
        aria-label={t("list.removeCondition")}
        onClick={remove}
      />
    </div>
  );
}

interface ValueProps {
  field: FieldComponent;
  value: string;
  onChange: (value: string) => void;
}

function ValueInput({ field, value, onChange }: ValueProps) {
  const { t } = useI18n();
  const label = t("list.value");
  if (field.options) {
    return (
      <Select
        aria-label={label}
        placeholder={t("form.choose")}
        value={value || null}
        options={field.options.map((each) => ({ value: each.value, label: each.label }))}
        onChange={(next) => onChange(next ?? "")}
      />
    );
  }
  if (field.target) {
    return (
      <LookupSelect
        target={field.target}
        value={value || null}
        label={label}
        onChange={(next) => onChange(next?.id ?? "")}
      />
    );
  }
  if (field.dataType === "date" || field.dataType === "datetime") {
    return (
      <DatePicker
        aria-label={label}
        value={value ? dayjs(value) : null}
        onChange={(date) => onChange(date ? date.format("YYYY-MM-DD") : "")}
      />
    );
  }
  return (
    <Input aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} />
  );
}
