/** An object's records under one of its views; everything chosen stands in the address. */

import { Button } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { listRecords, type RecordPage } from "../api/record";
import { listPage, type ListPage as Page } from "../api/ui";
import { FormDrawer } from "../form/FormDrawer";
import { useI18n } from "../i18n";
import { useResource } from "../state/resource";
import { EmptyState, LoadingState, ProblemState } from "../state/States";
import { titled } from "../state/screen";
import { ListHeader } from "./ListHeader";
import { Pager } from "./Pager";
import { filterCount, filterFormula, type ListState, readState, writeState } from "./query";
import { RecordTable } from "./RecordTable";
import "./list.css";

export function ListPage() {
  const { object = "" } = useParams();
  const { language } = useI18n();
  const [parameters] = useSearchParams();
  const view = parameters.get("view");
  const page = useResource(
    `${object} ${view} ${language}`,
    (signal) => listPage(object, view, signal),
    object,
  );
  if (page.problem) return <ProblemState problem={page.problem} retry={page.reload} />;
  if (!page.value) return <LoadingState rows={8} />;
  return <Records key={object} page={page.value} />;
}

function Records({ page }: { page: Page }) {
  const { language } = useI18n();
  const [parameters, setParameters] = useSearchParams();
  const state = readState(parameters);
  const filter = filterFormula(page, state);
  const sort = state.sort ? [state.sort] : page.root.sort;
  const query = `${page.object.name} ${page.root.view.name} ${filter} ${sort} ${state.size} ${language}`;
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question starts at its first page
  useEffect(() => setCursors([null]), [query]);
  const cursor = cursors.at(-1) ?? null;

  const records = useResource(
    `${query} ${cursor}`,
    (signal) =>
      listRecords(
        page.object.name,
        { fields: page.fields, filter, sort, limit: state.size, cursor, count: true },
        signal,
      ),
    page.object.name,
  );

  const change = useCallback(
    (next: Partial<ListState>) =>
      setParameters(writeState({ ...readState(parameters), ...next }), { replace: true }),
    [parameters, setParameters],
  );
  const form = useFormDrawer();

  return (
    <div className="list">
      <title>{titled(page.object.pluralLabel)}</title>
      <ListHeader
        page={page}
        state={state}
        change={change}
        reload={records.reload}
        create={form.show}
      />
      <div className="card list-card" aria-busy={records.loading}>
        <div className="list-scroll">
          {records.problem ? (
            <ProblemState problem={records.problem} retry={records.reload} />
          ) : (
            <Body
              page={page}
              state={state}
              change={change}
              found={records.value}
              create={form.show}
            />
          )}
        </div>
        {records.value && records.value.records.length > 0 && (
          <Pager
            found={records.value}
            page={cursors.length - 1}
            size={state.size}
            loading={records.loading}
            onSize={(size) => change({ size })}
            onPrevious={() => setCursors(cursors.slice(0, -1))}
            onNext={(next) => setCursors([...cursors, next])}
          />
        )}
      </div>
      {form.open && (
        <FormDrawer object={page.object} recordTypes={page.recordTypes} onClose={form.hide} />
      )}
    </div>
  );
}

function useFormDrawer() {
  const [open, setOpen] = useState(false);
  return { open, show: () => setOpen(true), hide: () => setOpen(false) };
}

interface BodyProps {
  page: Page;
  state: ListState;
  change: (next: Partial<ListState>) => void;
  found: RecordPage | undefined;
  create: () => void;
}

function Body({ page, state, change, found, create }: BodyProps) {
  const { t } = useI18n();
  if (!found) return <LoadingState rows={8} />;
  if (found.records.length === 0) {
    return <Nothing page={page} state={state} change={change} create={create} />;
  }
  return (
    <RecordTable
      label={t("list.view") + page.root.view.label}
      object={page.object.name}
      columns={page.root.children}
      records={found.records}
      sort={state.sort ?? page.root.sort[0]}
      onSort={(sort) => change({ sort })}
    />
  );
}

function Nothing({ page, state, change, create }: Omit<BodyProps, "found">) {
  const { t } = useI18n();
  const name = page.object.pluralLabel;
  if (filterCount(state) > 0 || state.search) {
    const clear = (
      <Button onClick={() => change({ conditions: [], formula: "", search: "" })}>
        {t("list.clearFilter")}
      </Button>
    );
    return <EmptyState title={t("list.noMatch")} lead={t("list.noMatchLead")} action={clear} />;
  }
  const creates = page.actions.find((action) => action.type === "create");
  const narrowed = page.root.filter !== undefined;
  return (
    <EmptyState
      title={t("list.empty", { name })}
      lead={narrowed ? t("list.emptyView") : t("list.emptyLead")}
      action={
        creates && (
          <Button type="primary" onClick={create}>
            {t("list.new", { name: page.object.label })}
          </Button>
        )
      }
    />
  );
}
