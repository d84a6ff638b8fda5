/** 插入字段, 插入运算符, 插入函数, 语法检查. */

import {
  CheckOutlined,
  FieldStringOutlined,
  FunctionOutlined,
  PercentageOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Popover } from "antd";
import { useState } from "react";
import type { FieldLevel, FunctionHelp } from "../../api/formula";
import { useI18n } from "../../i18n";
import { FieldTree } from "./FieldTree";
import { FunctionList } from "./FunctionList";

interface EditorToolbarProps {
  object: string;
  level: FieldLevel | undefined;
  functions: FunctionHelp[];
  checking: boolean;
  onInsert: (text: string) => void;
  onCheck: () => void;
}

const OPERATORS = [
  "+",
  "-",
  "*",
  "/",
  "^",
  "&",
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "&&",
  "||",
  "!",
  "( )",
];

export function EditorToolbar(props: EditorToolbarProps) {
  const { object, level, functions, checking, onInsert, onCheck } = props;
  const { t } = useI18n();
  const [open, setOpen] = useState<"field" | "function" | null>(null);
  const insert = (text: string) => {
    setOpen(null);
    onInsert(text);
  };
  return (
    <div className="editor-tools">
      <Popover
        trigger="click"
        placement="bottomLeft"
        open={open === "field"}
        onOpenChange={(next) => setOpen(next ? "field" : null)}
        content={<FieldTree object={object} level={level} onInsert={insert} />}
      >
        <Button size="small" type="text" icon={<FieldStringOutlined />}>
          {t("editor.insertField")}
        </Button>
      </Popover>
      <Dropdown
        trigger={["click"]}
        menu={{
          className: "editor-operators",
          items: OPERATORS.map((sign) => ({
            key: sign,
            label: <code className="code">{sign}</code>,
          })),
          onClick: ({ key }) => onInsert(key === "( )" ? "(|)" : ` ${key} `),
        }}
      >
        <Button size="small" type="text" icon={<PercentageOutlined />}>
          {t("editor.insertOperator")}
        </Button>
      </Dropdown>
      <Popover
        trigger="click"
        placement="bottomLeft"
        open={open === "function"}
        onOpenChange={(next) => setOpen(next ? "function" : null)}
        content={<FunctionList functions={functions} onInsert={insert} />}
      >
        <Button size="small" type="text" icon={<FunctionOutlined />}>
          {t("editor.insertFunction")}
        </Button>
      </Popover>
      <Button
        size="small"
        className="editor-check"
        icon={<CheckOutlined />}
        loading={checking}
        onClick={onCheck}
      >
        {t("editor.check")}
      </Button>
    </div>
  );
}
