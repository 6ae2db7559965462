import type { NetworkEntry } from "../entries.ts";
import type { Change } from "../../ports/dashboard.ts";
import { AnswerError, ask, askJson } from "./api.ts";
import { serverEvents } from "./serverEvents.ts";

export type Connection = "connecting" | "live" | "away" | "locked";

interface Group {
  entries: Map<string, unknown>;
  /** Counts changes, so that lists are made anew only when they have changed. */
  version: number;
  /** The list of values as it was last asked for. */
  list: { version: number; values: readonly unknown[] };
}

/** Pauses before asking again, milliseconds. */
const RETRY = [500, 1_000, 2_000, 5_000];

/** What the page knows: the server's entries, grouped by what their keys have before the last slash, and kept up by its event stream. */
export class Store {
  readonly token: string;
  connection: Connection = "connecting";
  /** Rows of the ledger's table. */
  rows = 0;
  #version = "";
  /** Unix milliseconds at the node less those here. */
  #ahead = 0;
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Set<() => void>();
  #drawing = false;

  constructor(token: string) {
    this.token = token;
  }

  /** Unix seconds at the node. */
  now = (): number => (Date.now() + this.#ahead) / 1000;

  /** Whether what is shown may be old: neither clocks nor members that have not acted mean anything then. */
  isAway(): boolean {
    return this.connection !== "live" || typeof this.get<NetworkEntry>("network")?.awaySince === "number";
  }

  get<T>(key: string): T | undefined {
    return this.#groups.get(groupOf(key))?.entries.get(key) as T | undefined;
  }

  /** The values of a group, in the order in which they came; the same array as long as none changed. */
  list<T>(name: string): readonly T[] {
    const group = this.#groups.get(name);
    if (!group) return [];
    if (group.list.version !== group.version)
      group.list = { version: group.version, values: [...group.entries.values()] };
    return group.list.values as readonly T[];
  }

  /** @returns ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads all, then follows; asks again whenever the server was away. Ends where the token is not right any more. */
  async follow(): Promise<void> {
    for (let failures = 0; this.connection !== "locked"; failures++) {
      try {
        if (this.#version === "") await this.#readAll();
        for await (const { event, data } of serverEvents(await ask(`/api/events?after=${this.#version}`, this.token))) {
          failures = 0;
          if (event === "reset") await this.#readAll();
          else this.take(JSON.parse(data) as Change);
          this.#connected("live");
          if (event === "reset") break;
        }
      } catch (error) {
        if (error instanceof AnswerError && error.status === 401) return this.#connected("locked");
      }
      this.#connected("away");
      await new Promise((done) => setTimeout(done, RETRY[Math.min(failures, RETRY.length - 1)]));
    }
  }

  take({ version, now, rows, set, gone }: Change): void {
    this.#version = version;
    this.#ahead = now - Date.now();
    this.rows = rows;
    for (const key of gone) this.#touch(key).entries.delete(key);
    for (const [key, value] of Object.entries(set)) this.#touch(key).entries.set(key, value);
    this.#draw();
  }

  async #readAll(): Promise<void> {
    const all = await askJson<Omit<Change, "set" | "gone"> & { entries: Change["set"] }>("/api/state", this.token);
    this.#groups.clear();
    this.take({ ...all, set: all.entries, gone: [], now: Date.now() + this.#ahead });
  }

  #touch(key: string): Group {
    const name = groupOf(key);
    const group = this.#groups.get(name) ?? { entries: new Map(), version: 0, list: { version: -1, values: [] } };
    this.#groups.set(name, group);
    group.version++;
    return group;
  }

  #connected(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    this.#draw();
  }

  /** Once per frame, however much came. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

const groupOf = (key: string): string => (key.includes("/") ? key.slice(0, key.lastIndexOf("/")) : "");
