/** Texts by language tag as definitions hold them. */

import type { Text } from "../api/metadata";
import type { Language } from "../i18n";

export function textIn(text: Text | undefined, language: Language, fallback: string): string {
  return text?.[language] || text?.["zh-CN"] || Object.values(text ?? {})[0] || fallback;
}

/** Both languages as a text, without empty ones. */
export function textOf(zh: string, en: string): Text {
  return {
    ...(zh.trim() ? { "zh-CN": zh.trim() } : {}),
    ...(en.trim() ? { "en-US": en.trim() } : {}),
  };
}

export const API_NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** A lowerCamel API name out of an English label: "Project name" → projectName. */
export function apiNameOf(label: string): string {
  const words = label.match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words
    .map((word, index) => {
      const rest = /^[A-Z0-9]+$/.test(word) ? word.slice(1).toLowerCase() : word.slice(1);
      return (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + rest;
    })
    .join("");
  return joined.replace(/^[0-9]+/, "").slice(0, 63);
}
