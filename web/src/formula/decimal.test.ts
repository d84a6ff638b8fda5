import { describe, expect, test } from "vitest";
import { Decimal, type Rounding } from "./decimal";
import { Failure } from "./failure";
import { power, squareRoot } from "./power";
import { readNumber } from "./value";

const d = (text: string) => Decimal.of(text);
const shown = (value: Decimal) => String(value);

describe("rounding", () => {
  const rounded = (text: string, places: number, rounding?: Rounding) =>
    shown(d(text).rounded(places, rounding));

  test("is half up, away from zero", () => {
    expect(["2.5", "-2.5", "0.5", "-0.4"].map((text) => rounded(text, 0))).toEqual([
      "3",
      "-3",
      "1",
      "0",
    ]);
    expect(rounded("1.005", 2)).toBe("1.01");
    expect(rounded("1250", -2)).toBe("1300");
    expect(rounded("49", -2)).toBe("0");
  });

  test("knows the other directions", () => {
    const ways: Rounding[] = ["down", "up", "ceiling", "floor"];
    expect(ways.map((way) => rounded("-1.1", 0, way))).toEqual(["-1", "-2", "-1", "-2"]);
    const long = "1.1000000000000000000000000000000000001";
    expect(ways.map((way) => rounded(long, 0, way))).toEqual(["1", "2", "2", "1"]);
  });
});

describe("arithmetic", () => {
  test("is exact where doubles are not", () => {
    expect(shown(d("0.1").plus(d("0.2")))).toBe("0.3");
    expect(shown(d("1234567890123456.78").plus(d("0.01")))).toBe("1234567890123456.79");
    expect(shown(d("9007199254740991").plus(d("0.5")))).toBe("9007199254740991.5");
    expect(shown(d("-9007199254740991").plus(d("9007199254740.9925")))).toBe(
      "-8998192055486250.0075",
    );
    expect(shown(d("123456789").times(d("987654321")))).toBe("121932631112635269");
  });

  test("keeps 39 digits", () => {
    expect(shown(d("2").over(d("3")))).toBe(`0.${"6".repeat(38)}7`);
    expect(shown(d("1").over(d("8")))).toBe("0.125");
    const nines = d("9".repeat(39));
    expect(shown(nines.plus(d("1")))).toBe(`1${"0".repeat(39)}`);
  });

  test("a tie is a tie only if nothing follows", () => {
    const left = d(`1${"0".repeat(38)}5`);
    expect(shown(left.plus(d("0")))).toBe(`1${"0".repeat(37)}10`);
    expect(shown(left.over(d("1.0000000001")))).toBe("999999999900000000009999999999000000005");
  });

  test("fails beyond the bounds", () => {
    const giant = d("1e250");
    expect(() => giant.times(d("10"))).toThrow(Failure);
    expect(shown(giant.times(d("1e-250")))).toBe("1");
    expect(d("1e-200").times(d("1e-200")).isZero).toBe(true);
  });

  test("compares whatever the scale", () => {
    expect(d("1.10").equals(d("1.1"))).toBe(true);
    expect(d("1e40").compare(d("9007199254740991"))).toBeGreaterThan(0);
    expect(d("-1e40").compare(d("0.1"))).toBeLessThan(0);
    expect(d("0.0000000000000000000001").compare(d("0"))).toBeGreaterThan(0);
  });

  test("the remainder has the sign of the dividend", () => {
    expect(shown(d("-7").modulo(d("3")))).toBe("-1");
    expect(shown(d("7.5").modulo(d("-2")))).toBe("1.5");
  });
});

describe("powers", () => {
  const raised = (base: string, exponent: string) => shown(power(d(base), d(exponent)));

  test("are exact where they can be", () => {
    expect(raised("2", "-3")).toBe("0.125");
    expect(raised("1.1", "5")).toBe("1.61051");
    expect(raised("-2", "3")).toBe("-8");
    expect(raised("4", "0.5")).toBe("2");
    expect(raised("0", "0")).toBe("1");
  });

  test("have all digits where they are not", () => {
    expect(raised("2", "0.5")).toBe("1.41421356237309504880168872420969807857");
    expect(raised("1.1", "1.1")).toBe("1.11053424105457572828950803950660641524");
  });

  test("refuse giants, and what has no answer", () => {
    expect(() => raised("9", "999999999")).toThrow(Failure);
    expect(() => raised("-1", "0.5")).toThrow(Failure);
    expect(() => raised("0", "-1")).toThrow(Failure);
    expect(raised("0.1", "40")).toBe("0");
  });

  test("square roots are exact or have all digits", () => {
    expect(shown(squareRoot(d("0.0001")))).toBe("0.01");
    expect(shown(squareRoot(d("2")))).toBe("1.41421356237309504880168872420969807857");
    expect(() => squareRoot(d("-1"))).toThrow(Failure);
  });
});

describe("reading", () => {
  test("an ordinary number means its shortest digits", () => {
    const texts = [0.1, 1.005, 250000.13, 1e21, 1e-7, -0.5, 123456789.123456].map((value) =>
      String(readNumber(value)),
    );
    expect(texts).toEqual([
      "0.1",
      "1.005",
      "250000.13",
      "1000000000000000000000",
      "0.0000001",
      "-0.5",
      "123456789.123456",
    ]);
  });

  test("text keeps its digits, thousands separated or not", () => {
    expect(String(readNumber("1,234,567.80"))).toBe("1234567.8");
    expect(String(readNumber("9999999999999999.99"))).toBe("9999999999999999.99");
    expect([".", "-", "1.2.3", "x"].map(readNumber)).toEqual([null, null, null, null]);
  });
});
