import type { WayOut } from "../leaving";
import type { Words } from "../words";

export function ExitButton({ words, wayOut }: { words: Words; wayOut: WayOut }) {
  return (
    <button type="button" class="exit" onClick={() => wayOut.exit()}>
      <span>{words.exit}</span>
      {wayOut.presses > 0 ? (
        <span class="lights" aria-hidden="true">
          {[1, 2, 3].map((light) => (
            <i key={light} class={light <= wayOut.presses ? "lit" : ""} />
          ))}
        </span>
      ) : null}
    </button>
  );
}
