/** Choosing a record of another object by its name, searched on the server while typing. */

import { Select } from "antd";
import { useEffect, useState } from "react";
import { problemOf } from "../api/problem";
import { listRecords, readRecord } from "../api/record";
import type { Target } from "../api/ui";
import { useI18n } from "../i18n";
import { quoted } from "../list/condition";
import { useResource } from "../state/resource";

export interface Chosen {
  id: string;
  name: string;
}

interface LookupSelectProps {
  target: Target;
  value: string | null;
  /** What the chosen record is called, if that is known already. */
  name?: string | undefined;
  id?: string;
  label?: string;
  describedBy?: string | undefined;
  invalid?: boolean;
  disabled?: boolean;
  onChange: (chosen: Chosen | null) => void;
}

const PAUSE = 250;
const FOUND = 20;
const MOST_WORDS = 200;

export function LookupSelect(props: LookupSelectProps) {
  const { target, value, onChange } = props;
  const { t } = useI18n();
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState(false);
  const [own, setOwn] = useState<Chosen | null>(null);
  const settled = useSettled(search);
  const found = useFound(open ? target : null, settled);
  const known = own?.id === value ? own.name : props.name;
  const fetched = useName(target, known === undefined ? value : null);
  const unknown = fetched.problem ? t("detail.hidden") : "…";
  const rows = found.value ?? [];
  return (
    <Select
      {...(props.id ? { id: props.id } : {})}
      {...(props.invalid ? { status: "error" as const } : {})}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      aria-invalid={props.invalid}
      disabled={props.disabled ?? false}
      labelInValue
      allowClear
      showSearch={{ filterOption: false, onSearch: setSearch }}
      loading={found.loading}
      placeholder={t("form.find")}
      notFoundContent={found.loading ? t("common.loading") : t("form.noFind")}
      value={value ? { value, label: known ?? fetched.value ?? unknown } : null}
      options={rows.map((row) => ({ value: row.id, label: row.name }))}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) setSearch("");
      }}
      onChange={(next) => {
        const chosen = next ? (rows.find((row) => row.id === next.value) ?? null) : null;
        setOwn(chosen);
        onChange(chosen);
      }}
    />
  );
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function useFound(target: Target | null, search: string) {
  return useResource<Chosen[]>(target && `${target.object} ${search}`, async (signal) => {
    if (!target) return [];
    const page = await find(target, search.trim(), signal);
    const { nameField } = target;
    return page.records.map((row) => ({ id: row.id, name: String(row[nameField] ?? row.id) }));
  });
}

/** Find by what the object is searched by; by a part of the name where it is not. */
async function find({ object, nameField }: Target, words: string, signal: AbortSignal) {
  const query = { fields: ["id", nameField], sort: [nameField], limit: FOUND };
  try {
    return await listRecords(object, { ...query, search: words.slice(0, MOST_WORDS) }, signal);
  } catch (error) {
    if (problemOf(error).errors[0]?.code !== "query.not_searchable") throw error;
    const filter = `CONTAINS(${nameField}, ${quoted(words)})`;
    return await listRecords(object, { ...query, filter }, signal);
  }
}

function useName(target: Target, id: string | null) {
  return useResource(id && `${target.object} ${id}`, async (signal) => {
    const answer = await readRecord(target.object, id ?? "", ["id", target.nameField], signal);
    return String(answer.value[target.nameField] ?? id);
  });
}
