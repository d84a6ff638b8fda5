/** Where the record's approval stands: its steps, who decided what, and the remarks. */

import {
  CheckOutlined,
  ClockCircleOutlined,
  CloseOutlined,
  MinusOutlined,
} from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { ApprovalInstance, ApprovalStep, LogEntry } from "../api/approval";
import { StateChip } from "../field/Chip";
import { shownMoment } from "../field/moment";
import { sentence, useI18n } from "../i18n";
import { EmptyState, LoadingState, ProblemState } from "../state/States";
import { ActDialog } from "./ActDialog";
import type { Approval } from "./useApproval";
import { useDialog } from "./useDialog";
import "./approval.css";

export function ApprovalPanel({ approval }: { approval: Approval }) {
  const { t } = useI18n();
  const { history, problem } = approval;
  return (
    <aside className="card approval" aria-label={t("approval.title")}>
      <h2>{t("approval.title")}</h2>
      {problem && <ProblemState problem={problem} compact retry={approval.reload} />}
      {!history && !problem && <LoadingState rows={3} />}
      {history && history.instances.length === 0 && (
        <EmptyState compact title={t("approval.none")} lead={t("approval.noneLead")} />
      )}
      {history?.instances[0] && <Instance instance={history.instances[0]} approval={approval} />}
      {history && history.instances.length > 1 && (
        <details className="approval-earlier">
          <summary>{t("approval.earlier", { n: history.instances.length - 1 })}</summary>
          {history.instances.slice(1).map((instance) => (
            <Instance key={instance.id} instance={instance} approval={approval} />
          ))}
        </details>
      )}
    </aside>
  );
}

interface InstanceProps {
  instance: ApprovalInstance;
  approval: Approval;
}

function Instance({ instance, approval }: InstanceProps) {
  const { t, language } = useI18n();
  const dialog = useDialog();
  const others = instance.actions.filter((act) => act === "recall" || act === "comment");
  return (
    <div className="approval-instance">
      <div className="approval-head">
        <strong>{instance.flow.label}</strong>
        <StateChip state={instance.status} label={statusLabel(t, instance.status)} />
      </div>
      <p className="muted">
        {t("approval.submittedBy", {
          name: instance.submitter.name,
          at: shownMoment(instance.submitted_at, language),
        })}
      </p>
      <ol className="approval-steps" aria-label={t("approval.steps")}>
        {instance.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps keep their order and may share a label
          <Step key={index} step={step} />
        ))}
      </ol>
      {others.length > 0 && (
        <div className="approval-acts">
          {others.map((act) => (
            <Button key={act} size="small" onClick={() => dialog.show(act, instance.id)}>
              {t(`approval.${act}`)}
            </Button>
          ))}
        </div>
      )}
      <Log entries={instance.log} />
      <ActDialog dialog={dialog} approval={approval} />
    </div>
  );
}

type Translate = ReturnType<typeof useI18n>["t"];

function statusLabel(t: Translate, status: string): string {
  return sentence(t, `approval.status.${status}`, status);
}

const MARKS: Record<string, ReactNode> = {
  approved: <CheckOutlined />,
  rejected: <CloseOutlined />,
  pending: <ClockCircleOutlined />,
  active: <ClockCircleOutlined />,
};

function Step({ step }: { step: ApprovalStep }) {
  const { t, language } = useI18n();
  const several = step.tasks.length > 1 || step.mode !== "single";
  return (
    <li className={`approval-step is-${step.status}`}>
      <span className="approval-mark" aria-hidden="true">
        {MARKS[step.status] ?? <MinusOutlined />}
      </span>
      <div>
        <p>
          <strong>{step.label}</strong>
          {several && (
            <small className="muted"> {sentence(t, `approval.mode.${step.mode}`, step.mode)}</small>
          )}
        </p>
        {step.tasks.map((task) => (
          <div key={task.approver.id} className="approval-task">
            <span>
              {task.approver.name} <span className="muted">{statusLabel(t, task.status)}</span>
              {task.at && <time className="muted"> {shownMoment(task.at, language)}</time>}
            </span>
            {task.comment && <q>{task.comment}</q>}
          </div>
        ))}
      </div>
    </li>
  );
}

function Log({ entries }: { entries: LogEntry[] }) {
  const { t, language } = useI18n();
  if (entries.length === 0) return null;
  return (
    <details className="approval-log">
      <summary>{t("approval.history")}</summary>
      <ul>
        {entries.map((entry) => (
          <li key={`${entry.at}-${entry.action}-${entry.actor?.id ?? ""}`}>
            <span>
              {entry.actor?.name} {sentence(t, `approval.act.${entry.action}`, entry.action)}
            </span>
            <time className="muted">{shownMoment(entry.at, language)}</time>
            {entry.comment && <q>{entry.comment}</q>}
          </li>
        ))}
      </ul>
    </details>
  );
}
