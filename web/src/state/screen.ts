/** Whether the screen is narrow, as the style sheets see it. */

import { useSyncExternalStore } from "react";

const narrow = () => window.matchMedia("(max-width: 767px)");

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = narrow();
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => narrow().matches,
  );
}

/** Give the browser's tab the page's name. */
export function titled(...parts: (string | null | undefined)[]): string {
  return [...parts.filter(Boolean), "筑基 Zhuji"].join(" · ");
}
