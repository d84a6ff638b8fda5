/** Every object of the tenant, and a way to make another. */

import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { definitions, type ObjectDocument } from "../api/metadata";
import { Chip } from "../field/Chip";
import { useI18n } from "../i18n";
import { ObjectIcon } from "../shell/icon";
import { useResource } from "../state/resource";
import { LoadingState, ProblemState } from "../state/States";
import { titled } from "../state/screen";
import "../list/table.css";
import { ObjectDrawer } from "./ObjectDrawer";
import { textIn } from "./text";

export function ObjectsPage() {
  const { t, language } = useI18n();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const [creating, setCreating] = useState(false);
  const objects = useResource("objects", (signal) =>
    definitions<ObjectDocument>("object", undefined, signal),
  );
  const wanted = search.trim().toLowerCase();
  const found = (objects.value ?? []).filter((each) =>
    `${each.name} ${Object.values(each.label ?? {}).join(" ")}`.toLowerCase().includes(wanted),
  );
  const order = (each: ObjectDocument) => (each.protected ? 1 : 0);
  return (
    <div className="admin">
      <title>{titled(t("admin.objects"), t("admin.title"))}</title>
      <header className="admin-header">
        <div>
          <h1>{t("admin.objects")}</h1>
          <p className="muted">{t("admin.objectsLead")}</p>
        </div>
        <div className="list-tools">
          <Input
            className="list-search"
            type="search"
            allowClear
            prefix={<SearchOutlined className="muted" />}
            placeholder={t("admin.findObject")}
            aria-label={t("admin.findObject")}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
            {t("admin.newObject")}
          </Button>
        </div>
      </header>
      {objects.problem && <ProblemState problem={objects.problem} retry={objects.reload} />}
      {!objects.value && !objects.problem && <LoadingState />}
      {objects.value && (
        <ul className="admin-tiles">
          {[...found]
            .sort((a, b) => order(a) - order(b))
            .map((each) => (
              <li key={each.uid ?? each.name}>
                <Link to={`/admin/objects/${each.name}/fields`} className="admin-tile card">
                  <ObjectIcon
                    name={each.name}
                    icon={String(each.icon ?? "")}
                    label={textIn(each.label, language, each.name)}
                    size={36}
                  />
                  <span>
                    <strong>{textIn(each.label, language, each.name)}</strong>
                    <span className="code muted">{each.name}</span>
                  </span>
                  {each.protected && <Chip label={t("admin.system")} />}
                </Link>
              </li>
            ))}
        </ul>
      )}
      {creating && (
        <ObjectDrawer
          onClose={() => setCreating(false)}
          onCreated={(name) => navigate(`/admin/objects/${name}/fields`)}
        />
      )}
    </div>
  );
}
