/** Conditions people click together, and the formulas they stand for. */

import type { FieldComponent } from "../api/ui";
import { plainNumber, shifted } from "../field/number";
import type { Sentence } from "../i18n";

export interface FilterCondition {
  field: string;
  operator: string;
  value: string;
}

interface Operator {
  name: string;
  label: Sentence;
  /** Whether it is complete without a value. */
  bare?: boolean;
  formula: (path: string, value: string) => string;
}

/** A text literal of the formula language. */
export function quoted(text: string): string {
  const escaped = text
    .replace(/\\/g, "\\\\")
    .replace(/"/g, '\\"')
    .replace(/\n/g, "\\n")
    .replace(/\r/g, "\\r")
    .replace(/\t/g, "\\t");
  return `"${escaped}"`;
}

function dateLiteral(text: string): string {
  const [year, month, day] = text.split("-").map(Number);
  return `DATE(${year}, ${month}, ${day})`;
}

type Literal = (value: string) => string;

function comparisons(literal: Literal): Operator[] {
  const compare = (name: string, sign: string, label: Sentence): Operator => ({
    name,
    label,
    formula: (path, value) => `${path} ${sign} ${literal(value)}`,
  });
  return [
    compare("eq", "=", "op.equals"),
    compare("ge", ">=", "op.ge"),
    compare("le", "<=", "op.le"),
    compare("gt", ">", "op.gt"),
    compare("lt", "<", "op.lt"),
  ];
}

function dates(wrap: (path: string) => string): Operator[] {
  const compare = (name: string, sign: string, label: Sentence): Operator => ({
    name,
    label,
    formula: (path, value) => `${wrap(path)} ${sign} ${dateLiteral(value)}`,
  });
  return [
    compare("on", "=", "op.on"),
    compare("after", ">", "op.after"),
    compare("before", "<", "op.before"),
  ];
}

const emptiness: Operator[] = [
  { name: "blank", label: "op.blank", bare: true, formula: (path) => `ISBLANK(${path})` },
  { name: "filled", label: "op.filled", bare: true, formula: (path) => `NOT(ISBLANK(${path}))` },
];

const texts: Operator[] = [
  {
    name: "contains",
    label: "op.contains",
    formula: (path, value) => `CONTAINS(${path}, ${quoted(value)})`,
  },
  { name: "eq", label: "op.equals", formula: (path, value) => `${path} = ${quoted(value)}` },
  { name: "ne", label: "op.differs", formula: (path, value) => `${path} <> ${quoted(value)}` },
  {
    name: "begins",
    label: "op.begins",
    formula: (path, value) => `BEGINS(${path}, ${quoted(value)})`,
  },
  ...emptiness,
];

const choices: Operator[] = [
  { name: "eq", label: "op.equals", formula: (path, value) => `${path} = ${quoted(value)}` },
  { name: "ne", label: "op.differs", formula: (path, value) => `${path} <> ${quoted(value)}` },
  { name: "blank", label: "op.blank", bare: true, formula: (path) => `ISPICKVAL(${path}, "")` },
  {
    name: "filled",
    label: "op.filled",
    bare: true,
    formula: (path) => `NOT(ISPICKVAL(${path}, ""))`,
  },
];

const flags: Operator[] = [
  { name: "true", label: "op.true", bare: true, formula: (path) => path },
  { name: "false", label: "op.false", bare: true, formula: (path) => `NOT(${path})` },
];

const references: Operator[] = [
  { name: "eq", label: "op.equals", formula: (path, value) => `${path} = ${quoted(value)}` },
  { name: "ne", label: "op.differs", formula: (path, value) => `${path} <> ${quoted(value)}` },
  ...emptiness,
];

const number: Literal = (value) => plainNumber(value) ?? "0";

/** The operators that make sense for a field. */
export function operatorsOf(field: FieldComponent): Operator[] {
  if (field.options) return choices;
  if (field.target || field.displayPath) return references;
  switch (field.dataType) {
    case "integer":
    case "decimal":
    case "currency":
      return comparisons(number);
    case "percent":
      return comparisons((value) => shifted(number(value), -2));
    case "boolean":
      return flags;
    case "date":
      return [...dates((path) => path), ...emptiness];
    case "datetime":
      return [...dates((path) => `DATEVALUE(${path})`), ...emptiness];
    default:
      return texts;
  }
}

/** The formula of one condition; null while it is not complete. */
export function conditionFormula(field: FieldComponent, condition: FilterCondition): string | null {
  const operator = operatorsOf(field).find((each) => each.name === condition.operator);
  if (!operator || (!operator.bare && !condition.value)) return null;
  return operator.formula(field.name, condition.value);
}
