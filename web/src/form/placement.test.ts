import { expect, test } from "vitest";
import { Problem, type Violation } from "../api/problem";
import type { SectionComponent } from "../api/ui";
import { placed } from "./placement";

const sections = [
  { name: "basicInfo", children: [{ name: "address" }, { name: "amount" }] },
] as unknown as SectionComponent[];

function problem(...errors: Violation[]): Problem {
  return new Problem({ status: 422, code: "record.invalid", title: "", detail: "Refused", errors });
}

test("rules appear where they say, findings at what they point to", () => {
  const wrong = problem(
    { pointer: "", code: "rule", detail: "on the page", rule: "a", at: "page" },
    { pointer: "/address", code: "rule", detail: "at the field", rule: "b", at: "field:address" },
    { pointer: "", code: "rule", detail: "at the section", rule: "c", at: "section:basicInfo" },
    { pointer: "/amount", code: "field.type", detail: "not a number" },
  );
  expect(placed(wrong, sections)).toEqual({
    page: ["on the page"],
    sections: { basicInfo: ["at the section"] },
    fields: { address: ["at the field"], amount: ["not a number"] },
  });
});

test("what the layout does not show goes to the page", () => {
  const wrong = problem(
    { pointer: "/zipCode", code: "field.required", detail: "zip" },
    { pointer: "", code: "rule", detail: "elsewhere", at: "section:other" },
  );
  expect(placed(wrong, sections).page).toEqual(["zip", "elsewhere"]);
});

test("a refusal without findings shows its own sentence", () => {
  expect(placed(problem(), sections).page).toEqual(["Refused"]);
});
