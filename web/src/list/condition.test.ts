import { expect, test } from "vitest";
import type { FieldComponent, ListPage } from "../api/ui";
import { conditionFormula, quoted } from "./condition";
import { filterFormula, readState, writeState } from "./query";

function field(name: string, dataType: string, rest: Partial<FieldComponent> = {}): FieldComponent {
  return {
    id: `field:${name}`,
    type: "field",
    name,
    label: name,
    control: dataType,
    dataType,
    required: false,
    readOnly: true,
    ...rest,
  };
}

const page = {
  object: { name: "thing", label: "Thing", pluralLabel: "Things", nameField: "title" },
  root: {
    filter: "active",
    filterFields: [field("title", "text"), field("rate", "percent"), field("made", "datetime")],
  },
} as unknown as ListPage;

test("text is quoted so that nothing in it can end the literal", () => {
  expect(quoted('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
});

test("each field type has its own formula", () => {
  const of = (dataType: string, operator: string, value: string) =>
    conditionFormula(field("f", dataType), { field: "f", operator, value });
  expect(of("percent", "ge", "45")).toBe("f >= 0.45");
  expect(of("date", "after", "2026-03-05")).toBe("f > DATE(2026, 3, 5)");
  expect(of("datetime", "on", "2026-03-05")).toBe("DATEVALUE(f) = DATE(2026, 3, 5)");
  expect(of("boolean", "false", "")).toBe("NOT(f)");
  expect(of("text", "contains", "")).toBe(null);
});

test("view, search, conditions and formula hold together", () => {
  const state = readState(
    new URLSearchParams({
      q: "北京",
      where: '[["rate","ge","10"],["title","blank",""]]',
      match: "any",
      filter: "LEN(title) > 3",
    }),
  );
  expect(filterFormula(page, state)).toBe(
    '(active) && (CONTAINS(title, "北京")) && (rate >= 0.1 || ISBLANK(title)) && (LEN(title) > 3)',
  );
});

test("the address keeps the whole state", () => {
  const address =
    "view=mine&q=x&match=any&where=%5B%5B%22a%22%2C%22eq%22%2C%22b%22%5D%5D&sort=-t&size=50";
  expect(writeState(readState(new URLSearchParams(address))).toString()).toBe(address);
  expect(readState(new URLSearchParams("where=nonsense&size=7")).size).toBe(25);
});
