/** Asks for a comment before an approval is submitted, decided, recalled or remarked on. */

import { Input, Modal } from "antd";
import { useEffect, useId, useState } from "react";
import type { ApprovalAct } from "../api/approval";
import { useI18n } from "../i18n";
import type { Approval } from "./useApproval";
import type { Dialog } from "./useDialog";

export type DialogAct = ApprovalAct | "submit";

interface ActDialogProps {
  dialog: Dialog;
  approval: Approval;
}

export function ActDialog({ dialog, approval }: ActDialogProps) {
  const { t } = useI18n();
  const { act, instance, hide } = dialog;
  const [comment, setComment] = useState("");
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each act starts without a comment
  useEffect(() => setComment(""), [act]);

  async function confirm() {
    const text = comment.trim();
    const done =
      act === "submit"
        ? await approval.submit(text)
        : act && instance && (await approval.act(instance, act, text));
    if (done) hide();
  }

  const isRemark = act === "comment";
  const label = act ? t(`approval.${act}`) : "";
  return (
    <Modal
      open={act !== null}
      title={label}
      okText={label}
      cancelText={t("common.cancel")}
      okButtonProps={{ danger: act === "reject", disabled: isRemark && !comment.trim() }}
      confirmLoading={approval.busy}
      onOk={confirm}
      onCancel={hide}
      destroyOnHidden
      width={460}
    >
      <label htmlFor={id} className="act-label">
        {t("approval.note")}
      </label>
      <Input.TextArea
        id={id}
        autoFocus
        autoSize={{ minRows: 3, maxRows: 8 }}
        maxLength={2000}
        placeholder={t(isRemark ? "approval.remarkPlaceholder" : "approval.notePlaceholder")}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
    </Modal>
  );
}
