/** Choosing and testing. Null conditions count as false; only what is chosen runs. */

import type { Form, Forms, Open, Run, Strict } from "../shape";
import { isBlank, type Value } from "../value";
import { sameness } from "./operators";

const nothing: Run = () => null;

const and: Form = (parts) => {
  const [first = nothing, second = nothing] = parts;
  if (parts.length === 2) return (frame) => first(frame) === true && second(frame) === true;
  return (frame) => {
    for (const part of parts) if (part(frame) !== true) return false;
    return true;
  };
};

const or: Form = (parts) => {
  const [first = nothing, second = nothing] = parts;
  if (parts.length === 2) return (frame) => first(frame) === true || second(frame) === true;
  return (frame) => {
    for (const part of parts) if (part(frame) === true) return true;
    return false;
  };
};

const choose: Form = ([condition = nothing, then = nothing, otherwise = nothing]) => {
  return (frame) => (condition(frame) === true ? then(frame) : otherwise(frame));
};

/** Conditions and results in turn, then what holds otherwise. */
function pairs(parts: readonly Run[]): { tests: Run[]; results: Run[]; otherwise: Run } {
  const before = parts.slice(0, -1);
  return {
    tests: before.filter((_, place) => place % 2 === 0),
    results: before.filter((_, place) => place % 2 === 1),
    otherwise: parts.at(-1) ?? nothing,
  };
}

const ifs: Form = (parts) => {
  const { tests, results, otherwise } = pairs(parts);
  return (frame) => {
    const hit = tests.findIndex((test) => test(frame) === true);
    return (results[hit] ?? otherwise)(frame);
  };
};

const select: Form = ([expression = nothing, ...rest], node) => {
  const { tests, results, otherwise } = pairs(rest);
  const compared = node.arguments.filter((_, place) => place === 0 || place % 2 === 1);
  const isSame = sameness(compared.slice(0, tests.length + 1).map((each) => each.type));
  return (frame) => {
    const subject = expression(frame);
    if (subject === null) return otherwise(frame);
    for (let place = 0; place < tests.length; place++) {
      const value = (tests[place] as Run)(frame);
      if (value !== null && isSame(subject, value)) return (results[place] as Run)(frame);
    }
    return otherwise(frame);
  };
};

const within: Form = ([value = nothing, ...members], node) => {
  const isSame = sameness(node.arguments.map((argument) => argument.type));
  return (frame) => {
    const found = value(frame);
    const all = members.map((member) => member(frame));
    return !isBlank(found) && all.some((each) => each !== null && isSame(found, each));
  };
};

const replaced =
  (isMissing: (value: Value) => boolean): Form =>
  ([value = nothing, fallback = nothing]) => {
    return (frame) => {
      const found = value(frame);
      return isMissing(found) ? fallback(frame) : found;
    };
  };

const ifError: Form = ([value = nothing, fallback = nothing]) => {
  return (frame) => {
    const known = frame.failures.length;
    const found = value(frame);
    if (frame.failures.length === known) return found;
    frame.failures.length = known;
    return fallback(frame);
  };
};

export const choices: Forms = {
  and,
  or,
  if: choose,
  ifs,
  case: select,
  in: within,
  blankvalue: replaced(isBlank),
  nullvalue: replaced((value) => value === null),
  iferror: ifError,
};

export const tests: Open = {
  isblank: isBlank,
  isnull: (value: Value) => value === null,
};

export const truths: Strict = {
  not: (value: boolean) => !value,
  ispickval: (value: string, choice: string) => value === choice,
};
