/** Help texts as the server gives them, in whatever shape an older one had. */

import type { FunctionHelp } from "../../api/formula";

export function signatureOf(help: FunctionHelp): string {
  return Array.isArray(help.signature) ? help.signature.join("\n") : help.signature;
}

export function categoryOf(help: FunctionHelp): string {
  const category = typeof help.category === "string" ? help.category : help.category.value;
  return (category ?? "").toLowerCase();
}

/** An example is a text, or a pair of formulas that are equal. */
export function exampleOf(example: unknown): string {
  return Array.isArray(example) ? example.join(" = ") : String(example);
}
