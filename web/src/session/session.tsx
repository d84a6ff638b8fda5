/** The signed-in user, and the language everything is spoken in. */

import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from "react";
import { problemOf } from "../api/problem";
import { speak, whenSignedOut } from "../api/request";
import { keepLanguage, type Me, preferredLanguage, signOut, whoAmI } from "../api/session";
import { I18nProvider, type Language, languageOf } from "../i18n";
import { theme } from "../style/theme";

const STORED = "zhuji.language";

interface Session {
  me: Me | null;
  /** Whether it is known yet if somebody is signed in. */
  known: boolean;
  refresh: () => Promise<void>;
  leave: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error("SessionProvider is missing");
  return session;
}

/** The signed-in user; only below the part of the tree that requires one. */
export function useMe(): Me {
  const { me } = useSession();
  if (me === null) throw new Error("nobody is signed in");
  return me;
}

function firstLanguage(): Language {
  return languageOf(localStorage.getItem(STORED) ?? navigator.language);
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [me, setMe] = useState<Me | null>(null);
  const [known, setKnown] = useState(false);

  const take = useCallback((tag: Language) => {
    speak(tag);
    localStorage.setItem(STORED, tag);
    setLanguage(tag);
  }, []);

  const refresh = useCallback(async () => {
    try {
      const found = await whoAmI();
      const preferred = localStorage.getItem(STORED) ? null : await preferredLanguage(found.id);
      if (preferred) take(languageOf(preferred));
      setMe(found);
    } catch (error) {
      if (problemOf(error).status !== 401) throw error;
      setMe(null);
    } finally {
      setKnown(true);
    }
  }, [take]);

  const leave = useCallback(async () => {
    try {
      await signOut();
    } finally {
      setMe(null);
    }
  }, []);

  const choose = useCallback(
    (tag: Language) => {
      take(tag);
      if (me) keepLanguage(tag).then(refresh, refresh);
    },
    [me, take, refresh],
  );

  useLayoutEffect(() => {
    speak(language);
    document.documentElement.lang = language;
    dayjs.locale(language === "zh-CN" ? "zh-cn" : "en");
  }, [language]);

  useEffect(() => {
    whenSignedOut(() => setMe(null));
    refresh().catch(() => setKnown(true));
  }, [refresh]);

  const session = useMemo(() => ({ me, known, refresh, leave }), [me, known, refresh, leave]);
  return (
    <SessionContext value={session}>
      <I18nProvider language={language} choose={choose}>
        <ConfigProvider
          locale={language === "zh-CN" ? zhCN : enUS}
          theme={theme}
          button={{ autoInsertSpace: false }}
        >
          <AntApp style={{ height: "100%" }}>{children}</AntApp>
        </ConfigProvider>
      </I18nProvider>
    </SessionContext>
  );
}
