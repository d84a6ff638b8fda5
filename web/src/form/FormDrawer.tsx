/** Creating or editing a record in a drawer over the page it was asked for on. */

import { App, Drawer } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { type RecordRow, readRecord } from "../api/record";
import { formPage, type NamedLabel, type ObjectRef } from "../api/ui";
import { useI18n } from "../i18n";
import { useResource } from "../state/resource";
import { LoadingState, ProblemState } from "../state/States";
import { useNarrow } from "../state/screen";
import { RecordForm } from "./RecordForm";
import { RecordTypeChoice } from "./RecordTypeChoice";
import type { Given } from "./useRecordForm";

interface FormDrawerProps {
  object: ObjectRef;
  /** The record to edit; without one the form creates. */
  id?: string;
  recordTypes?: NamedLabel[];
  given?: Given;
  onClose: () => void;
  /** Called with what was saved; without it a new record is opened. */
  onSaved?: (record: RecordRow) => void;
}

const NOTHING: Given = { values: {}, names: {} };

export function FormDrawer(props: FormDrawerProps) {
  const { object, id, onClose, onSaved } = props;
  const { t, language } = useI18n();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const [recordType, setRecordType] = useState<string>();
  const [dirty, setDirty] = useState(false);

  const page = useResource(`${object.name} ${id} ${recordType} ${language}`, (signal) =>
    formPage(object.name, { id, recordType }, signal),
  );
  const fields = page.value?.fields.join(",");
  const record = useResource(id && fields ? `${object.name} ${id} ${fields}` : null, (signal) =>
    readRecord(object.name, id ?? "", page.value?.fields ?? [], signal),
  );
  useLeaveGuard(dirty);

  const close = () => {
    if (!dirty) return onClose();
    modal.confirm({
      title: t("form.discard"),
      content: t("form.discardLead"),
      okText: t("form.discardDo"),
      okButtonProps: { danger: true },
      cancelText: t("form.keep"),
      onOk: onClose,
    });
  };

  const saved = (row: RecordRow) => {
    message.success(id ? t("form.saved") : t("form.created"));
    onClose();
    if (onSaved) onSaved(row);
    else navigate(`/o/${object.name}/${row.id}`);
  };

  const given = useMemo(() => props.given ?? NOTHING, [props.given]);
  const problem = page.problem ?? record.problem;
  const ready = page.value && (!id || record.value);
  const title = t(id ? "form.edit" : "form.create", { name: object.label });
  return (
    <Drawer
      open
      title={title}
      size={narrow ? "100%" : 760}
      onClose={close}
      styles={{ body: { padding: 0, display: "flex", flexDirection: "column" } }}
      aria-label={title}
    >
      {problem && (
        <ProblemState
          problem={problem}
          retry={problem === page.problem ? page.reload : record.reload}
        />
      )}
      {!problem && !ready && <LoadingState rows={8} />}
      {!problem && ready && page.value && (
        <RecordForm
          page={page.value}
          id={id ?? null}
          record={record.value?.value ?? null}
          etag={record.value?.etag ?? null}
          given={given}
          top={
            !id && (props.recordTypes?.length ?? 0) > 1 ? (
              <RecordTypeChoice
                types={props.recordTypes ?? []}
                value={page.value.recordType?.name}
                onChange={setRecordType}
              />
            ) : null
          }
          onDirty={setDirty}
          onCancel={close}
          onSaved={saved}
          onReload={record.reload}
        />
      )}
    </Drawer>
  );
}

/** Let the browser ask before a tab with unsaved changes goes away. */
function useLeaveGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
}
