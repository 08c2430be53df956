// A reply's plain text: paragraphs are separated by a blank line, lines that begin with a bullet are a list.

const BULLET = "• ";

/** The paragraphs of a text. */
export function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/);
}

export function Prose({ parts }: { parts: string[] }) {
  return (
    <div class="prose" dir="auto">
      {parts.map((paragraph, index) => (
        <Paragraph key={index} lines={paragraph.split("\n")} />
      ))}
    </div>
  );
}

function Paragraph({ lines }: { lines: string[] }) {
  const items = lines.filter((line) => line.startsWith(BULLET));
  const words = lines.filter((line) => !line.startsWith(BULLET)).join("\n");
  return (
    <>
      {words ? <p>{words}</p> : null}
      {items.length > 0 ? (
        <ul>
          {items.map((item) => (
            <li key={item}>{item.slice(BULLET.length)}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
