/** A field's value as people read it, for any field type; unknown types show as text. */

import { CheckOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import type { RecordRow } from "../api/record";
import type { Shown } from "../api/ui";
import { type Language, useI18n } from "../i18n";
import { Chip, STATE_FIELDS, StateChip } from "./Chip";
import { shownDate, shownMoment } from "./moment";
import { grouped } from "./number";

interface FieldValueProps {
  field: Shown;
  row: RecordRow;
  path: string;
  /** Links are left out where the whole row is one already. */
  plain?: boolean;
}

export function FieldValue({ field, row, path, plain = false }: FieldValueProps) {
  const { language, t } = useI18n();
  const value = row[path];
  if (field.dataType === "boolean") return <Flag value={value === true} />;
  if (value === null || value === undefined || value === "") {
    return <span className="blank">{t("common.none")}</span>;
  }
  const text = String(value);
  if (field.options) return <Choice field={field} path={path} value={text} />;
  if (field.target || field.displayPath) {
    return <Reference field={field} row={row} id={text} plain={plain} />;
  }
  if (field.dataType === "email" && !plain) return <a href={`mailto:${text}`}>{text}</a>;
  if (field.dataType === "phone" && !plain) {
    return (
      <a className="number" href={`tel:${text.replace(/[^\d+]/g, "")}`}>
        {text}
      </a>
    );
  }
  if (field.dataType === "url" && !plain) return <Address text={text} />;
  if (field.dataType === "long_text") return <span className="prose">{text}</span>;
  return (
    <span className={NUMERIC.has(field.dataType) ? "number" : ""}>
      {shown(field, text, language)}
    </span>
  );
}

export const NUMERIC = new Set(["integer", "decimal", "currency", "percent"]);

/** Numbers and dates as text; everything else as it is. */
export function shown(field: Shown, text: string, language: Language): string {
  const scale = field.constraints?.scale ?? 0;
  switch (field.dataType) {
    case "integer":
      return grouped(text);
    case "decimal":
      return grouped(text, scale);
    case "currency":
      return `¥${grouped(text, scale || 2)}`;
    case "percent":
      return `${grouped(text)}%`;
    case "date":
      return shownDate(text, language);
    case "datetime":
      return shownMoment(text, language);
    default:
      return text;
  }
}

function Flag({ value }: { value: boolean }) {
  const { t } = useI18n();
  if (!value) return <span className="blank">{t("common.no")}</span>;
  return (
    <span className="flag">
      <CheckOutlined aria-hidden="true" /> {t("common.yes")}
    </span>
  );
}

function Choice({ field, path, value }: { field: Shown; path: string; value: string }) {
  const option = field.options?.find((each) => each.value === value);
  if (STATE_FIELDS.has(path)) return <StateChip state={value} label={option?.label ?? value} />;
  const label = option?.label ?? value;
  if (!field.options?.some((each) => each.color)) return <span>{label}</span>;
  return <Chip label={label} color={option?.color} />;
}

interface ReferenceProps {
  field: Shown;
  row: RecordRow;
  id: string;
  plain: boolean;
}

function Reference({ field, row, id, plain }: ReferenceProps) {
  const { t } = useI18n();
  const name = field.displayPath ? row[field.displayPath] : undefined;
  if (!name) return <span className="blank">{t("detail.hidden")}</span>;
  const label = String(name);
  if (!field.target || plain) return <span>{label}</span>;
  return <Link to={`/o/${field.target.object}/${id}`}>{label}</Link>;
}

function Address({ text }: { text: string }) {
  const isSafe = /^https?:\/\//i.test(text);
  if (!isSafe) return <span>{text}</span>;
  return (
    <a href={text} target="_blank" rel="noreferrer noopener">
      {text.replace(/^https?:\/\//i, "").replace(/\/$/, "")}
    </a>
  );
}
