/** The form itself: sections, messages in their places, save with care for others' changes. */

import { Alert, Button } from "antd";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type Problem, problemOf } from "../api/problem";
import { createRecord, type RecordRow, updateRecord } from "../api/record";
import type { FormPage, SectionComponent } from "../api/ui";
import { useI18n } from "../i18n";
import { FormField } from "./FormField";
import { countOf, NOTHING_WRONG, type Placed, placed } from "./placement";
import { type FormModel, type Given, useRecordForm } from "./useRecordForm";
import "./form.css";

interface RecordFormProps {
  page: FormPage;
  id: string | null;
  record: RecordRow | null;
  etag: string | null;
  given: Given;
  top: ReactNode;
  onDirty: (dirty: boolean) => void;
  onCancel: () => void;
  onSaved: (record: RecordRow) => void;
  onReload: () => void;
}

const STALE = "record.stale";

export function RecordForm(props: RecordFormProps) {
  const { page, id, record, etag, onDirty, onSaved } = props;
  const { t } = useI18n();
  const form = useRecordForm(page, record, props.given);
  const [busy, setBusy] = useState(false);
  const [stale, setStale] = useState<Problem | null>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => onDirty(form.dirty), [form.dirty, onDirty]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the latest version settles a conflict
  useEffect(() => setStale(null), [etag]);

  const refuse = (wrong: Placed) => {
    form.setWrong(wrong);
    requestAnimationFrame(() => showFirst(body.current, wrong));
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    const lacking = form.check();
    if (lacking) return refuse(lacking);
    form.setWrong(NOTHING_WRONG);
    setBusy(true);
    try {
      const values = form.payload();
      const saved = id
        ? await updateRecord(page.object.name, id, values, etag)
        : await createRecord(page.object.name, values);
      onSaved(saved);
    } catch (error) {
      const problem = problemOf(error);
      setBusy(false);
      if (problem.status === 412 || problem.code === STALE) setStale(problem);
      else refuse(placed(problem, form.sections));
    }
  }

  return (
    <form className="form" onSubmit={submit} noValidate>
      <div className="form-body" ref={body}>
        <PageMessages wrong={form.wrong} />
        {stale && <StaleAlert onReload={props.onReload} />}
        {props.top}
        {form.sections.map((section) => (
          <FormSection key={section.id} section={section} form={form} record={record} />
        ))}
      </div>
      <footer className="form-end">
        <Button onClick={props.onCancel}>{t("common.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={busy} disabled={stale !== null}>
          {t("common.save")}
        </Button>
      </footer>
    </form>
  );
}

/** Bring what is wrong into sight: messages on top first, else the first field. */
function showFirst(body: HTMLElement | null, wrong: Placed): void {
  if (!body) return;
  if (wrong.page.length > 0) {
    body.scrollTop = 0;
    return;
  }
  const first = body.querySelector<HTMLElement>(".form-wrong, .form-section-alert");
  first?.scrollIntoView({ block: "center", behavior: "smooth" });
  first?.querySelector<HTMLElement>("input, textarea")?.focus({ preventScroll: true });
}

function PageMessages({ wrong }: { wrong: Placed }) {
  const { t } = useI18n();
  const count = countOf(wrong);
  if (count === 0) return null;
  if (wrong.page.length === 0) {
    return (
      <p className="form-count" role="status">
        {t("form.fix", { n: count })}
      </p>
    );
  }
  return (
    <div className="form-pop">
      <Alert
        type="error"
        showIcon
        title={t("form.refused")}
        description={
          <ul>
            {wrong.page.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        }
      />
    </div>
  );
}

function StaleAlert({ onReload }: { onReload: () => void }) {
  const { t } = useI18n();
  return (
    <Alert
      className="form-alert"
      type="warning"
      showIcon
      title={t("form.stale")}
      description={t("form.staleLead")}
      action={
        <Button size="small" onClick={onReload}>
          {t("form.staleLoad")}
        </Button>
      }
    />
  );
}

interface FormSectionProps {
  section: SectionComponent;
  form: FormModel;
  record: RecordRow | null;
}

function FormSection({ section, form, record }: FormSectionProps) {
  const errors = form.wrong.sections[section.name];
  return (
    <fieldset className="form-section" data-section={section.name}>
      <legend>{section.label}</legend>
      {errors && (
        <Alert className="form-section-alert" type="error" showIcon title={errors.join(" ")} />
      )}
      <div className={section.columns === 1 ? "form-grid form-one" : "form-grid"}>
        {section.children.map((field) => (
          <FormField
            key={field.id}
            field={field}
            value={form.values[field.name] ?? null}
            name={form.names[field.name]}
            required={form.isRequired(field)}
            errors={form.wrong.fields[field.name]}
            record={record}
            onChange={form.change}
          />
        ))}
      </div>
    </fieldset>
  );
}
