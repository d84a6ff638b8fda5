/**
 * F1-F8 on the browser target and on other formula engines for JavaScript, in one process.
 *
 * Arguments: our bundled interpreter, a file of cases (see bench/browser.py), the folder the others
 * are installed in. Rounds are interleaved, so that a slow moment of the machine meets all. What is
 * not installed is left out. Prints one JSON object.
 *
 * Each engine gets the rows as it likes them best, made before the clock starts, and formulas
 * prepared once where it can do that. None but ours computes with decimals of its own accord.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [bundle, casesFile, folder] = process.argv.slice(2);
const ROUNDS = 9;
const { programs, rows, olds, user, today } = JSON.parse(readFileSync(casesFile, "utf8"));
const names = Object.keys(programs);
const require = createRequire(join(folder, "package.json"));

const TEXTS = ["address", "approvalStatus", "accountName", "industry"];
const NUMBERS = ["amount", "qty", "discount", "taxRate", "freight"];
const RELATED = {
  dept: "account.owner.dept.name",
  rating: "account.parent.rating",
  parentLimit: "account.parent.creditLimit",
  ownLimit: "account.creditLimit",
  parentName: "account.parent.name",
};
const dayOf = (text) => (text === null ? null : Date.parse(text) / 86_400_000);

/** One row as flat names and plain values, dates as day numbers. */
const flat = rows.map((row, index) => ({
  active: row.active,
  ...Object.fromEntries([...TEXTS, ...NUMBERS].map((name) => [name, row[name]])),
  ...Object.fromEntries(Object.entries(RELATED).map(([name, path]) => [name, row[path]])),
  closeDate: dayOf(row.closeDate),
  createdDate: dayOf(row.createdDate),
  oldName: olds[index].accountName,
  user,
  today: dayOf(today),
}));

/** A function that computes a formula for every row, for each formula; null if not installed. */
const ENGINES = { ours, jexl, formulon, hyperformula };

async function ours() {
  const { compile, outcome, Frame } = await import(pathToFileURL(bundle).href);
  const known = { now: 0, today: dayOf(today), zone: "UTC", globals: { "$user.Name": user } };
  return (name) => {
    const program = compile(programs[name].tree);
    const { result } = programs[name];
    return () =>
      rows.map((row, index) => outcome(program, new Frame(row, olds[index], known), result));
  };
}

function required(name) {
  try {
    return require(name);
  } catch {
    return null;
  }
}

const JEXL = {
  F1: "!active",
  F2: "LEN(address) < 20",
  F3: "approvalStatus == '审批通过' && accountName != oldName && user != '管理员'",
  F4: "ROUND(amount * qty * (1 - discount) * (1 + taxRate) + freight, 2)",
  F5:
    "amount > 100000 ? amount * (industry == '金融' ? 0.08 : industry == '制造' ? 0.05 : " +
    "industry == '零售' ? 0.03 : 0.01) : 0",
  F6:
    "closeDate != null && closeDate >= today && closeDate - createdDate <= 90 && " +
    "(MONTH(closeDate) == 12 || YEAR(closeDate) == 2025)",
  F7:
    "(dept == '销售部' && rating >= 3 ? parentLimit - amount * qty : " +
    "ownLimit * 0.5) > 0 || CONTAINS(parentName, '集团')",
  F8:
    "(approvalStatus == '审批通过' || (approvalStatus == '待审批' && amount < 50000)) && " +
    "(closeDate == null ? false : closeDate - createdDate > 30) && " +
    "ROUND(amount * qty * (1 - discount) * (1 + taxRate), 2) > (industry == '金融' ? 100000 : " +
    "industry == '制造' ? 50000 : industry == '零售' ? 20000 : 1000) && " +
    "(rating >= 3 || dept != '销售部') && LEN(address) < 60 && !BEGINS(accountName, '测试') && " +
    "user != '管理员'",
};

