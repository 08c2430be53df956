// The web channel's HTTP contract, one request each, without trying again.

export interface Fact {
  id: string;
  quote: string;
  document: string;
  line: number;
  collection: string;
  source_url?: string;
  source_title?: string;
  checked_on?: string;
  as_of?: string;
}

export interface Suggestion {
  title: string;
  text: string;
}

export interface Link {
  title: string;
  url: string;
}

export interface Reply {
  id: string;
  kind: string;
  text: string;
  facts: Fact[];
  suggestions: Suggestion[];
  links: Link[];
}

export interface Session {
  token: string;
  replies: Reply[];
}

/** Why a request failed. The first three are worth another try. */
export type Reason = "unreachable" | "slow" | "busy" | "ended" | "forbidden" | "too-long" | "failed";

export class Problem extends Error {
  constructor(
    readonly reason: Reason,
    /** Seconds that the server asks to wait. */
    readonly wait: number | null = null,
  ) {
    super(`chat: ${reason}`);
  }

  get isPassing(): boolean {
    return ["unreachable", "slow", "busy"].includes(this.reason);
  }
}

const PATIENCE = 30_000; // milliseconds for one request

/** Begin a conversation; the replies are its greeting. */
export async function openSession(signal: AbortSignal): Promise<Session> {
  return (await send("POST", "session", { body: {}, signal })).json();
}

/**
 * Send a message. The key is the message's own: sent again with it, because no answer came, it is answered once all the
 * same.
 */
export async function ask(token: string, text: string, key: string, signal: AbortSignal): Promise<Reply[]> {
  const headers = { "Idempotency-Key": key };
  const response = await send("POST", "message", { body: { text }, token, headers, signal });
  return ((await response.json()) as { replies: Reply[] }).replies;
}

export async function noteUseful(token: string, replyId: string, useful: boolean): Promise<void> {
  await send("POST", "feedback", { body: { reply_id: replyId, useful }, token });
}

/** Erase the conversation; one that is gone already counts as erased. */
export async function erase(token: string, signal: AbortSignal): Promise<void> {
  try {
    await send("DELETE", "session", { token, signal });
  } catch (error) {
    if (!(error instanceof Problem) || error.reason !== "ended") throw error;
  }
}

/** Erase the conversation as the page goes: the browser sends this even when the page is gone, and nobody waits for it. */
export function eraseOnLeaving(token: string): void {
  fetch("session", { method: "DELETE", headers: { Authorization: `Bearer ${token}` }, keepalive: true }).catch(() => {});
}

interface Request {
  body?: object;
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function send(method: string, path: string, { body, token, headers = {}, signal }: Request): Promise<Response> {
  if (body) headers["Content-Type"] = "application/json";
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  const stop = () => patience.abort();
  signal?.addEventListener("abort", stop);
  try {
    signal?.throwIfAborted();
    const response = await fetch(path, {
      method,
      headers,
      cache: "no-store",
      signal: patience.signal,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw problemOf(response);
    // Read here, so that an answer that breaks off half-way counts as unreachable, too.
    return new Response(response.status === 204 ? null : await response.text(), { status: response.status });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Problem) throw error;
    throw new Problem(patience.signal.aborted ? "slow" : "unreachable");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function problemOf(response: Response): Problem {
  switch (response.status) {
    case 401:
      return new Problem("ended");
    case 403:
      return new Problem("forbidden");
    case 413:
    case 422:
      return new Problem("too-long");
    case 429:
    case 503:
      return new Problem("busy", secondsToWait(response.headers.get("Retry-After")));
    case 502:
    case 504: // the proxy is there, the assistant behind it is not
      return new Problem("unreachable");
    default:
      return new Problem("failed");
  }
}

/** Retry-After, which is a number of seconds or a date. */
function secondsToWait(given: string | null): number | null {
  if (!given) return null;
  const seconds = /^\d+$/.test(given.trim()) ? Number(given) : (Date.parse(given) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : null;
}
