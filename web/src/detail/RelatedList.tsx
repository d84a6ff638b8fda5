/** Records that refer to the one shown, with a way to add one. */

import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { listRecords, type RecordRow } from "../api/record";
import type { RelatedListComponent } from "../api/ui";
import { FormDrawer } from "../form/FormDrawer";
import { useI18n } from "../i18n";
import { quoted } from "../list/condition";
import { RecordTable } from "../list/RecordTable";
import { ObjectIcon } from "../shell/icon";
import { useResource } from "../state/resource";
import { EmptyState, LoadingState, ProblemState } from "../state/States";

interface RelatedListProps {
  list: RelatedListComponent;
  record: RecordRow;
  title: string;
}

const SHOWN = 5;

export function RelatedList({ list, record, title }: RelatedListProps) {
  const { t, language } = useI18n();
  const [creating, setCreating] = useState(false);
  const { object } = list;
  const filter = `${list.field} = ${quoted(record.id)}`;
  const found = useResource(`${list.id} ${record.id} ${language}`, (signal) =>
    listRecords(
      object.name,
      { fields: list.fields, filter, sort: list.sort, limit: SHOWN, count: true },
      signal,
    ),
  );
  const given = useMemo(
    () => ({ values: { [list.field]: record.id }, names: { [list.field]: title } }),
    [list.field, record.id, title],
  );
  const count = found.value?.count ?? found.value?.records.length;
  const where = encodeURIComponent(JSON.stringify([[list.field, "eq", record.id]]));
  return (
    <section className="card related" aria-label={list.label}>
      <header>
        <ObjectIcon name={object.name} icon={object.icon} label={object.label} />
        <h2>
          {list.label} {count ? <span className="related-count number">{count}</span> : null}
        </h2>
        {count !== undefined && count > SHOWN && (
          <Link to={`/o/${object.name}?where=${where}`}>{t("related.all")}</Link>
        )}
        {list.canCreate && (
          <Button
            size="small"
            type="text"
            icon={<PlusOutlined />}
            aria-label={t("list.new", { name: object.label })}
            onClick={() => setCreating(true)}
          />
        )}
      </header>
      {found.problem && <ProblemState problem={found.problem} compact />}
      {!found.problem && !found.value && <LoadingState rows={2} />}
      {found.value?.records.length === 0 && (
        <EmptyState compact title={t("related.empty", { name: object.pluralLabel })} />
      )}
      {found.value && found.value.records.length > 0 && (
        <div className="related-scroll">
          <RecordTable
            label={list.label}
            object={object.name}
            columns={list.children}
            records={found.value.records}
          />
        </div>
      )}
      {creating && (
        <FormDrawer
          object={object}
          given={given}
          onClose={() => setCreating(false)}
          onSaved={found.reload}
        />
      )}
    </section>
  );
}
