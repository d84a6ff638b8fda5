/** The head of a record's page: name, state, telling fields, and what can be done. */

import {
  ArrowLeftOutlined,
  DeleteOutlined,
  EditOutlined,
  LockOutlined,
  MoreOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { Link } from "react-router";
import type { RecordRow } from "../api/record";
import type { DetailPage, FieldComponent } from "../api/ui";
import { Chip, StateChip } from "../field/Chip";
import { FieldValue } from "../field/FieldValue";
import { useI18n } from "../i18n";
import { ObjectIcon } from "../shell/icon";
import { ActDialog, type DialogAct } from "./ActDialog";
import type { Approval } from "./useApproval";
import { useDialog } from "./useDialog";

interface DetailHeaderProps {
  page: DetailPage;
  record: RecordRow;
  title: string;
  approval: Approval;
  onEdit: () => void;
  onDelete: () => void;
}

/** Fields of the engine shown as badges instead of among the highlights. */
const BADGES = new Set(["approvalStatus", "lockStatus", "entityType"]);

export function DetailHeader(props: DetailHeaderProps) {
  const { page, record, title } = props;
  const { t } = useI18n();
  const { object } = page;
  const fields = page.root.children.flatMap((child) =>
    child.type === "highlights" ? child.children : [],
  );
  const telling = fields.filter((field) => !BADGES.has(field.name));
  return (
    <header className="detail-header card">
      <Link className="detail-back" to={`/o/${object.name}`}>
        <ArrowLeftOutlined aria-hidden="true" /> {t("detail.back", { name: object.pluralLabel })}
      </Link>
      <div className="detail-top">
        <div className="detail-title">
          <ObjectIcon name={object.name} icon={object.icon} label={object.label} size={40} />
          <div>
            <p className="detail-kind">{object.label}</p>
            <h1>{title}</h1>
            <Badges fields={fields} record={record} />
          </div>
        </div>
        <Actions {...props} />
      </div>
      {telling.length > 0 && (
        <dl className="detail-highlights">
          {telling.map((field) => (
            <div key={field.id}>
              <dt>{field.label}</dt>
              <dd>
                <FieldValue field={field} row={record} path={field.name} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </header>
  );
}

function Badges({ fields, record }: { fields: FieldComponent[]; record: RecordRow }) {
  const { t } = useI18n();
  const label = (name: string) => {
    const field = fields.find((each) => each.name === name);
    const value = record[name];
    return field?.options?.find((option) => option.value === value)?.label ?? String(value ?? "");
  };
  return (
    <div className="detail-badges">
      {record.approvalStatus ? (
        <StateChip state={String(record.approvalStatus)} label={label("approvalStatus")} />
      ) : null}
      {record.lockStatus === "locked" && (
        <Tooltip title={t("detail.lockedHint")}>
          <span className="detail-lock" data-testid="lock">
            <LockOutlined aria-hidden="true" /> {t("detail.locked")}
          </span>
        </Tooltip>
      )}
      {record.entityType ? <Chip label={label("entityType")} /> : null}
    </div>
  );
}

function Actions({ page, record, approval, onEdit, onDelete }: DetailHeaderProps) {
  const { t } = useI18n();
  const dialog = useDialog();
  const locked = record.lockStatus === "locked";
  const allowed = page.actions.filter((action) => !locked || action.whenLocked);
  const has = (type: string) => allowed.some((action) => action.type === type);
  const current = approval.history?.instances[0];
  const decisions = (current?.actions ?? []).filter((act) => act === "approve" || act === "reject");
  const open = (act: DialogAct) => dialog.show(act, current?.id ?? null);
  const maySubmit = has("submit") && approval.history?.can_submit;
  const again = (approval.history?.instances.length ?? 0) > 0;
  return (
    <div className="detail-actions">
      {decisions.includes("reject") && (
        <Button danger onClick={() => open("reject")}>
          {t("approval.reject")}
        </Button>
      )}
      {decisions.includes("approve") && (
        <Button type="primary" onClick={() => open("approve")}>
          {t("approval.approve")}
        </Button>
      )}
      {maySubmit && (
        <Button type="primary" onClick={() => open("submit")}>
          {t(again ? "approval.resubmit" : "approval.submit")}
        </Button>
      )}
      {has("edit") && (
        <Button icon={<EditOutlined />} onClick={onEdit}>
          {t("common.edit")}
        </Button>
      )}
      {has("delete") && (
        <Dropdown
          trigger={["click"]}
          placement="bottomRight"
          menu={{
            items: [
              { key: "delete", danger: true, icon: <DeleteOutlined />, label: t("common.delete") },
            ],
            onClick: onDelete,
          }}
        >
          <Button icon={<MoreOutlined />} aria-label={t("common.more")} />
        </Dropdown>
      )}
      <ActDialog dialog={dialog} approval={approval} />
    </div>
  );
}
