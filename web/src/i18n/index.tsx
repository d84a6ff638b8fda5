/** The client's own sentences. Everything about objects comes translated from the server. */

import { createContext, type ReactNode, use, useMemo } from "react";
import { admin } from "./catalogue/admin";
import { record } from "./catalogue/record";
import { shell } from "./catalogue/shell";

const catalogue = { ...shell, ...record, ...admin };

export type Sentence = keyof typeof catalogue;
export type Language = "zh-CN" | "en-US";
export type Parameters = Record<string, string | number>;
export type Translate = (key: Sentence, parameters?: Parameters) => string;

interface I18n {
  language: Language;
  t: Translate;
  choose: (language: Language) => void;
}

const I18nContext = createContext<I18n | null>(null);

export function translate(language: Language, key: Sentence, parameters: Parameters = {}): string {
  const [chinese, english] = catalogue[key];
  const sentence: string = language === "en-US" ? english : chinese;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** The sentence under a key made at run time, else `fallback`. */
export function sentence(t: Translate, key: string, fallback: string): string {
  return key in catalogue ? t(key as Sentence) : fallback;
}

export function languageOf(tag: string | null | undefined): Language {
  return tag?.toLowerCase().startsWith("en") ? "en-US" : "zh-CN";
}

interface ProviderProps {
  language: Language;
  choose: (language: Language) => void;
  children: ReactNode;
}

export function I18nProvider({ language, choose, children }: ProviderProps) {
  const value = useMemo<I18n>(
    () => ({ language, choose, t: (key, parameters) => translate(language, key, parameters) }),
    [language, choose],
  );
  return <I18nContext value={value}>{children}</I18nContext>;
}

export function useI18n(): I18n {
  const value = use(I18nContext);
  if (value === null) throw new Error("I18nProvider is missing");
  return value;
}
