/** How formulas are coloured: strings, numbers, functions, words, comments. */

import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

interface State {
  comment: boolean;
}

const WORDS = /^(AND|OR|NOT|TRUE|FALSE|NULL)$/i;

const language = StreamLanguage.define<State>({
  name: "formula",
  startState: () => ({ comment: false }),
  token(stream, state) {
    if (state.comment || stream.match("/*")) {
      state.comment = !stream.match(/^.*?\*\//);
      if (state.comment) stream.skipToEnd();
      return "comment";
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return "string";
    if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
    const word = stream.match(/^[A-Za-z$][\w$.:#]*/);
    if (word) {
      const text = String((word as RegExpMatchArray)[0]);
      if (WORDS.test(text)) return "keyword";
      return stream.match(/^\s*\(/, false) ? "function" : "variableName";
    }
    if (stream.match(/^(?:&&|\|\||<>|!=|==|<=|>=|[-+*/^&=<>!])/)) return "operator";
    stream.next();
    return null;
  },
  languageData: { commentTokens: { block: { open: "/*", close: "*/" } } },
  tokenTable: { function: tags.function(tags.variableName) },
});

const colours = HighlightStyle.define([
  { tag: tags.function(tags.variableName), color: "#1d4e89", fontWeight: "600" },
  { tag: tags.variableName, color: "#1b2430" },
  { tag: tags.keyword, color: "#6b3d9c", fontWeight: "600" },
  { tag: tags.string, color: "#1f7a4d" },
  { tag: tags.number, color: "#a8491a" },
  { tag: tags.operator, color: "#667080" },
  { tag: tags.comment, color: "#76808f", fontStyle: "italic" },
]);

export const formulaLanguage = [language, syntaxHighlighting(colours)];
