/** The results of what is being typed, with the pages fetched so far. */

import { useCallback, useEffect, useState } from "react";
import { type Problem, problemOf } from "../api/problem";
import { type Result, searchRecords } from "../api/search";

const PAUSE = 200;

interface State {
  text: string;
  results: readonly Result[];
  next: string | null;
  complete: boolean;
  problem?: Problem;
}

const NOTHING: State = { text: "", results: [], next: null, complete: true };

export function useSearch(typed: string) {
  const text = typed.trim();
  const [state, setState] = useState(NOTHING);

  useEffect(() => {
    if (!text) {
      setState(NOTHING);
      return;
    }
    const abort = new AbortController();
    const take = (next: State) => {
      if (!abort.signal.aborted) setState(next);
    };
    const timer = setTimeout(() => {
      searchRecords(text, null, abort.signal).then(
        (page) => take({ text, ...page }),
        (error: unknown) => take({ ...NOTHING, text, problem: problemOf(error) }),
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);

  const more = useCallback(async () => {
    if (!state.next) return;
    try {
      const page = await searchRecords(state.text, state.next);
      setState((now) =>
        now.text === state.text && now.next === state.next
          ? { ...now, ...page, results: [...now.results, ...page.results] }
          : now,
      );
    } catch (error) {
      setState((now) => ({ ...now, problem: problemOf(error) }));
    }
  }, [state.text, state.next]);

  return { ...state, loading: state.text !== text, more };
}
