/** The approvals of a record, and acting on them. */

import { App } from "antd";
import { useState } from "react";
import {
  type ApprovalAct,
  type ApprovalHistory,
  actOnApproval,
  approvalHistory,
  submitForApproval,
} from "../api/approval";
import { type Problem, problemOf } from "../api/problem";
import { type Sentence, useI18n } from "../i18n";
import { useTodoCount } from "../shell/todo-count";
import { useResource } from "../state/resource";

export interface Approval {
  history: ApprovalHistory | undefined;
  problem: Problem | undefined;
  busy: boolean;
  reload: () => void;
  submit: (comment: string) => Promise<boolean>;
  act: (instance: string, act: ApprovalAct, comment: string) => Promise<boolean>;
}

export function useApproval(
  object: string,
  id: string,
  wanted: boolean,
  changed: () => void,
): Approval {
  const { t, language } = useI18n();
  const { message, modal } = App.useApp();
  const { recount } = useTodoCount();
  const [busy, setBusy] = useState(false);
  const key = wanted ? `${object} ${id} ${language}` : null;
  const history = useResource(key, (signal) => approvalHistory(object, id, signal));

  async function perform(work: () => Promise<unknown>, done: Sentence): Promise<boolean> {
    setBusy(true);
    try {
      await work();
      message.success(t(done));
      history.reload();
      changed();
      recount();
      return true;
    } catch (error) {
      const problem = problemOf(error);
      const lines = problem.errors.map((each) => each.detail);
      modal.error({ title: problem.message, content: lines.join(" ") || undefined });
      history.reload();
      return false;
    } finally {
      setBusy(false);
    }
  }

  return {
    history: history.value,
    problem: history.problem,
    busy,
    reload: history.reload,
    submit: (comment) =>
      perform(() => submitForApproval(object, id, comment), "approval.done.submit"),
    act: (instance, act, comment) =>
      perform(() => actOnApproval(instance, act, comment), `approval.done.${act}`),
  };
}
