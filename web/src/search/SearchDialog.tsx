/** The search: a box, and below it what was found, by object. Works without a mouse. */

import { SearchOutlined } from "@ant-design/icons";
import { Modal, Spin } from "antd";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import type { Result } from "../api/search";
import { useI18n } from "../i18n";
import { useMe } from "../session/session";
import { ObjectIcon } from "../shell/icon";
import { Marked } from "./Marked";
import { recents } from "./recent";
import { useSearch } from "./useSearch";

interface DialogProps {
  open: boolean;
  onClose: () => void;
}

export function SearchDialog({ open, onClose }: DialogProps) {
  const { t } = useI18n();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={640}
      className="search-dialog"
      title={t("search.title")}
      destroyOnHidden
    >
      <SearchPanel onClose={onClose} />
    </Modal>
  );
}

function SearchPanel({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const me = useMe();
  const navigate = useNavigate();
  const list = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const box = useRef<HTMLInputElement>(null);
  const found = useSearch(typed);
  const isRecent = !typed.trim();
  const [opened] = useState(() => recents(me.id));
  const groups = useMemo(
    () => grouped(isRecent ? opened : found.results),
    [isRecent, opened, found.results],
  );
  const rows = groups.flatMap((group) => group.rows);
  const count = rows.length + (found.next && !isRecent ? 1 : 0);
  const current = Math.min(active, count - 1);
  const optionId = (index: number) => `${list}-${index}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: other words begin at the top again
  useEffect(() => setActive(0), [found.text]);
  useEffect(() => box.current?.focus(), []);

  const choose = (index: number) => {
    const row = rows[index];
    if (!row) {
      found.more();
      box.current?.focus();
      return;
    }
    onClose();
    navigate(`/o/${row.object}/${row.id}`);
  };

  const move = (to: number) => {
    if (count === 0) return;
    const next = (to + count) % count;
    setActive(next);
    document.getElementById(optionId(next))?.scrollIntoView?.({ block: "nearest" });
  };

  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(current + 1);
    else if (event.key === "ArrowUp") move(current - 1);
    else if (event.key === "Enter" && current >= 0 && !found.loading) choose(current);
    else return;
    event.preventDefault();
  };

  const option = (index: number) => ({
    id: optionId(index),
    role: "option",
    "aria-selected": index === current,
    className: index === current ? "search-row search-row-active" : "search-row",
    onMouseMove: () => setActive(index),
    onClick: () => choose(index),
  });

  let index = -1;
  return (
    <div className="search">
      <div className="search-box">
        <SearchOutlined aria-hidden="true" />
        <input
          ref={box}
          role="combobox"
          aria-label={t("search.title")}
          aria-expanded={count > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={current >= 0 ? optionId(current) : undefined}
          placeholder={t("search.placeholder")}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={press}
        />
        {found.loading && <Spin size="small" />}
        <button type="button" className="search-close" onClick={onClose}>
          {t("search.close")}
        </button>
      </div>
      <div id={list} role="listbox" aria-label={t("search.results")} className="search-list">
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: groups of options have no element of their own
          <div key={group.label} role="group" aria-label={group.label} className="search-group">
            <div className="search-heading" aria-hidden="true">
              {isRecent ? t("search.recent") : group.label}
            </div>
            {group.rows.map((row) => {
              index += 1;
              return (
                <div key={row.id} {...option(index)}>
                  <Row row={row} withLabel={isRecent} />
                </div>
              );
            })}
          </div>
        ))}
        {found.next && !isRecent && (
          <div {...option(rows.length)}>
            <span className="search-more">{t("search.more")}</span>
          </div>
        )}
      </div>
      <p role="status" className="search-status">
        {status()}
      </p>
    </div>
  );

  function status(): string {
    if (isRecent) return rows.length > 0 ? t("search.keys") : t("search.hint");
    if (found.problem) return found.problem.message;
    if (found.loading) return t("common.loading");
    if (rows.length === 0) return t("search.nothing", { text: found.text });
    return found.complete ? t("search.keys") : t("search.incomplete");
  }
}

function Row({ row, withLabel }: { row: Result; withLabel: boolean }) {
  const { t } = useI18n();
  return (
    <>
      <ObjectIcon name={row.object} icon={row.icon} label={row.label} size={24} />
      <span className="search-text">
        <span className="search-name">
          {row.name?.text ? <Marked {...row.name} /> : t("detail.untitled")}
        </span>
        {row.matches.slice(0, 2).map((match) => (
          <span key={match.field} className="search-match">
            <span className="search-field">{match.label}</span>
            <Marked text={match.text} ranges={match.ranges} />
          </span>
        ))}
      </span>
      {withLabel && <span className="search-kind">{row.label}</span>}
    </>
  );
}

interface Group {
  label: string;
  rows: Result[];
}

/** Results by object; the object of the best result comes first. Recent ones are one group. */
function grouped(results: readonly Result[]): Group[] {
  const groups = new Map<string, Group>();
  for (const each of results) {
    const group = groups.get(each.object) ?? { label: each.label, rows: [] };
    group.rows.push(each);
    groups.set(each.object, group);
  }
  return [...groups.values()];
}
