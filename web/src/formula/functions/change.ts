/** The record before and after a change. */

import { Undecided } from "../failure";
import type { Frame } from "../frame";
import type { Form, Forms, Run } from "../shape";
import { same, type Value } from "../value";

function isNew(frame: Frame): boolean {
  if (frame.old === undefined) throw new Undecided("the record before the change");
  return frame.old === null;
}

/** What a part is for the record before the change. */
function before(part: Run, frame: Frame): Value {
  const row = frame.row;
  frame.row = frame.old ?? {};
  const found = part(frame);
  frame.row = row;
  return found;
}

/** Blank texts are alike, and so are the two line ends. */
function differs(old: Value, now: Value): boolean {
  if (same(old, now)) return false;
  if (typeof old !== "string" || typeof now !== "string") return true;
  return old.replaceAll("\r\n", "\n") !== now.replaceAll("\r\n", "\n");
}

const isChanged: Form = ([part]) => {
  const run = part as Run;
  return (frame) => !isNew(frame) && differs(before(run, frame), run(frame));
};

const priorValue: Form = ([part]) => {
  const run = part as Run;
  return (frame) => (isNew(frame) ? run(frame) : before(run, frame));
};

export const changes: Forms = {
  isnew: () => isNew,
  isclone: () => () => false,
  ischanged: isChanged,
  priorvalue: priorValue,
};
