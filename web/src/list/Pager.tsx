/** Forward and back through pages that follow one another by key. */

import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import type { RecordPage } from "../api/record";
import { grouped } from "../field/number";
import { useI18n } from "../i18n";
import { SIZES } from "./query";

interface PagerProps {
  found: RecordPage;
  page: number;
  size: number;
  loading: boolean;
  onSize: (size: number) => void;
  onPrevious: () => void;
  onNext: (cursor: string) => void;
}

export function Pager({ found, page, size, loading, onSize, onPrevious, onNext }: PagerProps) {
  const { t } = useI18n();
  const from = page * size + 1;
  const to = page * size + found.records.length;
  const { next } = found;
  return (
    <footer className="pager">
      <span className="muted number">
        {found.count !== undefined && `${t("list.total", { n: grouped(String(found.count)) })} · `}
        {t("list.range", { from, to })}
      </span>
      <span className="pager-tools">
        <Select
          size="small"
          variant="borderless"
          aria-label={t("list.pageSize", { n: size })}
          popupMatchSelectWidth={false}
          value={size}
          options={SIZES.map((n) => ({ value: n, label: t("list.pageSize", { n }) }))}
          onChange={onSize}
        />
        <Button
          size="small"
          icon={<LeftOutlined />}
          aria-label={t("list.prev")}
          disabled={page === 0 || loading}
          onClick={onPrevious}
        />
        <Button
          size="small"
          icon={<RightOutlined />}
          aria-label={t("list.next")}
          disabled={!next || loading}
          onClick={() => next && onNext(next)}
        />
      </span>
    </footer>
  );
}
