/** Which record type a new record has; it decides the layout and the choices offered. */

import { Segmented, Select } from "antd";
import type { NamedLabel } from "../api/ui";
import { useI18n } from "../i18n";

interface RecordTypeChoiceProps {
  types: NamedLabel[];
  value: string | undefined;
  onChange: (name: string) => void;
}

const AT_ONCE = 4;

export function RecordTypeChoice({ types, value, onChange }: RecordTypeChoiceProps) {
  const { t } = useI18n();
  const options = types.map((type) => ({ value: type.name, label: type.label }));
  const common = { options, value: value ?? "", onChange, "aria-label": t("form.recordType") };
  return (
    <div className="form-type">
      <span>{t("form.recordType")}</span>
      {types.length <= AT_ONCE ? <Segmented {...common} /> : <Select {...common} />}
    </div>
  );
}
