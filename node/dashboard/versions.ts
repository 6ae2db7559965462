import type { Change, StateText } from "../ports/dashboard.ts";

/** How many changes are remembered for pages that were away for a moment. */
const REMEMBERED = 128;

/**
 * The entries of a page, and what changed from version to version. Versions carry the name of this process's run: after a restart numbers begin
 * again, and a page with the old ones has to ask for all.
 */
export class Versions {
  readonly #run: string;
  /** Values as JSON text: equal text is an equal value, and no caller can change what was sent. */
  readonly #entries = new Map<string, string>();
  #changes: Change[] = [];
  #number = 0;
  #text: StateText | undefined;

  /** @param run a name that no other run has */
  constructor(run: string) {
    this.#run = run;
  }

  get version(): string {
    return `${this.#run}.${this.#number}`;
  }

  /**
   * Takes new values and what is gone, and leaves the rest. What is in both is there.
   * @returns what changed; undefined where nothing did
   */
  update(
    set: Iterable<readonly [key: string, value: unknown]>,
    gone: Iterable<string>,
    { now, rows }: Pick<Change, "now" | "rows">,
  ): Change | undefined {
    const changed: Record<string, unknown> = {};
    const values = new Map(set);
    const removed = [...gone].filter((key) => !values.has(key) && this.#entries.delete(key));
    for (const [key, value] of values) {
      const text = JSON.stringify(value);
      if (this.#entries.get(key) === text) continue;
      this.#entries.set(key, text);
      changed[key] = value;
    }
    if (Object.keys(changed).length === 0 && removed.length === 0) return undefined;
    this.#number++;
    this.#text = undefined;
    const change = { version: this.version, now, rows, set: changed, gone: removed };
    this.#changes = [...this.#changes.slice(-(REMEMBERED - 1)), change];
    return change;
  }

  keys(prefix: string): string[] {
    return [...this.#entries.keys()].filter((key) => key.startsWith(prefix));
  }

  /** Everything since `version` in one change; undefined where that is too long ago or of another run. */
  after(version: string, now: number, rows: number): Change | undefined {
    const [run, number] = [
      version.slice(0, version.lastIndexOf(".")),
      Number(version.slice(version.lastIndexOf(".") + 1)),
    ];
    if (run !== this.#run || !Number.isSafeInteger(number) || number > this.#number) return undefined;
    const missed = this.#number - number;
    if (missed > this.#changes.length) return undefined;
    const set: Record<string, unknown> = {};
    const gone = new Set<string>();
    for (const change of missed === 0 ? [] : this.#changes.slice(-missed)) {
      for (const key of change.gone) {
        delete set[key];
        gone.add(key);
      }
      for (const [key, value] of Object.entries(change.set)) {
        set[key] = value;
        gone.delete(key);
      }
    }
    return { version: this.version, now, rows, set, gone: [...gone] };
  }

  /** All entries; the text is made once per version. */
  all(now: number, rows: number): StateText {
    this.#text ??= {
      version: this.version,
      json: `{"version":${JSON.stringify(this.version)},"now":${now},"rows":${rows},"entries":{${[...this.#entries].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}}`,
    };
    return this.#text;
  }
}
