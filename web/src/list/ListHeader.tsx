/** Above a list: its name and view, search, filter, and what can be done. */

import { FilterOutlined, PlusOutlined, ReloadOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Popover, Select, Tooltip } from "antd";
import { useEffect, useState } from "react";
import type { ListPage } from "../api/ui";
import { useI18n } from "../i18n";
import { ObjectIcon } from "../shell/icon";
import { useNarrow } from "../state/screen";
import { FilterPanel } from "./FilterPanel";
import { filterCount, type ListState } from "./query";

interface ListHeaderProps {
  page: ListPage;
  state: ListState;
  change: (next: Partial<ListState>) => void;
  reload: () => void;
  create: () => void;
}

export function ListHeader({ page, state, change, reload, create }: ListHeaderProps) {
  const { t } = useI18n();
  const { object, root } = page;
  const mayCreate = page.actions.some((action) => action.type === "create");
  return (
    <header className="list-header">
      <div className="list-title">
        <ObjectIcon name={object.name} icon={object.icon} label={object.label} size={32} />
        <div>
          <h1>{object.pluralLabel}</h1>
          <Select
            variant="borderless"
            aria-label={t("list.view")}
            className="list-views"
            popupMatchSelectWidth={false}
            value={root.view.name}
            options={root.views.map((view) => ({ value: view.name, label: view.label }))}
            onChange={(view) => change({ view, sort: null })}
          />
        </div>
      </div>
      <div className="list-tools">
        <Search
          key={object.name}
          label={object.label}
          value={state.search}
          onSearch={(search) => change({ search })}
        />
        <FilterButton page={page} state={state} change={change} />
        <Tooltip title={t("list.refresh")}>
          <Button icon={<ReloadOutlined />} aria-label={t("list.refresh")} onClick={reload} />
        </Tooltip>
        {mayCreate && (
          <Button type="primary" icon={<PlusOutlined />} onClick={create}>
            {t("list.new", { name: object.label })}
          </Button>
        )}
      </div>
    </header>
  );
}

const PAUSE = 300;

interface SearchProps {
  label: string;
  value: string;
  onSearch: (text: string) => void;
}

function Search({ label, value, onSearch }: SearchProps) {
  const { t } = useI18n();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSearch(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  const hint = t("list.search", { name: label });
  return (
    <Input
      className="list-search"
      type="search"
      allowClear
      prefix={<SearchOutlined className="muted" />}
      placeholder={hint}
      aria-label={hint}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

function FilterButton({ page, state, change }: Pick<ListHeaderProps, "page" | "state" | "change">) {
  const { t } = useI18n();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const count = filterCount(state);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement={narrow ? "bottom" : "bottomRight"}
      destroyOnHidden
      content={
        <FilterPanel
          page={page}
          state={state}
          apply={(next) => {
            change(next);
            setOpen(false);
          }}
        />
      }
    >
      <Button
        icon={<FilterOutlined />}
        aria-expanded={open}
        className={count > 0 ? "list-filtered" : ""}
      >
        {count > 0 ? t("list.filterCount", { n: count }) : t("list.filter")}
      </Button>
    </Popover>
  );
}
