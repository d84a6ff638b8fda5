/** The formula editor: insert fields, operators and functions; check the syntax while typing. */

import type { Completion } from "@codemirror/autocomplete";
import { useMemo, useRef } from "react";
import { type FormulaUse, formulaFields, formulaFunctions } from "../../api/formula";
import type { Violation } from "../../api/problem";
import { useI18n } from "../../i18n";
import { useResource } from "../../state/resource";
import { CheckResult } from "./CheckResult";
import { CodeArea, type CodeHandle } from "./CodeArea";
import { EditorToolbar } from "./EditorToolbar";
import { useFormulaCheck } from "./useFormulaCheck";
import "./editor.css";

interface FormulaEditorProps {
  object: string;
  use: FormulaUse;
  label: string;
  value: string;
  /** The type the formula must have. */
  result?: string;
  errors?: string[] | undefined;
  onChange: (value: string) => void;
}

const NONE: Violation[] = [];

export default function FormulaEditor(props: FormulaEditorProps) {
  const { object, use, label, value, result, errors, onChange } = props;
  const { t, language } = useI18n();
  const area = useRef<CodeHandle>(null);
  const check = useFormulaCheck(object, value, use, result);
  const functions = useResource(`functions ${language}`, formulaFunctions);
  const fields = useResource(`${object} ${language}`, (signal) => formulaFields(object, signal));
  const completions = useMemo<Completion[]>(
    () => [
      ...(functions.value ?? []).map((each) => ({
        label: each.name,
        type: "function",
        detail: each.signatures[0] ?? "",
        apply: `${each.name}(`,
      })),
      ...(fields.value?.fields ?? []).map((each) => ({
        label: each.name,
        type: "variable",
        detail: each.label,
        boost: 1,
      })),
    ],
    [functions.value, fields.value],
  );
  return (
    <div className="editor">
      <EditorToolbar
        object={object}
        level={fields.value}
        functions={functions.value ?? []}
        checking={check.checking}
        onInsert={(text) => area.current?.insert(text)}
        onCheck={check.now}
      />
      <CodeArea
        handle={area}
        label={label}
        placeholder={t("editor.placeholder")}
        value={value}
        errors={check.answer?.errors ?? NONE}
        completions={completions}
        onChange={onChange}
      />
      <CheckResult
        answer={check.answer}
        asked={check.asked}
        problem={check.problem}
        onSelect={(start, end) => area.current?.select(start, end)}
        onReplace={(start, end, text) => {
          area.current?.select(start, end);
          area.current?.insert(text);
        }}
      />
      {errors && errors.length > 0 && !check.answer?.errors.length && (
        <p className="form-error" role="alert">
          {errors.join(" ")}
        </p>
      )}
    </div>
  );
}
