/** What opens the search: a box in the navigation, a button on narrow screens, and Ctrl+K. */

import { SearchOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useI18n } from "../i18n";
import { SearchDialog } from "./SearchDialog";
import "./search.css";

const isApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

export function SearchButton({ narrow }: { narrow: boolean }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  return (
    <>
      {narrow ? (
        <Button
          type="text"
          className="search-icon"
          icon={<SearchOutlined />}
          aria-label={t("common.search")}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        />
      ) : (
        <button
          type="button"
          className="search-open"
          aria-haspopup="dialog"
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => setOpen(true)}
        >
          <SearchOutlined aria-hidden="true" />
          <span>{t("common.search")}</span>
          <small>{isApple() ? "⌘K" : "Ctrl K"}</small>
        </button>
      )}
      <SearchDialog open={open} onClose={() => setOpen(false)} />
    </>
  );
}
