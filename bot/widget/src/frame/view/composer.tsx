import { useRef } from "preact/hooks";
import { type Conversation, length, LIMIT } from "../conversation";
import type { Words } from "../words";
import { SendIcon } from "./icons";

const NEAR = 100; // characters left, from which on they are counted

export function Composer({ conversation, words }: { conversation: Conversation; words: Words }) {
  const { draft, status, isBusy } = conversation.state;
  const box = useRef<HTMLTextAreaElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed (Japanese, Chinese, …), Enter ends the word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void conversation.sendDraft();
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void conversation.sendDraft();
  };
  const clear = () => {
    box.current?.focus({ preventScroll: true });
    void conversation.clear();
  };

  return (
    // No name, no action: what is typed leaves by no other way than the contract's.
    <form autocomplete="off" noValidate aria-label={words.text("message")} onSubmit={onSubmit}>
      <p class="status" role="status">
        {status}
      </p>
      <div class="row">
        <label for="box">{words.text("message")}</label>
        <button type="button" class="plain" onClick={clear}>
          {words.text("clear")}
        </button>
      </div>
      <div class="row">
        <textarea
          id="box"
          ref={box}
          rows={1}
          dir="auto"
          value={draft}
          autocomplete="off"
          // Some browsers' spelling help sends what is typed to their maker.
          spellcheck={false}
          enterkeyhint="send"
          aria-describedby="keys count"
          onInput={(event) => conversation.write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-disabled={isBusy}>
          <span>{words.text("send")}</span>
          <SendIcon />
        </button>
      </div>
      <p class="hint">
        <span id="keys">{words.text("keys")}</span> <Count room={LIMIT - length(draft)} words={words} />
      </p>
    </form>
  );
}

function Count({ room, words }: { room: number; words: Words }) {
  if (room > NEAR) return <span id="count" />;
  return (
    <span id="count" class={room < 0 ? "over" : ""}>
      {room < 0 ? words.count("over", -room) : words.count("left", room)}
    </span>
  );
}
