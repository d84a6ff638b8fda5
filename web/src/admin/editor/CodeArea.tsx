/** The text of a formula in CodeMirror, with its errors underlined. */

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  closeBrackets,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderText, tooltips } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { Violation } from "../../api/problem";
import { formulaLanguage } from "./language";

export interface CodeHandle {
  /** Put text at the cursor; `|` in it says where the cursor goes. */
  insert: (text: string) => void;
  /** Select a range counted in code points. */
  select: (start: number, end: number) => void;
}

interface CodeAreaProps {
  handle: Ref<CodeHandle>;
  label: string;
  placeholder: string;
  value: string;
  errors: Violation[];
  completions: Completion[];
  onChange: (value: string) => void;
}

/** Spans count code points, the editor UTF-16 units. */
export function offsetOf(text: string, codePoints: number): number {
  return [...text].slice(0, codePoints).join("").length;
}

export function CodeArea(props: CodeAreaProps) {
  const { handle, label, placeholder, value, errors, completions, onChange } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ onChange, completions });
  latest.current = { onChange, completions };
  const first = useRef({ value, label, placeholder });

  useEffect(() => {
    if (!host.current) return;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          bracketMatching(),
          closeBrackets(),
          formulaLanguage,
          autocompletion({
            override: [(context) => complete(context, latest.current.completions)],
          }),
          EditorView.lineWrapping,
          tooltips({ position: "fixed" }),
          placeholderText(first.current.placeholder),
          EditorView.contentAttributes.of({
            "aria-label": first.current.label,
            spellcheck: "false",
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = created;
    return () => created.destroy();
  }, []);

  useEffect(() => {
    const current = view.current;
    if (!current || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const current = view.current;
    if (current) current.dispatch(setDiagnostics(current.state, errors.map(diagnosed(value))));
  }, [errors, value]);

  useImperativeHandle(handle, () => ({
    insert(text) {
      const current = view.current;
      if (!current) return;
      const { from, to } = current.state.selection.main;
      const at = text.indexOf("|");
      const plain = text.replace("|", "");
      const anchor = from + (at < 0 ? plain.length : at);
      current.dispatch({ changes: { from, to, insert: plain }, selection: { anchor } });
      current.focus();
    },
    select(start, end) {
      const current = view.current;
      if (!current) return;
      const text = current.state.doc.toString();
      const selection = { anchor: offsetOf(text, start), head: offsetOf(text, end) };
      current.dispatch({ selection, scrollIntoView: true });
      current.focus();
    },
  }));

  return <div ref={host} className="code-area" />;
}

function diagnosed(text: string): (error: Violation) => Diagnostic {
  return (error) => {
    const from = Math.min(offsetOf(text, error.span?.start ?? 0), text.length);
    const to = Math.min(offsetOf(text, error.span?.end ?? text.length), text.length);
    return { from, to: Math.max(from, to), severity: "error", message: error.detail };
  };
}

function complete(context: CompletionContext, options: Completion[]) {
  const word = context.matchBefore(/[A-Za-z$][\w$.]*/);
  if (!word && !context.explicit) return null;
  return { from: word?.from ?? context.pos, options, validFor: /^[\w$.]*$/ };
}
