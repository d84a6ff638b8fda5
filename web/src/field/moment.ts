/** Dates and times as people read them; they travel as ISO 8601 text. */

import dayjs from "dayjs";
import type { Language } from "../i18n";

export function shownDate(text: string, language: Language): string {
  const date = dayjs(text);
  if (!date.isValid()) return text;
  return language === "zh-CN" ? date.format("YYYY-MM-DD") : date.format("D MMM YYYY");
}

export function shownMoment(text: string, language: Language): string {
  const moment = dayjs(text);
  if (!moment.isValid()) return text;
  const day = language === "zh-CN" ? "YYYY-MM-DD" : "D MMM YYYY";
  return moment.format(`${day} HH:mm`);
}
