/** The control of a field: one per kind of value, all taking and giving form values. */

import { DatePicker, Input, Select, Switch } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type { FieldComponent } from "../api/ui";
import { grouped, plainNumber } from "../field/number";
import { useI18n } from "../i18n";
import { type Chosen, LookupSelect } from "./LookupSelect";
import type { FormValue } from "./value";

export interface ControlProps {
  field: FieldComponent;
  id: string;
  value: FormValue;
  /** The name of the record a lookup has, if known. */
  name?: string | undefined;
  invalid: boolean;
  describedBy?: string | undefined;
  required: boolean;
  onChange: (value: FormValue, chosen?: Chosen | null) => void;
}

export function Control(props: ControlProps) {
  const { field } = props;
  if (field.options) return <Choice {...props} />;
  if (field.target) return <Lookup {...props} />;
  switch (field.dataType) {
    case "boolean":
      return <Flag {...props} />;
    case "integer":
    case "decimal":
    case "currency":
    case "percent":
      return <NumberInput {...props} />;
    case "date":
    case "datetime":
      return <Moment {...props} />;
    default:
      return <Words {...props} />;
  }
}

function shared({ id, invalid, describedBy, required }: ControlProps) {
  return {
    id,
    "aria-invalid": invalid,
    "aria-describedby": describedBy,
    "aria-required": required,
    ...(invalid ? { status: "error" as const } : {}),
  };
}

const INPUT_TYPES: Record<string, string> = { email: "email", phone: "tel", url: "url" };

function Words(props: ControlProps) {
  const { field, value, onChange } = props;
  const text = typeof value === "string" ? value : "";
  const change = (event: { target: { value: string } }) => onChange(event.target.value || null);
  const most = field.constraints?.maxLength;
  if (field.dataType === "long_text") {
    return (
      <Input.TextArea
        {...shared(props)}
        autoSize={{ minRows: 3, maxRows: 10 }}
        value={text}
        onChange={change}
        {...(most && most <= 4000 ? { count: { max: most, show: text.length > most * 0.8 } } : {})}
      />
    );
  }
  return (
    <Input
      {...shared(props)}
      type={INPUT_TYPES[field.dataType] ?? "text"}
      autoComplete="off"
      value={text}
      onChange={change}
    />
  );
}

/** Digits are kept as typed; separators are shown while the field is left alone. */
function NumberInput(props: ControlProps) {
  const { field, value, onChange } = props;
  const [focused, setFocused] = useState(false);
  const text = typeof value === "string" ? value : "";
  const resting = plainNumber(text) === null ? text : grouped(text, field.constraints?.scale ?? 0);
  return (
    <Input
      {...shared(props)}
      className="number"
      inputMode={field.dataType === "integer" ? "numeric" : "decimal"}
      autoComplete="off"
      prefix={field.dataType === "currency" ? "¥" : undefined}
      suffix={field.dataType === "percent" ? "%" : undefined}
      value={focused ? text : resting.replace("−", "-")}
      onFocus={() => setFocused(true)}
      onBlur={() => {
        setFocused(false);
        onChange(plainNumber(text) ?? (text.trim() || null));
      }}
      onChange={(event) => onChange(event.target.value || null)}
    />
  );
}

function Flag({ id, value, describedBy, onChange }: ControlProps) {
  const { t } = useI18n();
  return (
    <Switch
      id={id}
      aria-describedby={describedBy}
      checkedChildren={t("common.yes")}
      unCheckedChildren={t("common.no")}
      checked={value === true}
      onChange={(checked) => onChange(checked)}
    />
  );
}

function Moment(props: ControlProps) {
  const { field, value, onChange } = props;
  const { t } = useI18n();
  const withTime = field.dataType === "datetime";
  return (
    <DatePicker
      {...shared(props)}
      placeholder={t("form.pick")}
      style={{ width: "100%" }}
      {...(withTime ? { showTime: { format: "HH:mm" }, format: "YYYY-MM-DD HH:mm" } : {})}
      value={typeof value === "string" && value ? dayjs(value) : null}
      onChange={(moment) => {
        if (!moment) onChange(null);
        else onChange(withTime ? moment.toISOString() : moment.format("YYYY-MM-DD"));
      }}
    />
  );
}

const SEARCHED = 8;

function Choice(props: ControlProps) {
  const { field, value, onChange } = props;
  const { t } = useI18n();
  const offered = field.options ?? [];
  const kept =
    typeof value === "string" && value && !offered.some((option) => option.value === value)
      ? [{ value, label: value }]
      : [];
  return (
    <Select
      {...shared(props)}
      allowClear
      showSearch={offered.length > SEARCHED ? { optionFilterProp: "label" } : false}
      placeholder={t("form.choose")}
      value={typeof value === "string" && value ? value : null}
      options={[...offered, ...kept].map((option) => ({
        value: option.value,
        label: option.label,
      }))}
      onChange={(next) => onChange(next ?? null)}
    />
  );
}

function Lookup(props: ControlProps) {
  const { field, id, value, name, invalid, describedBy, onChange } = props;
  if (!field.target) return null;
  return (
    <LookupSelect
      id={id}
      target={field.target}
      value={typeof value === "string" && value ? value : null}
      name={name}
      invalid={invalid}
      describedBy={describedBy}
      onChange={(chosen) => onChange(chosen?.id ?? null, chosen)}
    />
  );
}
