/** Publishing changes: what happened is told, what was refused is returned by place. */

import { App } from "antd";
import { useState } from "react";
import { type Change, publish } from "../api/metadata";
import { type Problem, problemOf } from "../api/problem";
import { useI18n } from "../i18n";

export interface Refused {
  /** Sentences by the member of the document they are about: `name`, `when`, `message`. */
  members: Record<string, string[]>;
  others: string[];
  problem: Problem;
}

export function refusedOf(problem: Problem): Refused {
  const members: Record<string, string[]> = {};
  const others: string[] = [];
  for (const { pointer, detail } of problem.errors) {
    const member = /^\/changes\/\d+\/document\/([^/]+)/.exec(pointer)?.[1];
    if (member) members[member] = [...(members[member] ?? []), detail];
    else others.push(detail);
  }
  if (problem.errors.length === 0) others.push(problem.message);
  return { members, others, problem };
}

export function usePublish() {
  const { t } = useI18n();
  const { notification } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);

  async function run(changes: Change[]): Promise<boolean> {
    setBusy(true);
    setRefused(null);
    try {
      const done = await publish(changes);
      notification.success({
        title: t("admin.published", { revision: done.revision }),
        description: t("admin.publishedLead", {
          changes: done.changes.length,
          ddl: done.ddl.length,
        }),
        placement: "bottomRight",
      });
      return true;
    } catch (error) {
      setRefused(refusedOf(problemOf(error)));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { busy, refused, run, forgive: () => setRefused(null) };
}
