/** The validation rules of an object. */

import { PlusOutlined } from "@ant-design/icons";
import { Button, Switch } from "antd";
import { Link, useNavigate } from "react-router";
import { definitions, type ObjectDocument, type RuleDocument } from "../api/metadata";
import { useI18n } from "../i18n";
import { useResource } from "../state/resource";
import { EmptyState, LoadingState, ProblemState } from "../state/States";
import { RefusedAlert } from "./AdminDrawer";
import { textIn } from "./text";
import { usePublish } from "./usePublish";

export function RulesTab({ object }: { object: ObjectDocument }) {
  const { t, language } = useI18n();
  const navigate = useNavigate();
  const { busy, refused, run } = usePublish();
  const rules = useResource(object.name, (signal) =>
    definitions<RuleDocument>("validation_rule", object.name, signal),
  );
  if (rules.problem) return <ProblemState problem={rules.problem} retry={rules.reload} />;
  if (!rules.value) return <LoadingState />;
  const create = (
    <Button
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => navigate(`/admin/objects/${object.name}/rules/new`)}
    >
      {t("admin.newRule")}
    </Button>
  );
  if (rules.value.length === 0) {
    return (
      <div className="card">
        <EmptyState title={t("admin.noRules")} lead={t("admin.noRulesLead")} action={create} />
      </div>
    );
  }
  const toggle = async (rule: RuleDocument, active: boolean) => {
    const document = { ...rule, active };
    if (await run([{ action: "put", kind: "validation_rule", document }])) rules.reload();
  };
  return (
    <>
      <div className="admin-tools">{create}</div>
      <RefusedAlert refused={refused} />
      <ul className="card rules">
        {rules.value.map((rule) => (
          <li key={rule.uid ?? rule.name}>
            <div>
              <p>
                <Link to={`/admin/objects/${object.name}/rules/${rule.uid}`}>
                  {textIn(rule.label, language, rule.name)}
                </Link>{" "}
                <span className="code muted">{rule.name}</span>
              </p>
              <pre className="code rules-formula">{rule.when}</pre>
              <p className="muted">{textIn(rule.message, language, "")}</p>
            </div>
            <Switch
              checked={rule.active !== false}
              loading={busy}
              checkedChildren={t("admin.active")}
              unCheckedChildren={t("admin.inactive")}
              aria-label={`${t("admin.active")} · ${rule.name}`}
              onChange={(active) => void toggle(rule, active)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
