import type { Answer, Conversation } from "../conversation";
import type { Words } from "../words";

/** Buttons that ask a question; they belong to what was said last. */
export function Suggestions({ conversation, words }: { conversation: Conversation; words: Words }) {
  const { entries, isBusy } = conversation.state;
  if (isBusy) return null;
  const since = entries.findLastIndex(({ from }) => from === "visitor") + 1;
  const answers = entries.slice(since).filter((entry): entry is Answer => entry.from === "assistant");
  const all = new Map(answers.flatMap(({ reply }) => reply.suggestions).map((each) => [each.text, each.title]));
  if (all.size === 0) return null;

  const ask = (event: MouseEvent, text: string) => {
    // The button goes. Who pressed it by keyboard goes on in the box; a touch should not raise the screen keyboard.
    const isKeyboard = event.detail === 0;
    if (isKeyboard) document.querySelector("textarea")?.focus({ preventScroll: true });
    void conversation.sendSuggestion(text);
  };
  return (
    <div class="suggestions" role="group" aria-label={words.text("suggestions")}>
      {[...all].map(([text, title]) => (
        <button key={text} type="button" lang="en" dir="auto" onClick={(event) => ask(event, text)}>
          {title}
        </button>
      ))}
    </div>
  );
}
