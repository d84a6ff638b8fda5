/** Making or changing a field; its attributes follow its type. */

import { Input, Select } from "antd";
import { useState } from "react";
import type { FieldDocument, ObjectDocument } from "../api/metadata";
import { useI18n } from "../i18n";
import { AdminDrawer } from "./AdminDrawer";
import { FieldAttributes } from "./FieldAttributes";
import { FIELD_TYPES, pruned, startOf } from "./field-type";
import { Labelled } from "./Labelled";
import { API_NAME, apiNameOf, textOf } from "./text";
import { usePublish } from "./usePublish";

interface FieldDrawerProps {
  object: ObjectDocument;
  objects: ObjectDocument[];
  field: FieldDocument | null;
  onClose: () => void;
  onSaved: () => void;
}

export function FieldDrawer({ object, objects, field, onClose, onSaved }: FieldDrawerProps) {
  const { t } = useI18n();
  const { busy, refused, run } = usePublish();
  const [draft, setDraft] = useState<FieldDocument>(
    field ?? { object: object.name, name: "", type: "text", ...startOf("text") },
  );
  const [zh, setZh] = useState(field?.label?.["zh-CN"] ?? "");
  const [en, setEn] = useState(field?.label?.["en-US"] ?? "");
  const [help, setHelp] = useState(field?.help?.["zh-CN"] ?? "");
  const [typedName, setTypedName] = useState<string | null>(field?.name ?? null);
  const [tried, setTried] = useState(false);
  const name = typedName ?? apiNameOf(en);
  const change = (next: Partial<FieldDocument>) => setDraft((before) => ({ ...before, ...next }));

  const wrongName = tried && !API_NAME.test(name);
  const lacksLabel = tried && !zh.trim();
  const lacksValues =
    tried && draft.type === "picklist" && !draft.picklist && !draft.values?.length;
  const members: Record<string, string[]> = {
    ...refused?.members,
    ...(wrongName ? { name: [t("admin.apiNameBad")] } : {}),
    ...(lacksLabel ? { label: [t("form.required", { label: t("admin.labelZh") })] } : {}),
    ...(lacksValues ? { values: [t("admin.needValues")] } : {}),
  };

  async function submit() {
    setTried(true);
    const lacks = draft.type === "picklist" && !draft.picklist && !draft.values?.length;
    if (!zh.trim() || !API_NAME.test(name) || lacks) return;
    const label = { ...field?.label, ...textOf(zh, en) };
    const helped = { ...field?.help, ...textOf(help, "") };
    const document = pruned({ ...draft, name, label, help: helped });
    if (await run([{ action: "put", kind: "field", document }])) onSaved();
  }

  return (
    <AdminDrawer
      title={t(field ? "admin.editField" : "admin.newField")}
      busy={busy}
      refused={refused}
      onSubmit={submit}
      onClose={onClose}
    >
      <fieldset className="form-section">
        <legend>{t("admin.identity")}</legend>
        <div className="form-grid">
          <Labelled label={t("admin.type")} required wide errors={members.type}>
            {(id) => (
              <Select
                id={id}
                disabled={field !== null}
                value={draft.type}
                showSearch={{ optionFilterProp: "label" }}
                options={Object.keys(FIELD_TYPES).map((type) => ({
                  value: type,
                  label: t(`type.${type}` as "type.text"),
                }))}
                onChange={(type) =>
                  setDraft({ object: object.name, name: "", type, ...startOf(type) })
                }
              />
            )}
          </Labelled>
          <Labelled label={t("admin.labelZh")} required errors={members.label}>
            {(id, status) => (
              <Input id={id} {...status} value={zh} onChange={(e) => setZh(e.target.value)} />
            )}
          </Labelled>
          <Labelled label={t("admin.labelEn")}>
            {(id) => <Input id={id} value={en} onChange={(e) => setEn(e.target.value)} />}
          </Labelled>
          <Labelled label={t("admin.apiName")} required errors={members.name}>
            {(id, status) => (
              <Input
                id={id}
                {...status}
                className="code"
                value={name}
                onChange={(event) => setTypedName(event.target.value)}
              />
            )}
          </Labelled>
          <Labelled label={t("admin.help")} errors={members.help}>
            {(id) => <Input id={id} value={help} onChange={(e) => setHelp(e.target.value)} />}
          </Labelled>
        </div>
      </fieldset>
      <FieldAttributes
        field={{ ...draft, name }}
        objects={objects}
        errors={members}
        isNew={field === null}
        onChange={change}
      />
    </AdminDrawer>
  );
}
