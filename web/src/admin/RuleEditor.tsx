/** The parts of a rule: names, the condition, the sentence, its place, and whether it is active. */

import { App, Button, Input, Select, Switch } from "antd";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import type { RuleDocument } from "../api/metadata";
import { useI18n } from "../i18n";
import { LoadingState } from "../state/States";
import { RefusedAlert } from "./AdminDrawer";
import { Labelled } from "./Labelled";
import type { Place } from "./RulePage";
import { API_NAME, apiNameOf, textOf } from "./text";
import { usePublish } from "./usePublish";
import "../form/form.css";

const FormulaEditor = lazy(() => import("./editor/FormulaEditor"));

interface RuleEditorProps {
  object: string;
  rule: RuleDocument | null;
  fields: Place[];
  sections: Place[];
}

export function RuleEditor({ object, rule, fields, sections }: RuleEditorProps) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const { busy, refused, run } = usePublish();
  const [zh, setZh] = useState(rule?.label?.["zh-CN"] ?? "");
  const [en, setEn] = useState(rule?.label?.["en-US"] ?? "");
  const [typedName, setTypedName] = useState<string | null>(rule?.name ?? null);
  const [description, setDescription] = useState(rule?.description?.["zh-CN"] ?? "");
  const [when, setWhen] = useState(rule?.when ?? "");
  const [message, setMessage] = useState(rule?.message?.["zh-CN"] ?? "");
  const [messageEn, setMessageEn] = useState(rule?.message?.["en-US"] ?? "");
  const [at, setAt] = useState(rule?.at ?? "page");
  const [active, setActive] = useState(rule?.active !== false);
  const [tried, setTried] = useState(false);
  const name = typedName ?? apiNameOf(en);
  const list = `/admin/objects/${object}/rules`;

  const lack = (isLacking: boolean, label: string, own?: string[]) =>
    tried && isLacking ? [t("form.required", { label })] : own;
  const members = refused?.members ?? {};
  const wrongName = tried && !API_NAME.test(name) ? [t("admin.apiNameBad")] : members.name;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!zh.trim() || !when.trim() || !message.trim() || !API_NAME.test(name)) return;
    const document: RuleDocument = {
      ...rule,
      object,
      name,
      label: { ...rule?.label, ...textOf(zh, en) },
      description: { ...rule?.description, ...textOf(description, "") },
      when,
      message: { ...rule?.message, ...textOf(message, messageEn) },
      at,
      active,
    };
    if (await run([{ action: "put", kind: "validation_rule", document }])) navigate(list);
  }

  const remove = () =>
    modal.confirm({
      title: t("admin.deleteAsk", { name: zh || name }),
      content: t("admin.deleteLead"),
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      onOk: async () => {
        const document = { uid: rule?.uid, name, object };
        if (await run([{ action: "delete", kind: "validation_rule", document }])) navigate(list);
      },
    });

  return (
    <form className="rule-page" onSubmit={submit} noValidate>
      <RefusedAlert refused={refused} shown={["object", "uid"]} />
      <section className="card rule-card">
        <h2>{t("admin.identity")}</h2>
        <div className="form-grid">
          <Labelled
            label={t("admin.labelZh")}
            required
            errors={lack(!zh.trim(), t("admin.labelZh"), members.label)}
          >
            {(id, status) => (
              <Input id={id} {...status} value={zh} onChange={(e) => setZh(e.target.value)} />
            )}
          </Labelled>
          <Labelled label={t("admin.labelEn")}>
            {(id) => <Input id={id} value={en} onChange={(e) => setEn(e.target.value)} />}
          </Labelled>
          <Labelled label={t("admin.apiName")} required errors={wrongName}>
            {(id, status) => (
              <Input
                id={id}
                {...status}
                className="code"
                value={name}
                onChange={(e) => setTypedName(e.target.value)}
              />
            )}
          </Labelled>
          <Labelled label={t("admin.description")}>
            {(id) => (
              <Input id={id} value={description} onChange={(e) => setDescription(e.target.value)} />
            )}
          </Labelled>
        </div>
      </section>
      <section className="card rule-card">
        <h2>{t("admin.condition")}</h2>
        <Suspense fallback={<LoadingState rows={3} />}>
          <FormulaEditor
            object={object}
            use="rule"
            result="boolean"
            label={t("admin.condition")}
            value={when}
            errors={lack(!when.trim(), t("admin.condition"), members.when)}
            onChange={setWhen}
          />
        </Suspense>
      </section>
      <section className="card rule-card">
        <h2>{t("admin.message")}</h2>
        <div className="form-grid">
          <Labelled
            label={t("admin.message")}
            required
            errors={lack(!message.trim(), t("admin.message"), members.message)}
          >
            {(id, status) => (
              <Input.TextArea
                id={id}
                {...status}
                autoSize={{ minRows: 2 }}
                value={message}
                onChange={(e) => setMessage(e.target.value)}
              />
            )}
          </Labelled>
          <Labelled label={t("admin.messageEn")}>
            {(id) => (
              <Input.TextArea
                id={id}
                autoSize={{ minRows: 2 }}
                value={messageEn}
                onChange={(e) => setMessageEn(e.target.value)}
              />
            )}
          </Labelled>
          <Labelled label={t("admin.placement")} errors={members.at}>
            {(id) => (
              <PlaceSelect
                id={id}
                value={at}
                fields={fields}
                sections={sections}
                onChange={setAt}
              />
            )}
          </Labelled>
          <Labelled label={t("admin.active")}>
            {(id) => (
              <div>
                <Switch
                  id={id}
                  checked={active}
                  onChange={setActive}
                  checkedChildren={t("common.yes")}
                  unCheckedChildren={t("common.no")}
                />
              </div>
            )}
          </Labelled>
        </div>
      </section>
      <div className="rule-end">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("admin.publish")}
        </Button>
        <Button onClick={() => navigate(list)}>{t("common.cancel")}</Button>
        {rule && (
          <Button danger onClick={remove}>
            {t("common.delete")}
          </Button>
        )}
      </div>
    </form>
  );
}

interface PlaceSelectProps {
  id: string;
  value: string;
  fields: Place[];
  sections: Place[];
  onChange: (at: string) => void;
}

function PlaceSelect({ id, value, fields, sections, onChange }: PlaceSelectProps) {
  const { t } = useI18n();
  const option = (kind: string) => (place: Place) => ({
    value: `${kind}:${place.name}`,
    label: place.label,
  });
  return (
    <Select
      id={id}
      value={value}
      showSearch={{ optionFilterProp: "label" }}
      onChange={onChange}
      options={[
        { value: "page", label: t("admin.at.page") },
        { label: t("admin.at.section"), options: sections.map(option("section")) },
        { label: t("admin.at.field"), options: fields.map(option("field")) },
      ]}
    />
  );
}
