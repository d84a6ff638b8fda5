/** Every address of the client. Administration is fetched only by those who open it. */

import { Button } from "antd";
import { lazy } from "react";
import { createBrowserRouter, Link, Navigate } from "react-router";
import { RouterProvider } from "react-router/dom";
import { DetailPage } from "./detail/DetailPage";
import { useI18n } from "./i18n";
import { ListPage } from "./list/ListPage";
import { SignInPage } from "./session/SignInPage";
import { SessionProvider } from "./session/session";
import { useNavigation } from "./shell/navigation";
import { Shell } from "./shell/Shell";
import { EmptyState } from "./state/States";
import { TodoPage } from "./todo/TodoPage";

const AdminArea = lazy(() => import("./admin/AdminArea"));

const router = createBrowserRouter([
  { path: "/sign-in", element: <SignInPage /> },
  {
    element: <Shell />,
    children: [
      { path: "/", element: <FirstTab /> },
      { path: "/o/:object", element: <ListPage /> },
      { path: "/o/:object/:id", element: <DetailPage /> },
      { path: "/todo", element: <TodoPage /> },
      { path: "/admin/*", element: <AdminArea /> },
      { path: "*", element: <NoPage /> },
    ],
  },
]);

export function App() {
  return (
    <SessionProvider>
      <RouterProvider router={router} />
    </SessionProvider>
  );
}

function FirstTab() {
  const { app } = useNavigation();
  const { t } = useI18n();
  const first = app?.tabs[0];
  if (first) return <Navigate to={`/o/${first.object}`} replace />;
  return <EmptyState title={t("error.noApp")} lead={t("error.noAppLead")} />;
}

function NoPage() {
  const { t } = useI18n();
  const home = (
    <Link to="/">
      <Button>{t("common.home")}</Button>
    </Link>
  );
  return <EmptyState title={t("error.notFound")} lead={t("error.notFoundLead")} action={home} />;
}
