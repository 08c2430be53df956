import { useEffect, useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import type { Conversation } from "../conversation";
import type { WayOut } from "../leaving";
import type { Words } from "../words";
import { Composer } from "./composer";
import { Embedding } from "./embedding";
import { EntryView } from "./entry";
import { ExitButton } from "./exit-button";
import { Suggestions } from "./suggestions";

interface Props {
  conversation: Conversation;
  words: Words;
  wayOut: WayOut;
  isEmbedded: boolean;
}

export function App({ conversation, words, wayOut, isEmbedded }: Props) {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => conversation.subscribe(() => draw(undefined as never)), [conversation]);
  useLayoutEffect(() => {
    wayOut.onChange = () => draw(undefined as never);
  }, [wayOut]);
  useEffect(() => sayConnection(conversation, words), [conversation, words]);

  const { entries, isBusy, isWaiting } = conversation.state;
  // The same nodes while nothing is said: typing draws the box, not the conversation.
  const said = useMemo(
    () => entries.map((entry) => <EntryView key={entry.key} {...{ entry, conversation, words }} />),
    [entries, conversation, words],
  );
  const main = useRef<HTMLElement>(null);
  useScroll(main, entries.length, isBusy);

  return (
    <>
      {/* In the panel its bar has the title and the button; what is said of the keys is said where the focus is. */}
      <header class={isEmbedded ? "hidden" : ""}>
        <h1>{words.title}</h1>
        {isEmbedded ? null : <ExitButton words={words} wayOut={wayOut} />}
        <span class="hidden" role="status">
          {wayOut.said}
        </span>
      </header>
      <main ref={main} tabIndex={-1}>
        <div class="intro">
          {/* In English the greeting itself says the first two. */}
          {(["about", "note", "leave"] as const).map((name) => words.text(name) && <p key={name}>{words.text(name)}</p>)}
        </div>
        <div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-label={words.text("conversation")}>
          {said}
        </div>
        {isBusy ? (
          <p class="writing" aria-hidden="true">
            <i />
            <i />
            <i />
          </p>
        ) : null}
        {isWaiting ? (
          <button type="button" class="stop" onClick={() => conversation.stop()}>
            {words.text("stop")}
          </button>
        ) : null}
        <Suggestions conversation={conversation} words={words} />
      </main>
      <Composer conversation={conversation} words={words} />
      {isEmbedded ? null : <Embedding {...{ conversation, words }} />}
    </>
  );
}

/** Keep what was said last in view: a new message at the end, an answer from the question on. */
function useScroll(main: { current: HTMLElement | null }, count: number, isBusy: boolean): void {
  useLayoutEffect(() => {
    if (isBusy) main.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
    else [...(main.current?.querySelectorAll(".message") ?? [])].at(-1)?.scrollIntoView({ block: "start" });
  }, [main, count, isBusy]);
}

/** Say when the browser goes offline and comes back; a message on its way has its own words for that. */
function sayConnection(conversation: Conversation, words: Words): () => void {
  const onOffline = () => conversation.state.isBusy || conversation.say(words.text("offlineIdle"));
  const onOnline = () => conversation.state.isBusy || conversation.say(words.text("online"));
  addEventListener("offline", onOffline);
  addEventListener("online", onOnline);
  return () => {
    removeEventListener("offline", onOffline);
    removeEventListener("online", onOnline);
  };
}
