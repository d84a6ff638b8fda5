/** Loading something: what came, what went wrong, whether it is on its way, and again. */

import { useCallback, useEffect, useRef, useState } from "react";
import { type Problem, problemOf } from "../api/problem";

export interface Resource<T> {
  value: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

/**
 * Load under `key`; a new key loads anew and what was shown stays until the answer is there,
 * unless `fresh` changes too. A null key loads nothing.
 */
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  fresh = "",
): Resource<T> {
  const [state, setState] = useState<{ fresh: string; value?: T; problem?: Problem }>({ fresh });
  const [settled, setSettled] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const wanted = key === null ? null : `${key}#${round}`;

  useEffect(() => {
    if (wanted === null) return;
    const abort = new AbortController();
    const settle = (next: { value?: T; problem?: Problem }) => {
      if (abort.signal.aborted) return;
      setState({ fresh, ...next });
      setSettled(wanted);
    };
    loader.current(abort.signal).then(
      (value) => settle({ value }),
      (error: unknown) => settle({ problem: problemOf(error) }),
    );
    return () => abort.abort();
  }, [wanted, fresh]);

  const reload = useCallback(() => setRound((each) => each + 1), []);
  const current = state.fresh === fresh ? state : undefined;
  return {
    value: current?.value,
    problem: current?.problem,
    loading: wanted !== null && settled !== wanted,
    reload,
  };
}
