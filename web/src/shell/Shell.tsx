/** The frame around every page: navigation at the side, on narrow screens behind a button. */

import { MenuOutlined } from "@ant-design/icons";
import { Badge, Button, Drawer } from "antd";
import { Suspense, useEffect, useState } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { useI18n } from "../i18n";
import { SearchButton } from "../search/SearchButton";
import { useSession } from "../session/session";
import { LoadingState } from "../state/States";
import { useNarrow } from "../state/screen";
import { Mark } from "./Mark";
import { NavigationProvider } from "./navigation";
import { Sidebar } from "./Sidebar";
import { TodoCountProvider, useTodoCount } from "./todo-count";
import "./shell.css";

export function Shell() {
  const { me, known } = useSession();
  const location = useLocation();
  if (!known) return <LoadingState />;
  if (!me) {
    const next = encodeURIComponent(location.pathname + location.search);
    return <Navigate to={`/sign-in?next=${next}`} replace />;
  }
  return (
    <NavigationProvider user={me.id}>
      <TodoCountProvider user={me.id}>
        <Frame />
      </TodoCountProvider>
    </NavigationProvider>
  );
}

function Frame() {
  const { t } = useI18n();
  const narrow = useNarrow();
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t("nav.skip")}
      </a>
      {narrow ? (
        <TopBar />
      ) : (
        <div className="side">
          <Sidebar>
            <SearchButton narrow={false} />
          </Sidebar>
        </div>
      )}
      <main id="content" className="content" tabIndex={-1}>
        <Suspense fallback={<LoadingState />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function TopBar() {
  const { t } = useI18n();
  const { count } = useTodoCount();
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address closes the menu
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className="topbar">
      <Badge dot={count > 0} offset={[-6, 6]}>
        <Button
          type="text"
          icon={<MenuOutlined />}
          aria-label={t("nav.open")}
          aria-expanded={open}
          onClick={() => setOpen(true)}
        />
      </Badge>
      <Mark size={24} />
      <strong>{t("brand.name")}</strong>
      <SearchButton narrow />
      <Drawer
        open={open}
        placement="left"
        size={272}
        closable={false}
        onClose={() => setOpen(false)}
        styles={{ body: { padding: 0 } }}
      >
        <Sidebar />
      </Drawer>
    </header>
  );
}
