import { expect, test } from "vitest";
import { admin } from "./catalogue/admin";
import { record } from "./catalogue/record";
import { shell } from "./catalogue/shell";
import { translate } from "./index";

const all = Object.entries({ ...shell, ...record, ...admin });

test("every sentence exists in both languages with the same parameters", () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  const uneven = all.filter(([, [zh, en]]) => !zh || !en || `${names(zh)}` !== `${names(en)}`);
  expect(uneven).toEqual([]);
});

test("English sentences hold no Chinese", () => {
  expect(all.filter(([, [, en]]) => /\p{Script=Han}/u.test(en))).toEqual([]);
});

test("parameters are filled in", () => {
  expect(translate("zh-CN", "list.total", { n: 12 })).toBe("共 12 条");
});
