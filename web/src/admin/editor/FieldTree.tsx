/** The fields of an object and, through lookups, of the objects it refers to. */

import { Input, Tree, type TreeDataNode } from "antd";
import { useEffect, useState } from "react";
import { type FieldLevel, type FieldNode, formulaFields } from "../../api/formula";
import { sentence, useI18n } from "../../i18n";

interface FieldTreeProps {
  object: string;
  level: FieldLevel | undefined;
  onInsert: (path: string) => void;
}

/** A branch knows the object behind it; leaves and branches know the path they stand for. */
interface Branch extends TreeDataNode {
  key: string;
  target: string | null;
  children?: Branch[];
}

const USER = "$CurrentUser.$User";

export function FieldTree({ object, level, onInsert }: FieldTreeProps) {
  const { t } = useI18n();
  const [search, setSearch] = useState("");
  const [tree, setTree] = useState<Branch[]>([]);
  const branch = useBranch();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the tree starts anew with its object
  useEffect(() => {
    const user: Branch = {
      key: USER,
      title: <code className="code">$User</code>,
      target: "user",
      selectable: false,
    };
    setTree([...(level?.fields ?? []).map((field) => branch(field, field.path)), user]);
  }, [level, object]);

  const load = async (node: Branch) => {
    if (node.children || !node.target) return;
    const below = await formulaFields(node.target);
    const children = below.fields.map((field) =>
      branch(field, node.key === USER ? `${USER}.${field.name}` : `${node.key}.${field.path}`),
    );
    setTree((before) => grown(before, node.key, children));
  };

  const wanted = search.trim().toLowerCase();
  const fits = (each: Branch) =>
    !wanted || String(each.key).toLowerCase().includes(wanted) || matches(each, wanted);
  return (
    <div className="editor-fields">
      <Input
        size="small"
        allowClear
        placeholder={t("editor.findField")}
        aria-label={t("editor.findField")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <Tree<Branch>
        height={300}
        blockNode
        treeData={tree.filter(fits)}
        loadData={load}
        selectedKeys={[]}
        onSelect={(_keys, { node }) => onInsert(node.key)}
      />
    </div>
  );
}

function matches(branch: Branch, wanted: string): boolean {
  const label = (branch as Branch & { label?: string }).label ?? "";
  return label.toLowerCase().includes(wanted);
}

function useBranch() {
  const { t } = useI18n();
  return (field: FieldNode, path: string): Branch & { label: string } => ({
    key: path,
    label: field.label,
    target: field.target ?? null,
    isLeaf: !field.target,
    title: (
      <span className="editor-field">
        <span>{field.label}</span>
        <code className="code muted">{field.name}</code>
        <small className="muted">{sentence(t, `type.${field.type}`, field.type)}</small>
      </span>
    ),
  });
}

function grown(tree: Branch[], key: string, children: Branch[]): Branch[] {
  return tree.map((each) => {
    if (each.key === key) return { ...each, children };
    return each.children ? { ...each, children: grown(each.children, key, children) } : each;
  });
}
