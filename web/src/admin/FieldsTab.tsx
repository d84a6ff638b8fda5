/** The fields an object was given; those every object has by nature are not listed. */

import { PlusOutlined } from "@ant-design/icons";
import { Button, Switch } from "antd";
import { useState } from "react";
import { definitions, type FieldDocument, type ObjectDocument } from "../api/metadata";
import { Chip } from "../field/Chip";
import { sentence, type Translate, useI18n } from "../i18n";
import { useResource } from "../state/resource";
import { EmptyState, LoadingState, ProblemState } from "../state/States";
import { FieldDrawer } from "./FieldDrawer";
import { SYSTEM_FIELDS } from "./field-type";
import { textIn } from "./text";

interface FieldsTabProps {
  object: ObjectDocument;
  objects: ObjectDocument[];
}

export function FieldsTab({ object, objects }: FieldsTabProps) {
  const { t, language } = useI18n();
  const [system, setSystem] = useState(false);
  const [editing, setEditing] = useState<FieldDocument | "new" | null>(null);
  const fields = useResource(object.name, (signal) =>
    definitions<FieldDocument>("field", object.name, signal),
  );
  if (fields.problem) return <ProblemState problem={fields.problem} retry={fields.reload} />;
  if (!fields.value) return <LoadingState />;
  const own = fields.value.filter((field) => system || !SYSTEM_FIELDS.has(field.name));
  return (
    <>
      <div className="admin-tools">
        <label className="admin-switch" htmlFor="system-fields">
          <Switch id="system-fields" size="small" checked={system} onChange={setSystem} />{" "}
          {t("admin.showSystem")}
        </label>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
          {t("admin.newField")}
        </Button>
      </div>
      <div className="card admin-scroll">
        {own.length === 0 ? (
          <EmptyState title={t("admin.noFields")} lead={t("admin.noFieldsLead")} />
        ) : (
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">{t("admin.label")}</th>
                <th scope="col">{t("admin.apiName")}</th>
                <th scope="col">{t("admin.type")}</th>
                <th scope="col">{t("admin.attributes")}</th>
              </tr>
            </thead>
            <tbody>
              {own.map((field) => (
                <tr
                  key={field.uid ?? field.name}
                  onClick={() => !SYSTEM_FIELDS.has(field.name) && setEditing(field)}
                >
                  <td>
                    {SYSTEM_FIELDS.has(field.name) ? (
                      textIn(field.label, language, field.name)
                    ) : (
                      <button type="button" className="link-like">
                        {textIn(field.label, language, field.name)}
                      </button>
                    )}
                  </td>
                  <td className="code">{field.name}</td>
                  <td>{typeLabel(t, field)}</td>
                  <td>
                    <span className="admin-chips">
                      {attributes(t, field).map((each) => (
                        <Chip key={each} label={each} />
                      ))}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      {editing && (
        <FieldDrawer
          object={object}
          objects={objects}
          field={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            fields.reload();
          }}
        />
      )}
    </>
  );
}

function typeLabel(t: Translate, field: FieldDocument): string {
  const label = sentence(t, `type.${field.type}`, field.type);
  if (field.to) return `${label} → ${field.to}`;
  if (field.length) return `${label} (${field.length})`;
  if (field.precision) return `${label} (${field.precision}, ${field.scale ?? 0})`;
  return label;
}

function attributes(t: Translate, field: FieldDocument): string[] {
  return [
    field.required ? t("admin.required") : "",
    field.unique ? t("admin.unique") : "",
    field.indexed ? t("admin.indexed") : "",
  ].filter(Boolean);
}
