import { describe, expect, test } from "vitest";
import { compile, outcome } from "./compile";
import { Undecided } from "./failure";
import { Frame, type Row } from "./frame";
import type { TreeNode } from "./tree";
import { toField } from "./value";

const text = (value: string): TreeNode => ({ node: "literal", type: "text", value });
const number = (value: string): TreeNode => ({ node: "literal", type: "number", value });
const field = (type: string, name: string, rest: object = {}): TreeNode =>
  ({ node: "field", type, path: name.split("."), ...rest }) as TreeNode;
const call = (key: string, type: string, ...nodes: TreeNode[]): TreeNode => ({
  node: "call",
  type,
  key,
  arguments: nodes,
});
const overflow = call("divide", "number", number("1"), number("0"));

function run(tree: TreeNode, row: Row = {}, old: Row | null | undefined = undefined) {
  const frame = new Frame(row, old, { now: 0, today: 0, globals: {} });
  const value = outcome(compile(tree), frame, { kind: tree.type });
  return { value: toField(tree.type, value), failures: frame.failures };
}

describe("text counts characters, not their halves", () => {
  const face = text("x😀y");

  test.each([
    [call("len", "number", face), "3"],
    [call("left", "text", face, number("2")), "x😀"],
    [call("right", "text", face, number("2")), "😀y"],
    [call("reverse", "text", face), "y😀x"],
    [call("find", "number", text("y"), face), "3"],
    [call("lpad", "text", text("7"), number("3"), text("😀0")), "😀07"],
    [call("less_text", "boolean", text("￿"), text("😀")), true],
    [call("substr", "text", face, number("-2")), "😀y"],
    [call("initcap", "text", text("ÉLAN o'neil")), "Élan O'Neil"],
  ])("%#", (tree, wanted) => {
    expect(run(tree).value).toBe(wanted);
  });
});

describe("failures", () => {
  test("are noted, and the value is null", () => {
    expect(run(overflow)).toEqual({ value: null, failures: ["formula.division_by_zero"] });
  });

  test("are noted beside a null, too", () => {
    const blank = field("number", "n");
    expect(run(call("add", "number", blank, overflow), { n: null }).failures).toHaveLength(1);
  });

  test("IFERROR takes the other and forgets them", () => {
    const safe = call("iferror", "number", overflow, number("9"));
    expect(run(safe)).toEqual({ value: "9", failures: [] });
  });

  test("text that grows too long", () => {
    const long = call("rpad", "text", text("a"), number("65536"));
    expect(run(call("join", "text", long, text("b"))).failures).toEqual(["formula.text_too_long"]);
  });
});

describe("the record before the change", () => {
  const changed = call("ischanged", "boolean", field("text", "note"));
  const prior = call("priorvalue", "text", field("text", "note"));

  test("line ends and kinds of blank are alike", () => {
    expect(run(changed, { note: "a\nb" }, { note: "a\r\nb" }).value).toBe(false);
    expect(run(changed, { note: "" }, { note: null }).value).toBe(false);
    expect(run(changed, { note: "x" }, { note: null }).value).toBe(true);
  });

  test("a new record has none", () => {
    expect(run(changed, { note: "x" }, null).value).toBe(false);
    expect(run(prior, { note: "x" }, null).value).toBe("x");
    expect(run(prior, { note: "x" }, { note: "y" }).value).toBe("y");
  });

  test("where nobody knows it, nothing is decided", () => {
    expect(() => run(changed, { note: "x" })).toThrow(Undecided);
  });
});

describe("child records", () => {
  const age = field("number", "age");
  const total: TreeNode = {
    node: "aggregate",
    type: "number",
    key: "sum",
    path: ["#contact.accountId"],
    value: age,
    condition: call("greater", "boolean", age, number("5")),
  };

  test("blank values do not count", () => {
    const children = [{ age: 7 }, { age: null }, { age: 5 }, { age: 9.5 }];
    expect(run(total, { "#contact.accountId": children }).value).toBe("16.5");
    expect(run(total, { "#contact.accountId": null }).value).toBe("0");
  });

  test("that are not at hand leave the formula to the server", () => {
    expect(() => run(total, {})).toThrow(Undecided);
    const { fields, children } = compile(total);
    expect([fields, children]).toEqual([[], [["#contact.accountId"]]]);
  });
});

test("JSON is read as it is written: digits, order and blanks", () => {
  const json = text('{"b": 1.10, "2": [true,  "x"], "1": 12345678901234567890}');
  const member = (key: string) => run(call("jsonvalue", "text", json, text(key))).value;
  expect([member("b"), member("2"), member("1"), member("c")]).toEqual([
    "1.10",
    '[true,  "x"]',
    "12345678901234567890",
    null,
  ]);
  const path = call("jsonpathvalue", "text", json, text("$['2'][1]"));
  expect(run(path).value).toBe("x");
});

test.each([
  "{'a': 1}",
  '{"a": NaN}',
  '{"a": 1,}',
  '{"a": "\\u0000"}',
  '{"a": "\\ud83d"}',
  "[".repeat(101),
])("%s is no JSON", (json) => {
  expect(run(call("jsonvalue", "text", text(json), text("a"))).value).toBeNull();
});

test("a name bound by LET is computed once", () => {
  const tree: TreeNode = {
    node: "let",
    type: "number",
    bindings: [["x_1", overflow]],
    body: call(
      "blankvalue",
      "number",
      { node: "variable", type: "number", name: "x_1" },
      number("4"),
    ),
  };
  expect(run(tree)).toEqual({ value: "4", failures: ["formula.division_by_zero"] });
});

test("LIKE takes time in proportion, whatever the pattern", () => {
  const like = (pattern: string) =>
    run(call("like", "boolean", text("a".repeat(20_000)), text(pattern))).value;
  expect([like("%a%a%a%a%a%a%a%a%a%b"), like("a%_"), like("_")]).toEqual([false, true, false]);
});

test("what only the server knows is decided where it is not needed", () => {
  const either = call(
    "or",
    "boolean",
    call("equals", "boolean", text("a"), text("a")),
    call("regex", "boolean", text("a"), text("a")),
  );
  expect(run(either).value).toBe(true);
});
