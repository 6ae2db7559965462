/** One event of a stream of server-sent events (HTML Living Standard, 9.2.6), as far as this page's server uses them. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Splits text that comes in any pieces into events. @returns takes a piece, gives the events that are whole with it */
export function eventParser(): (piece: string) => ServerEvent[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const fields = block.split("\n").map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")] as const;
      });
      const data = fields.filter(([name]) => name === "data").map(([, value]) => value);
      // A comment alone is a sign of life.
      if (data.length === 0) return [];
      return [{ event: fields.find(([name]) => name === "event")?.[1] ?? "message", data: data.join("\n") }];
    });
  };
}

/** The server sends something every 15 seconds at least; after this long the connection is dead, as after a computer's sleep. Milliseconds. */
const SILENCE = 40_000;

/** Events of an answer's body, until it ends or falls silent. */
export async function* serverEvents(answer: Response): AsyncGenerator<ServerEvent> {
  const parse = eventParser();
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  for (;;) {
    const dead = setTimeout(() => void reader.cancel(), SILENCE);
    const { done, value } = await reader.read().finally(() => clearTimeout(dead));
    if (done) return;
    yield* parse(value);
  }
}
