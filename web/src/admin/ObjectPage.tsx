/** An object with its fields and rules. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { definitions, type ObjectDocument } from "../api/metadata";
import { useI18n } from "../i18n";
import { ObjectIcon } from "../shell/icon";
import { useResource } from "../state/resource";
import { EmptyState, LoadingState, ProblemState } from "../state/States";
import { titled } from "../state/screen";
import { FieldsTab } from "./FieldsTab";
import { RulesTab } from "./RulesTab";
import { textIn } from "./text";

export function ObjectPage() {
  const { object = "", tab = "fields" } = useParams();
  const { t, language } = useI18n();
  const navigate = useNavigate();
  const objects = useResource("objects", (signal) =>
    definitions<ObjectDocument>("object", undefined, signal),
  );
  if (objects.problem) return <ProblemState problem={objects.problem} retry={objects.reload} />;
  if (!objects.value) return <LoadingState />;
  const found = objects.value.find((each) => each.name === object);
  if (!found) return <EmptyState title={t("error.notFound")} lead={t("error.notFoundLead")} />;
  const label = textIn(found.label, language, found.name);
  return (
    <div className="admin">
      <title>{titled(label, t("admin.title"))}</title>
      <Link to="/admin" className="detail-back">
        <ArrowLeftOutlined aria-hidden="true" /> {t("admin.objects")}
      </Link>
      <header className="admin-header">
        <div className="list-title">
          <ObjectIcon name={found.name} icon={String(found.icon ?? "")} label={label} size={36} />
          <div>
            <h1>{label}</h1>
            <p className="code muted">{found.name}</p>
          </div>
        </div>
        <Button onClick={() => navigate(`/o/${found.name}`)}>{t("admin.useIt")}</Button>
      </header>
      <Tabs
        activeKey={tab}
        onChange={(key) => navigate(`/admin/objects/${object}/${key}`, { replace: true })}
        destroyOnHidden
        items={[
          {
            key: "fields",
            label: t("admin.fields"),
            children: <FieldsTab object={found} objects={objects.value} />,
          },
          { key: "rules", label: t("admin.rules"), children: <RulesTab object={found} /> },
        ]}
      />
    </div>
  );
}
