/** The drawer in which definitions are made, with publish at its foot. */

import { Alert, Button, Drawer } from "antd";
import type { ReactNode } from "react";
import { useI18n } from "../i18n";
import { useNarrow } from "../state/screen";
import type { Refused } from "./usePublish";
import "../form/form.css";

interface AdminDrawerProps {
  title: string;
  busy: boolean;
  refused: Refused | null;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function AdminDrawer({
  title,
  busy,
  refused,
  onSubmit,
  onClose,
  children,
}: AdminDrawerProps) {
  const { t } = useI18n();
  const narrow = useNarrow();
  return (
    <Drawer
      open
      title={title}
      aria-label={title}
      size={narrow ? "100%" : 640}
      onClose={onClose}
      styles={{ body: { padding: 0, display: "flex", flexDirection: "column" } }}
    >
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <div className="form-body">
          <RefusedAlert refused={refused} />
          {children}
        </div>
        <footer className="form-end">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("admin.publish")}
          </Button>
        </footer>
      </form>
    </Drawer>
  );
}

/** What a publish was refused for and no input of the form stands for. */
export function RefusedAlert({
  refused,
  shown = [],
}: {
  refused: Refused | null;
  shown?: string[];
}) {
  const { t } = useI18n();
  if (!refused) return null;
  const hidden = Object.entries(refused.members).filter(([member]) => shown.includes(member));
  const lines = [...refused.others, ...hidden.flatMap(([, details]) => details)];
  return (
    <Alert
      className="form-alert"
      type="error"
      showIcon
      title={t("admin.refused")}
      description={lines.length > 0 ? lines.map((line) => <p key={line}>{line}</p>) : undefined}
    />
  );
}
