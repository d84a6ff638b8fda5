/** What a page shows when there is nothing yet, nothing at all, or something went wrong. */

import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import type { Problem } from "../api/problem";
import { useI18n } from "../i18n";
import { BlankPicture, BrokenPicture } from "./pictures";
import "./states.css";

interface EmptyProps {
  title: string;
  lead?: string;
  action?: ReactNode;
  compact?: boolean;
}

export function EmptyState({ title, lead, action, compact = false }: EmptyProps) {
  return (
    <div className={compact ? "state state-compact" : "state"}>
      {!compact && <BlankPicture />}
      <p className="state-title">{title}</p>
      {lead && <p className="state-lead">{lead}</p>}
      {action && <div className="state-action">{action}</div>}
    </div>
  );
}

interface ProblemProps {
  problem: Problem;
  retry?: () => void;
  compact?: boolean;
}

export function ProblemState({ problem, retry, compact = false }: ProblemProps) {
  const { t } = useI18n();
  const trace = problem.body.trace_id;
  const title = problem.status === 403 ? t("error.denied") : t("error.title");
  return (
    <div className={compact ? "state state-compact" : "state"} role="alert">
      {!compact && <BrokenPicture />}
      <p className="state-title">{title}</p>
      <p className="state-lead">{problem.message}</p>
      {problem.status >= 500 && trace && (
        <p className="code muted">{t("error.trace", { trace })}</p>
      )}
      {retry && (
        <div className="state-action">
          <Button onClick={retry}>{t("common.retry")}</Button>
        </div>
      )}
    </div>
  );
}

export function LoadingState({ rows = 6 }: { rows?: number }) {
  const { t } = useI18n();
  return (
    <div className="state-loading" role="status" aria-label={t("common.loading")}>
      <Skeleton active title={{ width: "32%" }} paragraph={{ rows }} />
    </div>
  );
}
