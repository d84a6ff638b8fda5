import { expect, test } from "vitest";
import { Exact, readJson, writeJson } from "../api/json";
import { grouped, plainNumber, shifted } from "./number";

test("useless zeros and separators go, digits stay", () => {
  expect(["007", "1,234.500", "-0", "0.10", "999999999999999.999"].map(plainNumber)).toEqual([
    "7",
    "1234.5",
    "0",
    "0.1",
    "999999999999999.999",
  ]);
  expect(["", "abc", "1e3", "1.2.3"].map(plainNumber)).toEqual([null, null, null, null]);
});

test("thousands are grouped and decimals filled up", () => {
  expect(grouped("1234567.5", 2)).toBe("1,234,567.50");
  expect(grouped("-1000")).toBe("−1,000");
  expect(grouped("12")).toBe("12");
});

test("the point moves without rounding", () => {
  expect(shifted("45", -2)).toBe("0.45");
  expect(shifted("0.05", 2)).toBe("5");
  expect(shifted("-7.125", -2)).toBe("-0.07125");
  expect(shifted("3", 2)).toBe("300");
});

test("numbers a double would change stay text, and go out exactly", () => {
  expect(readJson('{"a":123456789012345678,"b":0.10,"c":12}')).toEqual({
    a: "123456789012345678",
    b: "0.10",
    c: 12,
  });
  expect(writeJson({ a: new Exact("123456789012345.678"), b: null, c: undefined, d: ["x"] })).toBe(
    '{"a":123456789012345.678,"b":null,"d":["x"]}',
  );
});
