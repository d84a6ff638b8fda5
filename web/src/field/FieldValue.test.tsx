// @vitest-environment jsdom
import { cleanup, render } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test } from "vitest";
import type { Shown } from "../api/ui";
import { I18nProvider, type Language } from "../i18n";
import { FieldValue } from "./FieldValue";

afterEach(cleanup);

function shown(field: Partial<Shown>, value: unknown, rest = {}, language: Language = "zh-CN") {
  const full = { label: "f", dataType: "text", ...field };
  const { container } = render(
    <MemoryRouter>
      <I18nProvider language={language} choose={() => {}}>
        <FieldValue field={full} row={{ id: "1", f: value, ...rest }} path="f" />
      </I18nProvider>
    </MemoryRouter>,
  );
  return container;
}

test.each([
  [{ dataType: "currency", constraints: { scale: 2 } }, "1234567.5", "¥1,234,567.50"],
  [{ dataType: "percent" }, 45, "45%"],
  [{ dataType: "integer" }, -1200, "−1,200"],
  [{ dataType: "date" }, "2026-03-05", "2026-03-05"],
  [{ dataType: "text" }, null, "—"],
  [{ dataType: "boolean" }, true, " 是"],
  [{ dataType: "something new" }, "as it is", "as it is"],
])("%o of %s reads %s", (field, value, text) => {
  expect(shown(field, value).textContent).toBe(text);
});

test("dates follow the language", () => {
  expect(shown({ dataType: "date" }, "2026-03-05", {}, "en-US").textContent).toBe("5 Mar 2026");
});

test("a choice shows its label, an unknown one its value", () => {
  const options = [{ value: "a", label: "甲", color: "red" }];
  expect(shown({ dataType: "picklist", options }, "a").textContent).toBe("甲");
  expect(shown({ dataType: "picklist", options }, "z").textContent).toBe("z");
});

test("a lookup leads to its record under its name", () => {
  const target = { object: "thing", label: "T", nameField: "name" };
  const found = shown({ dataType: "lookup", target, displayPath: "f.name" }, "9", {
    "f.name": "N",
  });
  const link = found.querySelector("a");
  expect([link?.textContent, link?.getAttribute("href")]).toEqual(["N", "/o/thing/9"]);
});

test("an address that is no web address is not a link", () => {
  expect(shown({ dataType: "url" }, "javascript:alert(1)").querySelector("a")).toBeNull();
});

test("a record that may not be seen is named as such and leads nowhere", () => {
  const target = { object: "thing", label: "T", nameField: "name" };
  const found = shown({ dataType: "lookup", target, displayPath: "f.name" }, "9");
  expect([found.textContent, found.querySelector("a")]).toEqual(["无权查看", null]);
});
