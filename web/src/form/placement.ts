/** Where a refusal is shown: at its field, above its section, or on top of the page. */

import type { Problem, Violation } from "../api/problem";
import type { SectionComponent } from "../api/ui";

export interface Placed {
  page: string[];
  sections: Record<string, string[]>;
  fields: Record<string, string[]>;
}

export const NOTHING_WRONG: Placed = { page: [], sections: {}, fields: {} };

export function placed(problem: Problem, sections: SectionComponent[]): Placed {
  const result: Placed = { page: [], sections: {}, fields: {} };
  const fieldNames = new Set(
    sections.flatMap((section) => section.children.map((field) => field.name)),
  );
  const sectionNames = new Set(sections.map((section) => section.name));
  for (const violation of problem.errors) {
    const [kind, name] = place(violation);
    if (kind === "field" && fieldNames.has(name)) add(result.fields, name, violation.detail);
    else if (kind === "section" && sectionNames.has(name)) {
      add(result.sections, name, violation.detail);
    } else result.page.push(violation.detail);
  }
  if (problem.errors.length === 0) result.page.push(problem.message);
  return result;
}

/** A rule says its place itself; every other finding points at the member it is about. */
function place({ at, pointer }: Violation): [kind: string, name: string] {
  if (at) {
    const [kind = "page", name = ""] = at.split(":");
    return [kind, name];
  }
  const name = pointer?.split("/")[1] ?? "";
  return name ? ["field", name.replace(/~1/g, "/").replace(/~0/g, "~")] : ["page", ""];
}

function add(target: Record<string, string[]>, name: string, detail: string): void {
  const list = target[name] ?? [];
  if (!list.includes(detail)) target[name] = [...list, detail];
}

export function countOf(wrong: Placed): number {
  const each = [...Object.values(wrong.fields), ...Object.values(wrong.sections), wrong.page];
  return each.reduce((sum, list) => sum + list.length, 0);
}
