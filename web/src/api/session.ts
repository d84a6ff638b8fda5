/** Signing in and out, and who I am. */

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

export const signIn = (username: string, password: string) =>
  post<unknown>("/auth/login", { username, password });

export const signOut = () => post<unknown>("/auth/logout", {});

export const keepLanguage = (language: string) =>
  ask<unknown>("PATCH", "/auth/me", { body: { language } });
