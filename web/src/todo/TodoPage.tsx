/** Approvals: what waits for me, what I decided, what I submitted. */

import { Button, Tabs } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import { type TodoItem, type TodoState, todoItems } from "../api/approval";
import { StateChip } from "../field/Chip";
import { shownMoment } from "../field/moment";
import { sentence, useI18n } from "../i18n";
import { ObjectIcon } from "../shell/icon";
import { useNavigation } from "../shell/navigation";
import { useTodoCount } from "../shell/todo-count";
import { useResource } from "../state/resource";
import { EmptyState, LoadingState, ProblemState } from "../state/States";
import { titled } from "../state/screen";
import "./todo.css";

const STATES: TodoState[] = ["pending", "done", "mine"];

export function TodoPage() {
  const { t, language } = useI18n();
  const { count } = useTodoCount();
  const [parameters, setParameters] = useSearchParams();
  const asked = parameters.get("state");
  const state = STATES.find((each) => each === asked) ?? "pending";
  const items = useResource(
    `${state} ${language} ${count}`,
    (signal) => todoItems(state, signal),
    state,
  );
  return (
    <div className="todo">
      <title>{titled(t("todo.title"))}</title>
      <h1>{t("todo.title")}</h1>
      <Tabs
        activeKey={state}
        onChange={(key) => setParameters(key === "pending" ? {} : { state: key })}
        items={STATES.map((key) => ({
          key,
          label:
            key === "pending" && count > 0 ? `${t("todo.pending")} ${count}` : t(`todo.${key}`),
        }))}
      />
      <div className="card">
        {items.problem && <ProblemState problem={items.problem} retry={items.reload} />}
        {!items.problem && !items.value && <LoadingState />}
        {items.value?.length === 0 && (
          <EmptyState title={t(`todo.empty.${state}`)} lead={t("todo.emptyLead")} />
        )}
        {items.value && items.value.length > 0 && <Items items={items.value} state={state} />}
      </div>
    </div>
  );
}

function Items({ items, state }: { items: TodoItem[]; state: TodoState }) {
  return (
    <ul className="todo-items">
      {items.map((item) => (
        <Item key={item.task ?? item.instance} item={item} state={state} />
      ))}
    </ul>
  );
}

function Item({ item, state }: { item: TodoItem; state: TodoState }) {
  const { t, language } = useI18n();
  const navigate = useNavigate();
  const { apps } = useNavigation();
  const tabs = apps.flatMap((app) => app.tabs);
  const icon = tabs.find((tab) => tab.object === item.object.name)?.icon;
  const address = `/o/${item.object.name}/${item.record.id}`;
  return (
    <li className="todo-item">
      <ObjectIcon name={item.object.name} icon={icon} label={item.object.label} size={34} />
      <div className="todo-what">
        <Link to={address}>{item.record.name || t("detail.untitled")}</Link>
        <p className="muted">{[item.object.label, item.step?.label].filter(Boolean).join(" · ")}</p>
      </div>
      <p className="todo-who muted">
        {t("approval.submittedBy", {
          name: item.submitter.name,
          at: shownMoment(item.submitted_at, language),
        })}
      </p>
      {state === "pending" ? (
        <Button onClick={() => navigate(address)}>{t("todo.open")}</Button>
      ) : (
        <StateChip
          state={item.status}
          label={sentence(t, `approval.status.${item.status}`, item.status)}
        />
      )}
    </li>
  );
}
