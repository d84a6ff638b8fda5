import { describe, expect, test } from "vitest";
import {
  civil,
  DAY,
  dayOf,
  isoWeekday,
  localDay,
  parseDay,
  readClock,
  readDay,
  writeDay,
  writeMoment,
} from "./calendar";
import { Failure } from "./failure";

describe("days", () => {
  test("are the Gregorian ones at all times", () => {
    for (const text of ["0001-01-01", "0099-12-31", "1582-10-10", "1969-12-31", "9999-12-31"]) {
      expect(writeDay(readDay(text) as number)).toBe(text);
    }
    expect(readDay("1970-01-01")).toBe(0);
    expect(readDay("0001-01-01")).toBe(-719_162);
  });

  test("must exist", () => {
    expect(dayOf(2023, 2, 29)).toBe(null);
    expect(dayOf(1900, 2, 29)).toBe(null);
    expect(civil(dayOf(2000, 2, 29) as number)).toEqual([2000, 2, 29]);
    expect(dayOf(10000, 1, 1)).toBe(null);
    expect(() => parseDay("2024-13-01")).toThrow(Failure);
  });

  test("have the weekday of the ISO calendar", () => {
    expect(isoWeekday(0)).toBe(4);
    expect(isoWeekday(dayOf(1, 1, 1) as number)).toBe(1);
  });

  test("a moment is on another day in another zone", () => {
    const evening = Date.UTC(2024, 2, 10, 23, 30);
    expect(writeDay(localDay(evening, "Asia/Shanghai"))).toBe("2024-03-11");
    expect(writeDay(localDay(evening, "America/New_York"))).toBe("2024-03-10");
    expect(() => localDay(-719_162 * DAY, "America/New_York")).toThrow(Failure);
  });
});

test("moments and times keep what they are written with", () => {
  expect(writeMoment(-1000)).toBe("1969-12-31 23:59:59Z");
  expect(readClock("23:59:59.999")).toBe(DAY - 1);
  expect(readClock("08:30")).toBe(30_600_000);
  expect(readClock("24:00:00")).toBe(null);
});
