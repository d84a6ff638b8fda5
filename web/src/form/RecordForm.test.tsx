// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { ConfigProvider } from "antd";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test, vi } from "vitest";
import type { FieldComponent, FormPage } from "../api/ui";
import { I18nProvider } from "../i18n";
import { RecordForm } from "./RecordForm";

vi.mock("../session/session", () => ({
  useMe: () => ({ id: "u1", name: "李明", language: "zh-CN", department: null, permissions: {} }),
}));

function field(name: string, dataType: string, rest: Partial<FieldComponent> = {}): FieldComponent {
  return {
    id: `field:${name}`,
    type: "field",
    name,
    label: name,
    control: dataType,
    dataType,
    required: false,
    readOnly: false,
    ...rest,
  };
}

const page: FormPage = {
  version: 1,
  page: "form",
  object: { name: "thing", label: "东西", pluralLabel: "东西", nameField: "title" },
  recordTypes: [],
  fields: ["id", "title"],
  etag: "e",
  actions: [],
  conditions: {
    big: {
      tree: {
        node: "call",
        type: "boolean",
        key: "greater",
        arguments: [
          { node: "field", type: "number", path: ["amount"], zero: true },
          { node: "literal", type: "number", value: "100" },
        ],
      },
      reads: ["amount"],
      globals: [],
    },
  },
  globals: {},
  root: {
    id: "form",
    type: "form",
    children: [
      {
        id: "section:basic",
        type: "section",
        name: "basic",
        label: "基本信息",
        columns: 2,
        children: [
          field("title", "text", { required: true }),
          field("amount", "currency", { constraints: { precision: 18, scale: 2 } }),
          field("reason", "text", { when: { visible: "big", required: "big" } }),
        ],
      },
    ],
  },
};

function show(props: Partial<Parameters<typeof RecordForm>[0]> = {}) {
  const saved = vi.fn();
  const reload = vi.fn();
  render(
    <MemoryRouter>
      <I18nProvider language="zh-CN" choose={() => {}}>
        <ConfigProvider button={{ autoInsertSpace: false }}>
          <RecordForm
            page={page}
            id={null}
            record={null}
            etag={null}
            given={{ values: {}, names: {} }}
            top={null}
            onDirty={() => {}}
            onCancel={() => {}}
            onSaved={saved}
            onReload={reload}
            {...props}
          />
        </ConfigProvider>
      </I18nProvider>
    </MemoryRouter>,
  );
  return { saved, reload };
}

const type = (label: RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const save = () => fireEvent.click(screen.getByRole("button", { name: "保存" }));

function answer(status: number, body: unknown) {
  const reply = vi.fn(async (_path: string, _init: RequestInit) => {
    return new Response(JSON.stringify(body), { status });
  });
  vi.stubGlobal("fetch", reply);
  return reply;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("what is required is asked for before anything is sent", () => {
  const reply = answer(201, {});
  show();
  save();
  expect(screen.getByRole("alert").textContent).toBe("请填写title");
  expect(reply).not.toHaveBeenCalled();
});

test("a condition shows a field and makes it required", () => {
  show();
  expect(screen.queryByLabelText(/reason/)).toBeNull();
  type(/amount/, "100.01");
  type(/title/, "x");
  expect(screen.getByLabelText(/reason/)).toBeTruthy();
  save();
  expect(screen.getByRole("alert").textContent).toBe("请填写reason");
});

test("numbers are sent digit by digit, and hidden fields are not sent", async () => {
  const reply = answer(201, { id: "1" });
  const { saved } = show();
  type(/title/, "x");
  type(/amount/, "-1,234,567,890,123,456.70");
  save();
  await waitFor(() => expect(saved).toHaveBeenCalled());
  expect(reply.mock.calls[0]?.[1].body).toBe('{"title":"x","amount":-1234567890123456.7}');
});

test("messages stand where the server says", async () => {
  const at = (place: string, detail: string) => ({ pointer: "", code: "rule", detail, at: place });
  answer(422, {
    status: 422,
    code: "record.invalid",
    detail: "",
    errors: [at("page", "整页"), at("section:basic", "分组"), at("field:title", "字段")],
  });
  show();
  type(/title/, "x");
  save();
  const wrong = await screen.findAllByRole("alert");
  expect(wrong.map((each) => each.textContent)).toEqual(["无法保存整页", "分组", "字段"]);
  expect(screen.getByLabelText(/title/).getAttribute("aria-invalid")).toBe("true");
});

test("only changes are sent for an old record, under the version that was seen", async () => {
  const reply = answer(200, { id: "7" });
  const { saved } = show({ id: "7", record: { id: "7", title: "old", amount: 5 }, etag: '"3"' });
  type(/title/, "new");
  save();
  await waitFor(() => expect(saved).toHaveBeenCalled());
  const [path, init] = reply.mock.calls[0] ?? [];
  expect([path, init?.method, init?.body]).toEqual([
    "/api/v1/records/thing/7",
    "PATCH",
    '{"title":"new"}',
  ]);
  expect(init?.headers).toMatchObject({ "if-match": '"3"' });
});

test("a conflict offers the latest version and keeps what was typed", async () => {
  answer(412, { status: 412, code: "record.stale", detail: "stale", errors: [] });
  const { reload } = show({ id: "7", record: { id: "7", title: "old" }, etag: '"3"' });
  type(/title/, "mine");
  save();
  fireEvent.click(await screen.findByRole("button", { name: "载入最新内容" }));
  expect(reload).toHaveBeenCalled();
  expect((screen.getByLabelText(/title/) as HTMLInputElement).value).toBe("mine");
});
