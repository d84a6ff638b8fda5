import { describe, expect, test } from "vitest";
import { Decimal } from "./decimal";
import { evaluate, holds, type Surroundings } from "./evaluate";
import type { TreeNode } from "./tree";
import { toField } from "./value";

const row: Record<string, unknown> = {
  address: "北京市海淀区中关村大街一号",
  empty: null,
  amount: "1234567890123456.78",
  discount: 45,
  closeDate: "2026-02-28",
  "ownerId.name": "李明",
};

const around: Surroundings = {
  now: Date.UTC(2026, 0, 2),
  today: "2026-01-02",
  field: (path) => row[path.join(".")],
  global: (path) => (path.join(".") === "$user.name" ? "管理员" : undefined),
};

const text = (value: string | null): TreeNode => ({ node: "literal", type: "text", value });
const number = (value: string): TreeNode => ({ node: "literal", type: "number", value });
const field = (type: string, name: string, rest: object = {}): TreeNode =>
  ({ node: "field", type, path: name.split("."), ...rest }) as TreeNode;
const call = (key: string, type: string, ...nodes: TreeNode[]): TreeNode => ({
  node: "call",
  type,
  key,
  arguments: nodes,
});
const shown = (node: TreeNode) => {
  return toField(node.type, evaluate(node, around));
};

describe("values", () => {
  test("a Chinese character counts as one", () => {
    expect(shown(call("len", "number", field("text", "address")))).toBe("13");
  });

  test("numbers keep every digit", () => {
    const sum = call("add", "number", field("number", "amount"), number("0.01"));
    expect(shown(sum)).toBe("1234567890123456.79");
    expect(shown(call("divide", "number", number("1"), number("3")))).toBe(`0.${"3".repeat(39)}`);
  });

  test("a percent field reads as its fraction", () => {
    expect(shown(field("number", "discount", { percent: true }))).toBe("0.45");
  });

  test("a blank number is zero only where the formula says so", () => {
    expect(shown(field("number", "empty", { zero: true }))).toBe("0");
    expect(shown(field("number", "empty"))).toBe(null);
  });

  test("the last day of a month stays the last day", () => {
    const next = call("addmonths_date", "date", field("date", "closeDate"), number("1"));
    expect(shown(next)).toBe("2026-03-31");
  });
});

describe("null", () => {
  test("null text equals empty text, other nulls spread", () => {
    expect(shown(call("equal", "boolean", field("text", "empty"), text("")))).toBe(true);
    const spread = call("equal", "boolean", field("number", "empty"), number("0"));
    expect(shown(call("isnull", "boolean", spread))).toBe(true);
  });

  test("null conditions are false, and NOT of null is null", () => {
    const unknown = call("less", "boolean", field("number", "empty"), number("1"));
    expect(shown(call("or", "boolean", unknown))).toBe(false);
    expect(shown(call("isnull", "boolean", call("not", "boolean", unknown)))).toBe(true);
    expect(holds(unknown, around)).toBe(false);
  });

  test("division by zero gives null", () => {
    expect(shown(call("divide", "number", number("1"), number("0")))).toBe(null);
  });
});

describe("conditions", () => {
  test("only the chosen branch is computed", () => {
    const beyond = call("server_only", "boolean");
    const yes: TreeNode = { node: "literal", type: "boolean", value: true };
    expect(holds(call("if", "boolean", yes, yes, beyond), around)).toBe(true);
  });

  test("what only the server knows is left undecided", () => {
    expect(holds(call("server_only", "boolean"), around)).toBe(null);
    expect(holds(call("isblank", "boolean", field("text", "absent")), around)).toBe(null);
  });

  test("paths through lookups and globals are read", () => {
    const owner = call("equal", "boolean", field("text", "ownerId.name"), text("李明"));
    const user: TreeNode = { node: "global", type: "text", path: ["$user", "name"] };
    expect(
      holds(call("and", "boolean", owner, call("begins", "boolean", user, text("管"))), around),
    ).toBe(true);
  });
});

test("rounding is half up, away from zero", () => {
  expect(
    ["2.5", "-2.5", "1.005"].map((n) => String(Decimal.of(n).rounded(n === "1.005" ? 2 : 0))),
  ).toEqual(["3", "-3", "1.01"]);
  expect(String(Decimal.of("1250").rounded(-2))).toBe("1300");
});

test("child records are asked for where the page has them, and else leave it to the server", () => {
  const count: TreeNode = {
    node: "aggregate",
    type: "number",
    key: "count",
    path: ["#contact.accountId"],
  };
  const some = call("greater", "boolean", count, number("1"));
  expect(holds(some, around)).toBe(null);
  expect(holds(some, { ...around, children: () => [{}, {}] })).toBe(true);
});
