/** Every meaning of the language the browser knows, by its key. */

import type { Compute, Form } from "../shape";
import { advanced } from "./advanced";
import { business, workingDays } from "./business";
import { changes } from "./change";
import { conversions } from "./conversion";
import { clocks, dates } from "./date";
import { choices, tests, truths } from "./logical";
import { matches } from "./matching";
import { numbers } from "./number";
import { comparisons, operators, textComparisons } from "./operators";
import { texts } from "./text";

export const FORMS: ReadonlyMap<string, Form> = new Map(
  [comparisons, choices, clocks, changes].flatMap(Object.entries<Form>),
);

export const STRICT: ReadonlyMap<string, Compute> = new Map(
  [
    operators,
    textComparisons,
    truths,
    numbers,
    texts,
    conversions,
    matches,
    dates,
    advanced,
    business,
  ].flatMap(Object.entries<Compute>),
);

export const OPEN: ReadonlyMap<string, Compute> = new Map(
  [tests, workingDays].flatMap(Object.entries<Compute>),
);
