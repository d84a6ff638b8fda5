/** The apps of the user, and the one being worked in. */

import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import { useMatch } from "react-router";
import { type NavApp, navigation } from "../api/ui";
import { useI18n } from "../i18n";
import { useResource } from "../state/resource";
import { LoadingState, ProblemState } from "../state/States";

interface Navigation {
  apps: NavApp[];
  app: NavApp | undefined;
  open: (name: string) => void;
  reload: () => void;
}

const NavigationContext = createContext<Navigation | null>(null);
const STORED = "zhuji.app";

export function NavigationProvider({ user, children }: { user: string; children: ReactNode }) {
  const { language } = useI18n();
  const object = useMatch("/o/:object/*")?.params.object;
  const [chosen, setChosen] = useState(() => localStorage.getItem(STORED));
  const { value: apps, problem, reload } = useResource(`${user} ${language}`, navigation, user);

  const open = useCallback((name: string) => {
    localStorage.setItem(STORED, name);
    setChosen(name);
  }, []);

  const current = useMemo(() => {
    const kept = apps?.find((app) => app.name === chosen) ?? apps?.[0];
    if (!object || kept?.tabs.some((tab) => tab.object === object)) return kept;
    return apps?.find((app) => app.tabs.some((tab) => tab.object === object)) ?? kept;
  }, [apps, chosen, object]);

  if (problem) return <ProblemState problem={problem} retry={reload} />;
  if (!apps) return <LoadingState />;
  return (
    <NavigationContext value={{ apps, app: current, open, reload }}>{children}</NavigationContext>
  );
}

export function useNavigation(): Navigation {
  const value = use(NavigationContext);
  if (value === null) throw new Error("NavigationProvider is missing");
  return value;
}
