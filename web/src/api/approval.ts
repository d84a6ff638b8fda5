/** Approvals of records, and what waits for whom. */

import { get, post, query } from "./request";

export interface Person {
  id: string;
  name: string;
}

export interface ApprovalTask {
  approver: Person;
  status: string;
  comment?: string | null;
  at?: string | null;
}

export interface ApprovalStep {
  label: string;
  mode: string;
  status: string;
  tasks: ApprovalTask[];
}

export interface LogEntry {
  actor?: Person | null;
  action: string;
  comment?: string | null;
  at: string;
  step?: { label: string } | null;
}

export type ApprovalAct = "approve" | "reject" | "recall" | "comment";

export interface ApprovalInstance {
  id: string;
  status: string;
  flow: { label: string };
  submitter: Person;
  submitted_at: string;
  steps: ApprovalStep[];
  log: LogEntry[];
  actions: ApprovalAct[];
}

export interface ApprovalHistory {
  instances: ApprovalInstance[];
  can_submit: boolean;
}

export type TodoState = "pending" | "done" | "mine";

export interface TodoItem {
  instance: string;
  task: string | null;
  object: { name: string; label: string };
  record: { id: string; name: string };
  step: { label: string } | null;
  submitter: Person;
  submitted_at: string;
  status: string;
}

const root = "/api/v1/approvals";

export const approvalHistory = (object: string, id: string, signal?: AbortSignal) =>
  get<ApprovalHistory>(`${root}${query({ object, id })}`, signal);

export const submitForApproval = (object: string, id: string, comment?: string) =>
  post<ApprovalInstance>(`${root}/submit`, { object, id, comment: comment || undefined });

export const actOnApproval = (instance: string, act: ApprovalAct, comment?: string) =>
  post<ApprovalInstance>(`${root}/${instance}/${act}`, { comment: comment || undefined });

export async function todoItems(state: TodoState, signal?: AbortSignal): Promise<TodoItem[]> {
  return (await get<{ items: TodoItem[] }>(`${root}/todo${query({ state })}`, signal)).items;
}
