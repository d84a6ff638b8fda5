/** How many approvals wait for the user; counted anew after each decision and now and then. */

import { createContext, type ReactNode, use, useEffect } from "react";
import { todoItems } from "../api/approval";
import { useResource } from "../state/resource";

interface TodoCount {
  count: number;
  recount: () => void;
}

const TodoContext = createContext<TodoCount>({ count: 0, recount: () => {} });
const MINUTES = 2;

export function TodoCountProvider({ user, children }: { user: string; children: ReactNode }) {
  const { value, reload } = useResource(`todo ${user}`, (signal) => todoItems("pending", signal));
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && reload(), MINUTES * 60_000);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <TodoContext value={{ count: value?.length ?? 0, recount: reload }}>{children}</TodoContext>
  );
}

export function useTodoCount(): TodoCount {
  return use(TodoContext);
}
