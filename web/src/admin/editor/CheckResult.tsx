/** What the syntax check found: every error with its place, or that all is well. */

import { CheckCircleOutlined } from "@ant-design/icons";
import type { FormulaCheck } from "../../api/formula";
import type { Problem } from "../../api/problem";
import { useI18n } from "../../i18n";

interface CheckResultProps {
  answer: FormulaCheck | undefined;
  asked: boolean;
  problem: Problem | undefined;
  onSelect: (start: number, end: number) => void;
  onReplace: (start: number, end: number, text: string) => void;
}

export function CheckResult({ answer, asked, problem, onSelect, onReplace }: CheckResultProps) {
  const { t } = useI18n();
  if (problem) return <p className="form-error">{problem.message}</p>;
  if (!answer) return null;
  if (answer.valid) {
    return (
      <p className={asked ? "editor-ok editor-asked" : "editor-ok"} role="status">
        <CheckCircleOutlined aria-hidden="true" /> {t("editor.valid")}
      </p>
    );
  }
  return (
    <div className="editor-errors" role="alert">
      <p>{t("editor.errors", { n: answer.errors.length })}</p>
      <ul>
        {answer.errors.map((error) => (
          <li key={`${error.span?.start}-${error.code}-${error.detail}`}>
            <button
              type="button"
              className="link-like"
              onClick={() => onSelect(error.span?.start ?? 0, error.span?.end ?? 0)}
            >
              {error.line !== undefined &&
                t("editor.position", { line: error.line, column: error.column ?? 1 })}
            </button>
            <span>{error.detail}</span>
            {error.suggestions?.map((name) => (
              <button
                key={name}
                type="button"
                className="link-like"
                onClick={() => onReplace(error.span?.start ?? 0, error.span?.end ?? 0, name)}
              >
                {t("editor.replace", { name })}
              </button>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
