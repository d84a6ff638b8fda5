import { expect, test } from "vitest";
import { pieces } from "./Marked";

test("a text is cut at its ranges, counted in code points", () => {
  expect(
    pieces("𠮷野家（上海）公司", [
      [1, 2],
      [4, 6],
    ]),
  ).toEqual([
    { at: 0, piece: "𠮷", found: false },
    { at: 1, piece: "野", found: true },
    { at: 2, piece: "家（", found: false },
    { at: 4, piece: "上海", found: true },
    { at: 6, piece: "）公司", found: false },
  ]);
});

test("a text without ranges stays whole, and none is nothing", () => {
  expect(pieces("公司", [])).toEqual([{ at: 0, piece: "公司", found: false }]);
  expect(pieces("", [])).toEqual([]);
  expect(pieces("公司", [[0, 2]])).toEqual([{ at: 0, piece: "公司", found: true }]);
});
