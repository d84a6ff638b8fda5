/** Making an object: what it is called, who may use it, where it appears. */

import { Input, Select } from "antd";
import { useState } from "react";
import { type Change, type DefinitionBase, definitions } from "../api/metadata";
import { useI18n } from "../i18n";
import { useNavigation } from "../shell/navigation";
import { useResource } from "../state/resource";
import { AdminDrawer } from "./AdminDrawer";
import { Labelled } from "./Labelled";
import { API_NAME, apiNameOf, textIn, textOf } from "./text";
import { usePublish } from "./usePublish";

interface ObjectDrawerProps {
  onClose: () => void;
  onCreated: (name: string) => void;
}

interface PermissionSet extends DefinitionBase {
  objects?: Record<string, object>;
}

interface AppDocument extends DefinitionBase {
  tabs?: (string | { object: string })[];
}

const SHARING = ["private", "read", "read_write"] as const;
const EVERYTHING = { create: true, read: true, update: true, delete: true };

export function ObjectDrawer({ onClose, onCreated }: ObjectDrawerProps) {
  const { t, language } = useI18n();
  const navigation = useNavigation();
  const { busy, refused, run } = usePublish();
  const [zh, setZh] = useState("");
  const [en, setEn] = useState("");
  const [typedName, setTypedName] = useState<string | null>(null);
  const [nameLabel, setNameLabel] = useState("");
  const [sharing, setSharing] = useState<string>("private");
  const [grants, setGrants] = useState<string[]>([]);
  const [app, setApp] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const sets = useResource("sets", (signal) =>
    definitions<PermissionSet>("permission_set", undefined, signal),
  );
  const apps = useResource("apps", (signal) => definitions<AppDocument>("app", undefined, signal));

  const name = typedName ?? apiNameOf(en);
  const nameLacks = tried && !API_NAME.test(name) ? [t("admin.apiNameBad")] : refused?.members.name;
  const labelLacks =
    tried && !zh.trim()
      ? [t("form.required", { label: t("admin.labelZh") })]
      : refused?.members.label;

  async function submit() {
    setTried(true);
    if (!zh.trim() || !API_NAME.test(name)) return;
    const nameField = {
      object: name,
      name: "name",
      label: textOf(nameLabel || t("admin.nameFieldDefault"), nameLabel ? "" : "Name"),
      type: "text",
      length: 120,
      required: true,
      indexed: true,
    };
    const changes: Change[] = [
      { action: "put", kind: "object", document: { name, label: textOf(zh, en), sharing } },
      { action: "put", kind: "field", document: nameField },
      ...granted(sets.value ?? [], grants, name),
      ...shown(apps.value ?? [], app, name),
    ];
    if (await run(changes)) {
      navigation.reload();
      onCreated(name);
    }
  }

  return (
    <AdminDrawer
      title={t("admin.newObject")}
      busy={busy}
      refused={refused}
      onSubmit={submit}
      onClose={onClose}
    >
      <fieldset className="form-section">
        <legend>{t("admin.identity")}</legend>
        <div className="form-grid">
          <Labelled label={t("admin.labelZh")} required errors={labelLacks}>
            {(id, status) => (
              <Input
                id={id}
                {...status}
                value={zh}
                onChange={(e) => setZh(e.target.value)}
                autoFocus
              />
            )}
          </Labelled>
          <Labelled label={t("admin.labelEn")}>
            {(id) => <Input id={id} value={en} onChange={(e) => setEn(e.target.value)} />}
          </Labelled>
          <Labelled
            label={t("admin.apiName")}
            hint={t("admin.apiNameHint")}
            required
            errors={nameLacks}
          >
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
          <Labelled label={t("admin.nameFieldLabel")} hint={t("admin.nameFieldHint")}>
            {(id) => (
              <Input
                id={id}
                placeholder={t("admin.nameFieldDefault")}
                value={nameLabel}
                onChange={(event) => setNameLabel(event.target.value)}
              />
            )}
          </Labelled>
        </div>
      </fieldset>
      <fieldset className="form-section">
        <legend>{t("admin.behaviour")}</legend>
        <div className="form-grid form-one">
          <Labelled label={t("admin.sharing")}>
            {(id) => (
              <Select
                id={id}
                value={sharing}
                options={SHARING.map((value) => ({ value, label: t(`admin.sharing.${value}`) }))}
                onChange={setSharing}
              />
            )}
          </Labelled>
          <Labelled label={t("admin.grant")} hint={t("admin.grantHint")}>
            {(id) => (
              <Select
                id={id}
                mode="multiple"
                loading={sets.loading}
                placeholder={t("form.choose")}
                value={grants}
                options={(sets.value ?? []).map((each) => ({
                  value: each.name,
                  label: textIn(each.label, language, each.name),
                }))}
                onChange={setGrants}
              />
            )}
          </Labelled>
          <Labelled label={t("admin.app")}>
            {(id) => (
              <Select
                id={id}
                allowClear
                loading={apps.loading}
                placeholder={t("form.choose")}
                value={app}
                options={(apps.value ?? []).map((each) => ({
                  value: each.name,
                  label: textIn(each.label, language, each.name),
                }))}
                onChange={(next) => setApp(next ?? null)}
              />
            )}
          </Labelled>
        </div>
      </fieldset>
    </AdminDrawer>
  );
}

function granted(sets: PermissionSet[], chosen: string[], object: string): Change[] {
  return sets
    .filter((each) => chosen.includes(each.name))
    .map((each) => ({
      action: "put",
      kind: "permission_set",
      document: { ...each, objects: { ...each.objects, [object]: EVERYTHING } },
    }));
}

function shown(apps: AppDocument[], chosen: string | null, object: string): Change[] {
  const app = apps.find((each) => each.name === chosen);
  if (!app) return [];
  const document = { ...app, tabs: [...(app.tabs ?? []), { object }] };
  return [{ action: "put", kind: "app", document }];
}
