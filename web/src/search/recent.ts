/** Records opened lately, kept in this browser for each user. */

import type { Result } from "../api/search";

const MOST = 8;

const key = (user: string) => `zhuji.recent.${user}`;

export function recents(user: string): Result[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(key(user)) ?? "[]");
    return Array.isArray(held) ? held.filter(isResult).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function remember(user: string, opened: Omit<Result, "matches">): void {
  const others = recents(user).filter((each) => each.id !== opened.id);
  const kept = [{ ...opened, matches: [] }, ...others].slice(0, MOST);
  try {
    localStorage.setItem(key(user), JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing has no recent records.
  }
}

function isResult(value: unknown): value is Result {
  const each = value as Partial<Result> | null;
  return (
    typeof each?.id === "string" &&
    typeof each.object === "string" &&
    typeof each.label === "string" &&
    typeof each.name?.text === "string" &&
    Array.isArray(each.name.ranges) &&
    Array.isArray(each.matches)
  );
}
