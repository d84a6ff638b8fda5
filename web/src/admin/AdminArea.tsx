/** Administration: objects, their fields and rules. Everything here ends in a publish. */

import { Navigate, Route, Routes } from "react-router";
import { useI18n } from "../i18n";
import { useMe } from "../session/session";
import { EmptyState } from "../state/States";
import { ObjectPage } from "./ObjectPage";
import { ObjectsPage } from "./ObjectsPage";
import { RulePage } from "./RulePage";
import "./admin.css";

export default function AdminArea() {
  const { t } = useI18n();
  const me = useMe();
  if (!me.permissions.manage_metadata) return <EmptyState title={t("error.denied")} />;
  return (
    <Routes>
      <Route index element={<ObjectsPage />} />
      <Route path="objects/:object" element={<ObjectPage />} />
      <Route path="objects/:object/:tab" element={<ObjectPage />} />
      <Route path="objects/:object/rules/:rule" element={<RulePage />} />
      <Route path="*" element={<Navigate to="/admin" replace />} />
    </Routes>
  );
}
