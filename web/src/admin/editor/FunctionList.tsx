/** Every function by category, with help and examples for the one looked at. */

import { Button, Input } from "antd";
import { useState } from "react";
import type { FunctionHelp } from "../../api/formula";
import { sentence, useI18n } from "../../i18n";

interface FunctionListProps {
  functions: FunctionHelp[];
  onInsert: (text: string) => void;
}

export function FunctionList({ functions, onInsert }: FunctionListProps) {
  const { t } = useI18n();
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState<FunctionHelp | null>(null);
  const wanted = search.trim().toLowerCase();
  const found = functions.filter(
    (each) =>
      /^[A-Z]/.test(each.name) && `${each.name} ${each.help}`.toLowerCase().includes(wanted),
  );
  const groups = Map.groupBy(found, (each) => each.category);
  const insert = (each: FunctionHelp) => onInsert(`${each.name}(|)`);
  return (
    <div className="editor-functions">
      <div>
        <Input
          size="small"
          allowClear
          placeholder={t("editor.findFunction")}
          aria-label={t("editor.findFunction")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <div className="editor-list">
          {[...groups].map(([category, members]) => (
            <section key={category}>
              <p className="muted">{sentence(t, `category.${category}`, category)}</p>
              {members.map((each) => (
                <button
                  key={each.name}
                  type="button"
                  className={each === shown ? "code on" : "code"}
                  onClick={() => setShown(each)}
                  onDoubleClick={() => insert(each)}
                >
                  {each.name}
                </button>
              ))}
            </section>
          ))}
        </div>
      </div>
      <div className="editor-help">
        {shown ? (
          <Help help={shown} onInsert={() => insert(shown)} />
        ) : (
          <p className="muted">{t("editor.pickHelp")}</p>
        )}
      </div>
    </div>
  );
}

function Help({ help, onInsert }: { help: FunctionHelp; onInsert: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <h3>{help.name}</h3>
      <pre className="code">{help.signatures.join("\n")}</pre>
      <p>{help.help}</p>
      {help.examples.length > 0 && (
        <>
          <p className="muted">{t("editor.examples")}</p>
          <ul>
            {help.examples.map((example) => (
              <li key={example} className="code">
                {example}
              </li>
            ))}
          </ul>
        </>
      )}
      <Button size="small" type="primary" onClick={onInsert}>
        {t("editor.insert")}
      </Button>
    </>
  );
}
