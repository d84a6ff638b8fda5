/** App launcher, tabs of the app, to-do, and the user's own menu. */

import {
  CheckSquareOutlined,
  DownOutlined,
  GlobalOutlined,
  LogoutOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import { Avatar, Badge, Dropdown, type MenuProps } from "antd";
import type { ReactNode } from "react";
import { NavLink, useNavigate } from "react-router";
import { type Language, useI18n } from "../i18n";
import { useMe, useSession } from "../session/session";
import { ObjectIcon, tintOf } from "./icon";
import { Mark } from "./Mark";
import { useNavigation } from "./navigation";
import { useTodoCount } from "./todo-count";

export function Sidebar({ children }: { children?: ReactNode }) {
  const { t } = useI18n();
  const { app } = useNavigation();
  const me = useMe();
  return (
    <div className="sidebar">
      <AppLauncher />
      {children}
      <nav aria-label={t("nav.main")} className="sidebar-nav">
        <TodoLink />
        <hr className="sidebar-rule" />
        {app?.tabs.map((tab) => (
          <NavLink key={tab.object} to={`/o/${tab.object}`} className="sidebar-link">
            <ObjectIcon name={tab.object} icon={tab.icon} label={tab.label} />
            <span>{tab.label}</span>
          </NavLink>
        ))}
      </nav>
      <div className="sidebar-end">
        {me.permissions.manage_metadata && (
          <NavLink to="/admin" className="sidebar-link">
            <SettingOutlined className="sidebar-glyph" />
            <span>{t("nav.admin")}</span>
          </NavLink>
        )}
        <UserMenu />
      </div>
    </div>
  );
}

function AppLauncher() {
  const { t } = useI18n();
  const { apps, app, open } = useNavigation();
  const navigate = useNavigate();
  const items: MenuProps["items"] = apps.map((each) => ({
    key: each.name,
    label: (
      <div className="launcher-item">
        <strong>{each.label}</strong>
        <small>{each.description ?? each.tabs.map((tab) => tab.label).join(" · ")}</small>
      </div>
    ),
    onClick: () => {
      open(each.name);
      navigate(`/o/${each.tabs[0]?.object ?? ""}`);
    },
  }));
  const face = (
    <>
      <Mark size={30} />
      <span className="launcher-name">
        <strong>{t("brand.name")}</strong>
        <small>{app?.label}</small>
      </span>
    </>
  );
  if (apps.length < 2) return <div className="launcher">{face}</div>;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, selectedKeys: app ? [app.name] : [], className: "launcher-menu" }}
    >
      <button type="button" className="launcher">
        <span className="hidden-visually">{t("nav.apps")}</span>
        {face}
        <DownOutlined className="launcher-arrow" />
      </button>
    </Dropdown>
  );
}

function TodoLink() {
  const { t } = useI18n();
  const { count } = useTodoCount();
  return (
    <NavLink to="/todo" className="sidebar-link">
      <CheckSquareOutlined className="sidebar-glyph" />
      <span>{t("nav.todo")}</span>
      <Badge count={count} size="small" color="#d1512d" className="sidebar-badge" />
    </NavLink>
  );
}

function UserMenu() {
  const { t, language, choose } = useI18n();
  const { leave } = useSession();
  const me = useMe();
  const items: MenuProps["items"] = [
    {
      key: "language",
      icon: <GlobalOutlined />,
      label: t("user.language"),
      children: [
        { key: "zh-CN", label: "简体中文" },
        { key: "en-US", label: "English" },
      ],
    },
    { type: "divider" },
    { key: "leave", icon: <LogoutOutlined />, label: t("user.signOut") },
  ];
  return (
    <Dropdown
      trigger={["click"]}
      placement="topLeft"
      menu={{
        items,
        selectedKeys: [language],
        onClick: ({ key }) => (key === "leave" ? void leave() : choose(key as Language)),
      }}
    >
      <button type="button" className="user">
        <span className="hidden-visually">{t("user.menu")}</span>
        <Avatar size={30} style={{ background: tintOf(me.name), flex: "none" }} aria-hidden="true">
          {[...me.name].at(-1)}
        </Avatar>
        <span className="launcher-name">
          <strong>{me.name}</strong>
          <small>{[me.role?.label, me.department?.name].filter(Boolean).join(" · ")}</small>
        </span>
      </button>
    </Dropdown>
  );
}
