/** One way to the server: cookie session, CSRF mark, language, exact JSON, problems thrown. */

import { readJson, writeJson } from "./json";
import { Problem, type ProblemBody, UNREACHABLE } from "./problem";

export interface Answer<T> {
  value: T;
  etag: string | null;
}

interface Options {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

let language = "zh-CN";
let onSignedOut: () => void = () => {};

/** Ask for answers in this language from now on. */
export function speak(tag: string): void {
  language = tag;
}

/** Call `listener` when the server no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export async function ask<T>(
  method: string,
  path: string,
  options: Options = {},
): Promise<Answer<T>> {
  const response = await send(method, path, options);
  const text = await response.text();
  if (!response.ok) throw refusal(response, text, path);
  return { value: readJson(text) as T, etag: response.headers.get("etag") };
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask<T>("GET", path, { signal })).value;
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return (await ask<T>("POST", path, { body })).value;
}

/** Build a query string, leaving out what is empty. */
export function query(parameters: Record<string, string | number | boolean | null | undefined>) {
  const entries = Object.entries(parameters).filter(
    ([, value]) => value !== null && value !== undefined && value !== "" && value !== false,
  );
  if (entries.length === 0) return "";
  return `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`;
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = {
    accept: "application/json",
    "accept-language": language,
    ...options.headers,
  };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.signal) init.signal = options.signal;
  if (method !== "GET") headers["x-paas-request"] = "1";
  if (options.body !== undefined) {
    headers["content-type"] = "application/json";
    init.body = writeJson(options.body);
  }
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}

function refusal(response: Response, text: string, path: string): Problem {
  if (response.status === 401 && !path.startsWith("/auth/log")) onSignedOut();
  try {
    const body = JSON.parse(text) as ProblemBody;
    return new Problem({ ...body, errors: body.errors ?? [] });
  } catch {
    const title = `${response.status} ${response.statusText}`;
    return new Problem({
      status: response.status,
      code: "client.answer",
      title,
      detail: title,
      errors: [],
    });
  }
}

function unreachable(): Problem {
  const detail = language.startsWith("en")
    ? "The server cannot be reached. Check your connection and try again."
    : "无法连接服务器，请检查网络后重试。";
  return new Problem({ status: 0, code: UNREACHABLE, title: detail, detail, errors: [] });
}
