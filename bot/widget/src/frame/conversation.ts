// What is said and what goes on, without how it looks. All of it lives in these fields: a reload forgets it.
import { persist } from "./patience";
import { ask, erase, eraseOnLeaving, noteUseful, openSession, Problem, type Reply } from "./server";
import type { Words } from "./words";

export const LIMIT = 500; // characters in a message, counted as the server does
const SLOW = 6_000; // milliseconds after which a visitor wonders

interface Message {
  key: number;
  from: "visitor";
  text: string;
  isPending: boolean;
}

export interface Answer {
  key: number;
  from: "assistant";
  reply: Reply;
  token: string; // of the conversation that it belongs to, even after another one has begun
}

interface Notice {
  key: number;
  from: "notice";
  text: string;
}

export type Entry = Message | Answer | Notice;

export interface State {
  readonly entries: readonly Entry[];
  /** What stands in the box. */
  readonly draft: string;
  /** What goes on, in a sentence; empty when there is nothing to say. */
  readonly status: string;
  /** A message is on its way. */
  readonly isBusy: boolean;
  /** It has been for longer than usual. */
  readonly isWaiting: boolean;
}

const STOPPED = new DOMException("the visitor stopped it", "AbortError");

export class Conversation {
  state: State = { entries: [], draft: "", status: "", isBusy: false, isWaiting: false };

  private token: string | null = null;
  private keys = 0;
  private readonly listeners = new Set<() => void>();
  /** The session that is being opened, so that nobody opens a second one. */
  private opening: Promise<void> | null = null;
  /** Ends what is under way. */
  private flight = new AbortController();
  /** A message whose answer did not come: the same words sent again are the same message. */
  private unanswered: { text: string; key: string } | null = null;

  constructor(private readonly words: Words) {}

  /** Be told of each change; returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begin: greet the visitor. */
  async start(): Promise<void> {
    await this.guarded(async (signal) => this.ready(signal));
  }

  write(draft: string): void {
    this.change({ draft });
  }

  say(status: string): void {
    this.change({ status });
  }

  /** Send what stands in the box. */
  async sendDraft(): Promise<void> {
    const text = this.state.draft.trim();
    if (!text) this.say(this.words.text("empty"));
    else if (length(text) > LIMIT) this.say(this.words.text("tooLong", { count: LIMIT }));
    else if (this.state.isBusy) this.say(this.words.text("wait"));
    else {
      this.change({ draft: "" });
      await this.send(text, true);
    }
  }

  /** Send a suggestion; what stands in the box stays there. */
  async sendSuggestion(text: string): Promise<void> {
    if (this.state.isBusy) this.say(this.words.text("wait"));
    else await this.send(text, false);
  }

  /** Stop waiting for an answer; the message goes back into the box. */
  stop(): void {
    if (this.state.isBusy) this.flight.abort(STOPPED);
  }

  /** Erase the conversation, here at once and on the server, and begin another. */
  async clear(): Promise<void> {
    this.flight.abort(STOPPED);
    const token = this.forget();
    await this.guarded(async (signal) => {
      if (token) await this.patiently(() => erase(token, signal), signal, "erasing");
      this.say("");
      await this.ready(signal);
      this.say(this.words.text("cleared"));
    });
  }

  /** The visitor leaves: nothing stays, here or on the server. */
  leave(): void {
    this.flight.abort(STOPPED);
    const token = this.forget();
    if (token) eraseOnLeaving(token);
  }

  /** Whether an answer helped. Returns whether it was noted. */
  async note(entry: Answer, useful: boolean): Promise<boolean> {
    try {
      await noteUseful(entry.token, entry.reply.id, useful);
      this.say(this.words.text("thanks"));
      return true;
    } catch {
      this.say(this.words.text("notNoted"));
      return false;
    }
  }

