/** The typed tree as the server publishes it in UI schemas. */

export interface LiteralNode {
  node: "literal";
  type: string;
  value: string | number | boolean | null;
}

export interface FieldNode {
  node: "field";
  type: string;
  path: string[];
  percent?: boolean;
  /** A null number reads as 0. */
  zero?: boolean;
}

export interface GlobalNode {
  node: "global";
  type: string;
  /** The scope, then the field: `["$user", "name"]`. */
  path: string[];
  percent?: boolean;
  zero?: boolean;
}

export interface VariableNode {
  node: "variable";
  type: string;
  name: string;
}

export interface LetNode {
  node: "let";
  type: string;
  bindings: [string, TreeNode][];
  body: TreeNode;
}

export interface CallNode {
  node: "call";
  type: string;
  /** The permanent name of the chosen meaning: `add_date_days`. */
  key: string;
  arguments: TreeNode[];
}

export interface AggregateNode {
  node: "aggregate";
  type: string;
  key: string;
  /** Lookups to the record whose children these are, then the key of their rows. */
  path: string[];
  /** Read from each child record; without it, records are counted. */
  value?: TreeNode;
  condition?: TreeNode;
}

export type TreeNode =
  | LiteralNode
  | FieldNode
  | GlobalNode
  | VariableNode
  | LetNode
  | CallNode
  | AggregateNode;
