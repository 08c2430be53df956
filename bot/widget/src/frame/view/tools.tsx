import { useState } from "preact/hooks";
import type { Answer, Conversation } from "../conversation";
import type { Words } from "../words";
import { copyText } from "./clipboard";
import { CopyIcon, ThumbIcon } from "./icons";
import { sourceAsText } from "./sources";

/** What can be done with an answer: copy it, say whether it helped. */
export function Tools({ entry, conversation, words }: { entry: Answer; conversation: Conversation; words: Words }) {
  const [given, setGiven] = useState<boolean | null>(null);
  const { reply } = entry;

  const copy = async () => {
    const text = [reply.text, ...reply.facts.map((fact) => sourceAsText(fact, words))].join("\n\n");
    conversation.say(words.text((await copyText(text)) ? "copied" : "notCopied"));
  };
  const note = async (useful: boolean) => {
    if (given === null && (await conversation.note(entry, useful))) setGiven(useful);
  };
  const thumb = (useful: boolean) => (
    <Tool
      label={words.text(useful ? "useful" : "notUseful")}
      isPressed={given === useful}
      isOver={given !== null}
      onClick={() => note(useful)}
    >
      <ThumbIcon isDown={!useful} />
    </Tool>
  );

  return (
    <div class="tools">
      <Tool label={words.text("copy")} onClick={copy}>
        <CopyIcon />
      </Tool>
      {thumb(true)}
      {thumb(false)}
    </div>
  );
}

interface ToolProps {
  label: string;
  isPressed?: boolean;
  isOver?: boolean;
  onClick: () => void;
  children: preact.ComponentChildren;
}

function Tool({ label, isPressed, isOver, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      class="tool"
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      // Not `disabled`, which would drop the keyboard focus.
      aria-disabled={isOver || undefined}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
