/** Sign-in: what the product is, and two fields. */

import { Alert, Button, Input, Segmented } from "antd";
import { type FormEvent, useId, useState } from "react";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { type Problem, problemOf } from "../api/problem";
import { signIn } from "../api/session";
import { type Language, useI18n } from "../i18n";
import { Mark } from "../shell/Mark";
import { titled } from "../state/screen";
import { useSession } from "./session";
import "./sign-in.css";

/** Only addresses of this site: a path with one leading slash. */
function safe(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

export function SignInPage() {
  const { me } = useSession();
  const { t } = useI18n();
  const [parameters] = useSearchParams();
  if (me) return <Navigate to={safe(parameters.get("next"))} replace />;
  return (
    <main className="signin">
      <title>{titled(t("signIn.submit"))}</title>
      <Pitch />
      <section className="signin-side">
        <LanguageChoice />
        <div className="signin-box">
          <div className="signin-brand">
            <Mark size={36} />
            <span>{t("brand.name")}</span>
          </div>
          <h1>{t("signIn.title")}</h1>
          <p className="muted">{t("signIn.lead")}</p>
          <SignInForm />
        </div>
        <p className="signin-foot muted">© Zhuji 筑基</p>
      </section>
    </main>
  );
}

function Pitch() {
  const { t } = useI18n();
  return (
    <section className="signin-pitch" aria-hidden="true">
      <div className="signin-logo">
        <Mark size={40} />
        <span>
          筑基 <small>Zhuji</small>
        </span>
      </div>
      <Foundation />
      <div>
        <p className="signin-slogan">{t("brand.slogan")}</p>
        <ul>
          <li>{t("brand.point1")}</li>
          <li>{t("brand.point2")}</li>
          <li>{t("brand.point3")}</li>
        </ul>
      </div>
    </section>
  );
}

/** Courses of blocks, the last one being laid. */
function Foundation() {
  const courses = [
    { y: 196, x: 0, n: 6 },
    { y: 152, x: 34, n: 5 },
    { y: 108, x: 68, n: 4 },
    { y: 64, x: 102, n: 2 },
  ];
  return (
    <svg className="signin-blocks" viewBox="0 0 420 244" fill="none" aria-hidden="true">
      {courses.map(({ y, x, n }, course) =>
        Array.from({ length: n }, (_, index) => {
          const left = x + index * 70;
          return (
            <rect
              key={`${y}-${left}`}
              x={left + 1}
              y={y}
              width="64"
              height="38"
              rx="5"
              fill="#fff"
              fillOpacity={0.05 + course * 0.035 + (index % 2) * 0.02}
              stroke="#fff"
              strokeOpacity="0.14"
            />
          );
        }),
      )}
      <rect x="243" y="44" width="64" height="38" rx="5" fill="#e0653f" />
      <path d="M275 14v18m-7-7 7 7 7-7" stroke="#e0653f" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  );
}

function LanguageChoice() {
  const { language, choose, t } = useI18n();
  return (
    <div className="signin-language">
      <Segmented<Language>
        size="small"
        aria-label={t("user.language")}
        value={language}
        onChange={choose}
        options={[
          { value: "zh-CN", label: "中文" },
          { value: "en-US", label: "English" },
        ]}
      />
    </div>
  );
}

function SignInForm() {
  const { t } = useI18n();
  const { refresh } = useSession();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const id = useId();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!username.trim() || !password) return;
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username.trim(), password);
      await refresh();
      navigate(safe(parameters.get("next")), { replace: true });
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  }

  const lacksName = tried && !username.trim();
  const lacksPassword = tried && !password;
  return (
    <form onSubmit={submit} noValidate>
      {problem && <Alert type="error" showIcon title={problem.message} className="signin-alert" />}
      <label htmlFor={`${id}-name`}>{t("signIn.username")}</label>
      <Input
        id={`${id}-name`}
        name="username"
        size="large"
        autoComplete="username"
        autoFocus
        value={username}
        {...(lacksName ? { status: "error" as const } : {})}
        onChange={(event) => setUsername(event.target.value)}
      />
      {lacksName && <p className="signin-lack">{t("signIn.needUsername")}</p>}
      <label htmlFor={`${id}-password`}>{t("signIn.password")}</label>
      <Input.Password
        id={`${id}-password`}
        name="password"
        size="large"
        autoComplete="current-password"
        value={password}
        {...(lacksPassword ? { status: "error" as const } : {})}
        onChange={(event) => setPassword(event.target.value)}
      />
      {lacksPassword && <p className="signin-lack">{t("signIn.needPassword")}</p>}
      <Button type="primary" size="large" htmlType="submit" block loading={busy}>
        {t("signIn.submit")}
      </Button>
    </form>
  );
}
