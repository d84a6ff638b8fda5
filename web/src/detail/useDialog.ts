/** Which act of an approval is being asked for. */

import { useState } from "react";
import type { DialogAct } from "./ActDialog";

export interface Dialog {
  act: DialogAct | null;
  instance: string | null;
  show: (act: DialogAct, instance: string | null) => void;
  hide: () => void;
}

export function useDialog(): Dialog {
  const [state, setState] = useState<{ act: DialogAct; instance: string | null } | null>(null);
  return {
    act: state?.act ?? null,
    instance: state?.instance ?? null,
    show: (act, instance) => setState({ act, instance }),
    hide: () => setState(null),
  };
}
