/** The choices of a picklist, in order. */

import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import type { PicklistValue } from "../api/metadata";
import { useI18n } from "../i18n";

interface ValuesEditorProps {
  values: PicklistValue[];
  errors: string[] | undefined;
  onChange: (values: PicklistValue[]) => void;
}

export function ValuesEditor({ values, errors, onChange }: ValuesEditorProps) {
  const { t } = useI18n();
  const replace = (index: number, next: Partial<PicklistValue>) =>
    onChange(values.map((each, at) => (at === index ? { ...each, ...next } : each)));
  const move = (index: number, step: number) => {
    const next = [...values];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + step, 0, moved);
    onChange(next);
  };
  return (
    <fieldset className="form-wide values">
      <legend>{t("admin.values")}</legend>
      {values.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: choices have no other identity while typed
        <div key={index} className="values-row">
          <Input
            className="code"
            aria-label={t("admin.value")}
            placeholder={t("admin.value")}
            disabled={value.uid !== undefined}
            value={value.value}
            onChange={(event) => replace(index, { value: event.target.value })}
          />
          <Input
            aria-label={t("admin.labelZh")}
            placeholder={t("admin.labelZh")}
            value={value.label?.["zh-CN"] ?? ""}
            onChange={(event) =>
              replace(index, { label: { ...value.label, "zh-CN": event.target.value } })
            }
          />
          <Input
            aria-label={t("admin.labelEn")}
            placeholder={t("admin.labelEn")}
            value={value.label?.["en-US"] ?? ""}
            onChange={(event) =>
              replace(index, { label: { ...value.label, "en-US": event.target.value } })
            }
          />
          <Button
            type="text"
            size="small"
            icon={<ArrowUpOutlined />}
            aria-label="↑"
            disabled={index === 0}
            onClick={() => move(index, -1)}
          />
          <Button
            type="text"
            size="small"
            icon={<ArrowDownOutlined />}
            aria-label="↓"
            disabled={index === values.length - 1}
            onClick={() => move(index, 1)}
          />
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("common.delete")}
            onClick={() => onChange(values.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        icon={<PlusOutlined />}
        onClick={() => onChange([...values, { value: "", label: {} }])}
      >
        {t("admin.addValue")}
      </Button>
      {errors && errors.length > 0 && (
        <p className="form-error" role="alert">
          {errors.join(" ")}
        </p>
      )}
    </fieldset>
  );
}
