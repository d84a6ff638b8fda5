/** Checks a formula on the server, after a pause in typing or at once when asked. */

import { useEffect, useState } from "react";
import { checkFormula, type FormulaCheck, type FormulaUse } from "../../api/formula";
import { type Problem, problemOf } from "../../api/problem";
import { useI18n } from "../../i18n";

const PAUSE = 600;

interface Checked {
  source: string;
  answer?: FormulaCheck;
  problem?: Problem;
}

export function useFormulaCheck(object: string, source: string, use: FormulaUse, result?: string) {
  const { language } = useI18n();
  const [checked, setChecked] = useState<Checked | null>(null);
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState(false);
  const [checking, setChecking] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the language changes the sentences
  useEffect(() => {
    if (!source.trim()) {
      setChecked(null);
      return;
    }
    let current = true;
    const settle = (next: Checked) => {
      if (!current) return;
      setChecked(next);
      setChecking(false);
    };
    const timer = setTimeout(
      () => {
        setChecking(true);
        checkFormula(object, source, use, result).then(
          (answer) => settle({ source, answer }),
          (error: unknown) => settle({ source, problem: problemOf(error) }),
        );
      },
      round > 0 ? 0 : PAUSE,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [object, source, use, result, round, language]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was asked for is about one text
  useEffect(() => {
    setAsked(false);
    setRound(0);
  }, [source]);

  const fresh = checked?.source === source ? checked : null;
  return {
    answer: fresh?.answer,
    problem: fresh?.problem,
    checking,
    asked,
    now: () => {
      setAsked(true);
      setRound((each) => each + 1);
    },
  };
}
