/** A validation rule: fetched or begun, then edited on a page of its own. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { Link, useParams } from "react-router";
import {
  definitions,
  type FieldDocument,
  type LayoutDocument,
  type RuleDocument,
} from "../api/metadata";
import { useI18n } from "../i18n";
import { useResource } from "../state/resource";
import { EmptyState, LoadingState, ProblemState } from "../state/States";
import { titled } from "../state/screen";
import { RuleEditor } from "./RuleEditor";
import { textIn } from "./text";

export interface Place {
  name: string;
  label: string;
}

export function RulePage() {
  const { object = "", rule = "new" } = useParams();
  const { t, language } = useI18n();
  const known = useResource(`${object} ${rule}`, async (signal) => {
    const [rules, fields, layouts] = await Promise.all([
      definitions<RuleDocument>("validation_rule", object, signal),
      definitions<FieldDocument>("field", object, signal),
      definitions<LayoutDocument>("page_layout", object, signal),
    ]);
    return { rules, fields, layouts };
  });
  if (known.problem) return <ProblemState problem={known.problem} retry={known.reload} />;
  if (!known.value) return <LoadingState />;
  const found = known.value.rules.find((each) => each.uid === rule);
  if (!found && rule !== "new") return <EmptyState title={t("error.notFound")} />;
  const fields = known.value.fields.map((each) => ({
    name: each.name,
    label: textIn(each.label, language, each.name),
  }));
  const sections = new Map<string, Place>();
  for (const section of known.value.layouts.flatMap((layout) => layout.sections ?? [])) {
    const label = textIn(section.label, language, section.name);
    sections.set(section.name, { name: section.name, label });
  }
  const title = found ? textIn(found.label, language, found.name) : t("admin.newRule");
  return (
    <div className="admin">
      <title>{titled(title, t("admin.rules"))}</title>
      <Link to={`/admin/objects/${object}/rules`} className="detail-back">
        <ArrowLeftOutlined aria-hidden="true" /> {t("admin.rules")}
      </Link>
      <header className="admin-header">
        <div>
          <h1>{title}</h1>
          <p className="muted">{t("admin.ruleLead")}</p>
        </div>
      </header>
      <RuleEditor
        key={found?.uid ?? "new"}
        object={object}
        rule={found ?? null}
        fields={fields}
        sections={[...sections.values()]}
      />
    </div>
  );
}
