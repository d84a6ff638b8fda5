/** The interpreter as a library, for what runs it outside the pages. */

export { compile, outcome, type Program } from "./compile";
export { Frame, type Known, type Row } from "./frame";
export type { TreeNode } from "./tree";
export { type Result, toField } from "./value";