  private async send(text: string, isTyped: boolean): Promise<void> {
    const entry: Message = { key: this.keys++, from: "visitor", text, isPending: true };
    // Without a session the status says why there is none yet.
    const status = this.token ? "" : this.state.status;
    this.change({ isBusy: true, status, entries: [...this.state.entries, entry] });
    const key = this.unanswered?.text === text ? this.unanswered.key : newKey();
    this.unanswered = { text, key };
    const slow = setTimeout(() => {
      this.change({ isWaiting: true });
      if (!this.state.status) this.say(this.words.text("slow"));
    }, SLOW);
    await this.guarded(async (signal) => {
      const replies = await this.answers(text, key, signal);
      this.unanswered = null;
      const entries = this.state.entries.map((other) => (other === entry ? { ...entry, isPending: false } : other));
      this.change({ status: "", isBusy: false, isWaiting: false, entries: [...entries, ...this.asEntries(replies)] });
    });
    clearTimeout(slow);
    // Still there as it was: it was not answered, and not cleared away with the conversation either.
    if (this.state.entries.includes(entry)) this.takeBack(entry, isTyped);
  }

  /** The replies to a message; if the conversation has ended meanwhile, those of another one that begins here. */
  private async answers(text: string, key: string, signal: AbortSignal): Promise<Reply[]> {
    const once = async () => {
      await this.ready(signal);
      return this.patiently(() => ask(this.token!, text, key, signal), signal);
    };
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof Problem) || error.reason !== "ended") throw error;
    }
    this.token = null;
    const [entries, last] = [this.state.entries.slice(0, -1), this.state.entries.at(-1)!];
    this.change({ entries: [...entries, { key: this.keys++, from: "notice", text: this.words.text("expired") }, last] });
    return once();
  }

  /** See to it that there is a session, and that its greeting stands where a conversation begins. */
  private async ready(signal: AbortSignal): Promise<void> {
    if (this.token) return;
    const opening = (this.opening ??= this.open(signal));
    try {
      await opening;
    } finally {
      if (this.opening === opening) this.opening = null;
    }
  }

  private async open(signal: AbortSignal): Promise<void> {
    const starting = setTimeout(() => this.state.status || this.say(this.words.text("starting")), 1_000);
    try {
      const { token, replies } = await this.patiently(() => openSession(signal), signal);
      this.token = token;
      this.say("");
      // Before a message that waited for it; a new conversation in the middle greets nobody again.
      const { entries } = this.state;
      const isBegun = entries.some(({ from }) => from === "assistant");
      if (!isBegun) this.change({ entries: [...this.asEntries(replies), ...entries] });
    } finally {
      clearTimeout(starting);
    }
  }

  /** Try again while the problem is one that passes, and say so. */
  private patiently<T>(attempt: () => Promise<T>, signal: AbortSignal, name?: "erasing"): Promise<T> {
    return persist(attempt, {
      signal,
      onPause: (problem, seconds) => {
        const time = this.words.time(seconds);
        this.change({ isWaiting: this.state.isBusy });
        if (name) this.say(this.words.text(name, { time }));
        else if (!navigator.onLine) this.say(this.words.text(this.state.isBusy ? "offline" : "offlineIdle"));
        else this.say(this.words.text(problem.reason === "busy" ? "busy" : "unreachable", { time }));
      },
    });
  }

  /** Do something that can fail, and say why in the visitor's words. */
  private async guarded(what: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.flight.signal.aborted) this.flight = new AbortController();
    const { signal } = this.flight;
    try {
      await what(signal);
    } catch (error) {
      if (!signal.aborted) this.say(this.explain(error));
      else if (this.flight.signal === signal) this.say("");
    }
  }

  private explain(error: unknown): string {
    if (!(error instanceof Problem)) throw error;
    if (error.reason === "forbidden") return this.words.text("forbidden");
    if (error.reason === "too-long") return this.words.text("tooLong", { count: LIMIT });
    return this.words.text("failed");
  }

  /** Put a message that was not answered back into the box; something more may have been typed there meanwhile. */
  private takeBack(entry: Message, isTyped: boolean): void {
    const entries = this.state.entries.filter((other) => other.key !== entry.key);
    const draft = [isTyped ? entry.text : "", this.state.draft].filter((part) => part.trim()).join("\n");
    this.change({ entries, draft, isBusy: false, isWaiting: false });
  }

  private forget(): string | null {
    const { token } = this;
    this.token = this.unanswered = this.opening = null;
    this.change({ entries: [], draft: "", status: "", isBusy: false, isWaiting: false });
    return token;
  }

  private asEntries(replies: Reply[]): Answer[] {
    return replies.map((reply) => ({ key: this.keys++, from: "assistant", reply, token: this.token! }));
  }

  private change(part: Partial<State>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** Characters as the server counts them: a smiley is one. */
export function length(text: string): number {
  return [...text].length;
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
