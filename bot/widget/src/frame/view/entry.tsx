import type { Answer, Conversation, Entry } from "../conversation";
import type { Words } from "../words";
import { Links } from "./links";
import { paragraphs, Prose } from "./prose";
import { Sources } from "./sources";
import { Tools } from "./tools";

interface Props {
  conversation: Conversation;
  words: Words;
}

export function EntryView({ entry, ...props }: Props & { entry: Entry }) {
  const { words } = props;
  switch (entry.from) {
    case "notice":
      return <p class="notice">{entry.text}</p>;
    case "assistant":
      return <AnswerView entry={entry} {...props} />;
    case "visitor":
      return (
        <div class={entry.isPending ? "message pending" : "message"}>
          <span class="hidden">{words.text("you")} </span>
          <p dir="auto">{entry.text}</p>
        </div>
      );
  }
}

/** Kinds that an answer to a question has; what else is said asks for no thumbs. */
const ANSWERS = ["answer", "refusal"];

function AnswerView({ entry, conversation, words }: Props & { entry: Answer }) {
  const { reply } = entry;
  const parts = paragraphs(reply.text);
  return (
    <article class={`reply ${reply.kind.replace(/\W/g, "")}`}>
      <span class="hidden">{words.text("assistant")} </span>
      {/* Whom to call comes after the first words, not after the last. */}
      <Prose parts={parts.slice(0, 1)} />
      <Links links={reply.links} words={words} />
      {parts.length > 1 ? <Prose parts={parts.slice(1)} /> : null}
      {reply.facts.length > 0 || ANSWERS.includes(reply.kind) ? (
        <div class="below">
          <Sources facts={reply.facts} words={words} />
          {ANSWERS.includes(reply.kind) ? <Tools {...{ entry, conversation, words }} /> : null}
        </div>
      ) : null}
    </article>
  );
}
