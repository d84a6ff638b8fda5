/** The sections of a record, read-only, with fields shown as their conditions say. */

import dayjs from "dayjs";
import { useMemo } from "react";
import type { RecordRow } from "../api/record";
import type { DetailPage, FieldComponent, SectionComponent } from "../api/ui";
import { FieldValue } from "../field/FieldValue";
import { holds } from "../formula/evaluate";

interface DetailSectionsProps {
  page: DetailPage;
  sections: SectionComponent[];
  record: RecordRow;
}

export function DetailSections({ page, sections, record }: DetailSectionsProps) {
  const isVisible = useVisible(page, record);
  return (
    <div className="card detail-sections">
      {sections.map((section) => {
        const fields = section.children.filter(isVisible);
        if (fields.length === 0) return null;
        return (
          <section key={section.id} aria-label={section.label}>
            <h2>{section.label}</h2>
            <dl className={section.columns === 1 ? "detail-grid detail-one" : "detail-grid"}>
              {fields.map((field) => (
                <div
                  key={field.id}
                  className={field.dataType === "long_text" ? "detail-wide" : ""}
                  data-field={field.name}
                >
                  <dt>{field.label}</dt>
                  <dd>
                    <FieldValue field={field} row={record} path={field.name} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </div>
  );
}

function useVisible(page: DetailPage, record: RecordRow): (field: FieldComponent) => boolean {
  return useMemo(() => {
    const around = {
      now: Date.now(),
      today: dayjs().format("YYYY-MM-DD"),
      field: (path: string[]) => record[path.join(".")],
      global: (path: string[]) => page.globals[path.join(".")],
    };
    const hidden = new Set<string>();
    for (const [id, condition] of Object.entries(page.conditions)) {
      if (holds(condition.tree, around) === false) hidden.add(id);
    }
    return (field) => !field.when?.visible || !hidden.has(field.when.visible);
  }, [page, record]);
}
