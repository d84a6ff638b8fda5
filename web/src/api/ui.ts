/** UI schemas as the server resolves them; see the published JSON Schema for every key. */

import { get, query } from "./request";

export interface Option {
  value: string;
  label: string;
  color?: string;
  default?: boolean;
}

export interface ObjectRef {
  name: string;
  label: string;
  pluralLabel: string;
  nameField: string;
  icon?: string;
}

export interface Target {
  object: string;
  label: string;
  nameField: string;
}

export interface Constraints {
  maxLength?: number;
  precision?: number;
  scale?: number;
}

/** What fields and columns have in common: enough to show a value. */
export interface Shown {
  dataType: string;
  label: string;
  constraints?: Constraints;
  options?: Option[];
  target?: Target;
  displayPath?: string;
}

export interface FieldComponent extends Shown {
  id: string;
  type: "field";
  name: string;
  help?: string;
  control: string;
  required: boolean;
  readOnly: boolean;
  default?: unknown;
  when?: { visible?: string; required?: string };
}

export interface SectionComponent {
  id: string;
  type: "section";
  name: string;
  label: string;
  columns: 1 | 2;
  children: FieldComponent[];
}

export interface HighlightsComponent {
  id: string;
  type: "highlights";
  children: FieldComponent[];
}

export interface ColumnComponent extends Shown {
  id: string;
  type: "column";
  path: string;
  sortable: boolean;
  isName: boolean;
}

export interface RelatedListComponent {
  id: string;
  type: "relatedList";
  object: ObjectRef;
  label: string;
  field: string;
  sort: string[];
  fields: string[];
  canCreate: boolean;
  children: ColumnComponent[];
}

export interface ApprovalPanelComponent {
  id: string;
  type: "approvalPanel";
}

export type DetailComponent =
  | HighlightsComponent
  | SectionComponent
  | RelatedListComponent
  | ApprovalPanelComponent;

export interface NamedLabel {
  name: string;
  label: string;
}

export interface Action {
  id: string;
  type: string;
  label: string;
  whenLocked: boolean;
}

export interface Condition {
  tree: unknown;
  reads: string[];
  globals: string[];
}

interface PageBase {
  version: number;
  object: ObjectRef;
  recordType?: NamedLabel;
  recordTypes: NamedLabel[];
  fields: string[];
  etag: string;
  actions: Action[];
  conditions: Record<string, Condition>;
  /** What the conditions read besides records, by dotted path. */
  globals: Record<string, unknown>;
}

export interface FormPage extends PageBase {
  page: "form";
  root: { id: string; type: "form"; children: SectionComponent[] };
}

export interface DetailPage extends PageBase {
  page: "detail";
  root: { id: string; type: "detail"; children: DetailComponent[] };
}

export interface ListPage extends PageBase {
  page: "list";
  root: {
    id: string;
    type: "list";
    view: NamedLabel;
    views: NamedLabel[];
    filter?: string;
    sort: string[];
    children: ColumnComponent[];
    filterFields: FieldComponent[];
  };
}

export interface Tab {
  object: string;
  label: string;
  icon?: string;
}

export interface NavApp {
  name: string;
  label: string;
  description?: string;
  icon?: string;
  color?: string;
  tabs: Tab[];
}

const root = (object: string) => `/api/v1/ui/${encodeURIComponent(object)}`;

export const listPage = (object: string, view: string | null, signal?: AbortSignal) =>
  get<ListPage>(`${root(object)}/list${query({ view })}`, signal);

export const detailPage = (object: string, id: string, signal?: AbortSignal) =>
  get<DetailPage>(`${root(object)}/detail${query({ id })}`, signal);

export const formPage = (
  object: string,
  which: { id?: string | undefined; recordType?: string | undefined },
  signal?: AbortSignal,
) =>
  get<FormPage>(
    `${root(object)}/form${query({ id: which.id, record_type: which.recordType })}`,
    signal,
  );

export async function navigation(signal?: AbortSignal): Promise<NavApp[]> {
  return (await get<{ apps: NavApp[] }>("/api/v1/ui/navigation", signal)).apps;
}