function jexl() {
  const module = required("jexl");
  if (!module) return null;
  const engine = new module.Jexl();
  engine.addFunctions({
    LEN: (text) => (text === null ? 0 : text.length),
    ROUND: (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits,
    MONTH: (day) => new Date(day * 86_400_000).getUTCMonth() + 1,
    YEAR: (day) => new Date(day * 86_400_000).getUTCFullYear(),
    CONTAINS: (text, part) => text?.includes(part) ?? false,
    BEGINS: (text, part) => text?.startsWith(part) ?? false,
  });
  return (name) => {
    const expression = engine.compile(JEXL[name]);
    return () => flat.map((row) => expression.evalSync(row));
  };
}

const FORMULON = {
  F1: "NOT(active)",
  F2: "LEN(address) < 20",
  F3: "AND(approvalStatus = '审批通过', accountName <> oldName, user <> '管理员')",
  F4: "ROUND(amount * qty * (1 - discount) * (1 + taxRate) + freight, 2)",
  F5:
    "IF(amount > 100000, amount * CASE(industry, '金融', 0.08, '制造', 0.05, '零售', 0.03, 0.01)" +
    ", 0)",
  F6:
    "AND(NOT(ISBLANK(closeDate)), closeDate >= today, closeDate - createdDate <= 90, " +
    "OR(MONTH(closeDate) = 12, YEAR(closeDate) = 2025))",
  F7:
    "OR(IF(AND(dept = '销售部', rating >= 3), parentLimit - amount * qty, " +
    "BLANKVALUE(ownLimit, 0) * 0.5) > 0, CONTAINS(parentName, '集团'))",
  F8:
    "AND(OR(approvalStatus = '审批通过', AND(approvalStatus = '待审批', amount < 50000)), " +
    "IF(ISBLANK(closeDate), FALSE, closeDate - createdDate > 30), " +
    "ROUND(amount * qty * (1 - discount) * (1 + taxRate), 2) > " +
    "CASE(industry, '金融', 100000, '制造', 50000, '零售', 20000, 1000), " +
    "OR(rating >= 3, dept <> '销售部'), LEN(address) < 60, NOT(BEGINS(accountName, '测试')), " +
    "user <> '管理员')",
};

const TEXTLIKE = new Set([...TEXTS, "dept", "parentName", "oldName"]);

/** Its functions take no null text, and no null number; so they get what those count as. */
function literal(value, name) {
  if (value === null && TEXTLIKE.has(name)) return literal("", name);
  if (value === null && !name.endsWith("Date")) return literal(0, name);
  const known = { type: "literal", value };
  if (value === null) return { ...known, dataType: "null" };
  if (typeof value === "boolean") return { ...known, dataType: "checkbox" };
  if (typeof value === "string") return { ...known, dataType: "text", options: { length: 255 } };
  if (name.endsWith("Date") || name === "today") {
    return { ...known, value: new Date(value * 86_400_000), dataType: "date" };
  }
  return { ...known, dataType: "number", options: { length: 16, scale: 4 } };
}

function formulon() {
  const module = required("formulon");
  if (!module) return null;
  return (name) => {
    const used = module.extract(FORMULON[name]);
    const literals = flat.map((row) =>
      Object.fromEntries(used.map((each) => [each, literal(row[each], each)])),
    );
    return () =>
      literals.map((values) => {
        try {
          const { type, dataType, value } = module.parse(FORMULON[name], values);
          return type === "error" ? undefined : dataType === "number" ? Number(value) : value;
        } catch {
          return undefined; // a null date
        }
      });
  };
}

const COLUMNS = Object.keys(flat[0]);
const cell = (name) => `${String.fromCharCode(65 + COLUMNS.indexOf(name))}#`;
const HYPERFORMULA = {
  ...FORMULON,
  F5: FORMULON.F5.replace("CASE(", "SWITCH("),
  F7: FORMULON.F7.replace("BLANKVALUE(ownLimit, 0)", "ownLimit").replace(
    "CONTAINS(parentName, '集团')",
    "ISNUMBER(FIND('集团', parentName))",
  ),
  F8: FORMULON.F8.replace("CASE(", "SWITCH(").replace(
    "BEGINS(accountName, '测试')",
    "LEFT(accountName, 2) = '测试'",
  ),
};

/** A cell every formula looks at is changed, so that all formulas, and only they, run anew. */
function hyperformula() {
  const module = required("hyperformula");
  if (!module) return null;
  const names = new RegExp(`\\b(?:${COLUMNS.join("|")})\\b`, "g");
  const records = flat.map((row) =>
    COLUMNS.map((name) =>
      typeof row[name] === "number" && /Date$|^today$/.test(name) ? row[name] + 25_569 : row[name],
    ),
  );
  return (name) => {
    const source = HYPERFORMULA[name].replace(names, cell).replaceAll("'", '"');
    const sheet = records.map((values, index) => [
      ...values,
      `=IF($Z$1>0, ${source.replaceAll("#", String(index + 1))}, 0)`,
    ]);
    sheet[0][25] = 1;
    const engine = module.HyperFormula.buildFromArray(sheet, { licenseKey: "gpl-v3" });
    let tick = 1;
    return (isTimed) => {
      tick++;
      engine.setCellContents({ sheet: 0, row: 0, col: 25 }, tick);
      if (isTimed) return null;
      return records.map((_, row) => {
        const value = engine.getCellValue({ sheet: 0, row, col: COLUMNS.length });
        return typeof value === "object" ? undefined : value;
      });
    };
  };
}

/** Rows without nulls mean the same to every engine; there the answers must be alike. */
const whole = flat.map((row) => Object.values(row).every((value) => value !== null));

function agreement(found, wanted) {
  const asked = found.filter((_, index) => whole[index]).length;
  const alike = found.filter(
    (value, index) => whole[index] && isAlike(value, wanted[index]),
  ).length;
  return alike / asked;
}

function isAlike(value, wanted) {
  if (typeof wanted === "boolean") return Boolean(value) === wanted;
  const [one, other] = [Number(value), Number(String(wanted))];
  return Math.abs(one - other) <= Math.max(0.011, 1e-9 * Math.abs(other));
}

function clock(run) {
  const started = process.hrtime.bigint();
  run(true);
  return Number(process.hrtime.bigint() - started) / rows.length;
}

const engines = {};
for (const [engine, make] of Object.entries(ENGINES)) engines[engine] = await make();
const missing = Object.keys(engines).filter((engine) => !engines[engine]);
const report = { rows: rows.length, rounds: ROUNDS, missing, times: {}, agreement: {} };
for (const name of names) {
  const runs = Object.entries(engines)
    .filter(([, make]) => make)
    .map(([engine, make]) => [engine, make(name)]);
  const wanted = runs[0][1]();
  const times = Object.fromEntries(runs.map(([engine]) => [engine, []]));
  report.agreement[name] = {};
  for (const [engine, run] of runs) report.agreement[name][engine] = agreement(run(), wanted);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [engine, run] of runs) times[engine].push(clock(run));
  }
  report.times[name] = times;
}
process.stdout.write(JSON.stringify(report));
