/** A record: who it is, what it says, what belongs to it, and where its approval stands. */

import { App } from "antd";
import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { problemOf } from "../api/problem";
import { deleteRecord, type RecordRow, readRecord } from "../api/record";
import { detailPage, type DetailPage as Page } from "../api/ui";
import { FormDrawer } from "../form/FormDrawer";
import { useI18n } from "../i18n";
import { remember } from "../search/recent";
import { useMe } from "../session/session";
import { useResource } from "../state/resource";
import { LoadingState, ProblemState } from "../state/States";
import { titled } from "../state/screen";
import { ApprovalPanel } from "./ApprovalPanel";
import { DetailHeader } from "./DetailHeader";
import { DetailSections } from "./DetailSections";
import { RelatedList } from "./RelatedList";
import { useApproval } from "./useApproval";
import "./detail.css";

export function DetailPage() {
  const { object = "", id = "" } = useParams();
  const { language } = useI18n();
  const key = `${object} ${id}`;
  const page = useResource(`${key} ${language}`, (signal) => detailPage(object, id, signal), key);
  const fields = page.value?.fields.join(",");
  const record = useResource(
    fields ? `${key} ${fields} ${language}` : null,
    (signal) => readRecord(object, id, page.value?.fields ?? [], signal),
    key,
  );
  const problem = page.problem ?? record.problem;
  if (problem) return <ProblemState problem={problem} retry={page.reload} />;
  if (!page.value || !record.value) return <LoadingState rows={10} />;
  return (
    <RecordView key={key} page={page.value} record={record.value.value} reload={record.reload} />
  );
}

interface RecordViewProps {
  page: Page;
  record: RecordRow;
  reload: () => void;
}

function RecordView({ page, record, reload }: RecordViewProps) {
  const { t } = useI18n();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const [editing, setEditing] = useState(false);
  const { children } = page.root;
  const hasApproval = children.some((child) => child.type === "approvalPanel");
  const approval = useApproval(page.object.name, record.id, hasApproval, reload);
  const title = String(record[page.object.nameField] ?? "") || t("detail.untitled");
  const me = useMe();
  const { name, label, icon } = page.object;
  useEffect(
    () =>
      remember(me.id, {
        object: name,
        label,
        icon: icon ?? "",
        id: record.id,
        name: { text: title, ranges: [] },
      }),
    [me.id, name, label, icon, record.id, title],
  );

  const remove = () =>
    modal.confirm({
      title: t("detail.deleteAsk", { name: page.object.label }),
      content: t("detail.deleteLead", { title }),
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await deleteRecord(page.object.name, record.id);
          message.success(t("detail.deleted"));
          navigate(`/o/${page.object.name}`, { replace: true });
        } catch (error) {
          message.error(problemOf(error).message);
        }
      },
    });

  const related = children.filter((child) => child.type === "relatedList");
  const sections = children.filter((child) => child.type === "section");
  return (
    <article className="detail">
      <title>{titled(title, page.object.label)}</title>
      <DetailHeader
        page={page}
        record={record}
        title={title}
        approval={approval}
        onEdit={() => setEditing(true)}
        onDelete={remove}
      />
      <div className={hasApproval ? "detail-body detail-two" : "detail-body"}>
        <div className="detail-main">
          <DetailSections page={page} sections={sections} record={record} />
          {related.map((list) => (
            <RelatedList key={list.id} list={list} record={record} title={title} />
          ))}
        </div>
        {hasApproval && <ApprovalPanel approval={approval} />}
      </div>
      {editing && (
        <FormDrawer
          object={page.object}
          id={record.id}
          onClose={() => setEditing(false)}
          onSaved={() => {
            reload();
            approval.reload();
          }}
        />
      )}
    </article>
  );
}
