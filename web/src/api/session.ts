/** Signing in and out, and who I am. */

import { readRecord } from "./record";
import { ask, get, post } from "./request";

export interface Me {
  id: string;
  name: string;
  role: { name: string; label: string } | null;
  department: { id: string; name: string | null } | null;
  language: string;
  permissions: Record<string, boolean>;
}

export const whoAmI = () => get<Me>("/auth/me");

/** What the user once chose, whatever this browser prefers; null if nothing is known. */
export async function preferredLanguage(id: string): Promise<string | null> {
  try {
    const { value } = await readRecord("user", id, ["id", "language"]);
    return typeof value.language === "string" ? value.language : null;
  } catch {
    return null;
  }
}

export const signIn = (username: string, password: string) =>
  post<unknown>("/auth/login", { username, password });

export const signOut = () => post<unknown>("/auth/logout", {});

export const keepLanguage = (language: string) =>
  ask<unknown>("PATCH", "/auth/me", { body: { language } });
