import type { Conversation } from "../conversation";
import type { Words } from "../words";
import { copyText } from "./clipboard";

/** How an operator puts the chat on another site. */
export function Embedding({ conversation, words }: { conversation: Conversation; words: Words }) {
  const snippet = `<script src="${new URL("embed.js", location.origin + location.pathname)}" defer></script>`;
  const copy = async () => conversation.say(words.text((await copyText(snippet)) ? "snippetCopied" : "notCopied"));
  return (
    <footer>
      <details>
        <summary>{words.text("embed")}</summary>
        <p>{words.text("embedHow")}</p>
        <pre dir="ltr">
          <code>{snippet}</code>
        </pre>
        <p>{words.text("embedOptions")}</p>
        <button type="button" onClick={copy}>
          {words.text("copySnippet")}
        </button>
      </details>
    </footer>
  );
}
