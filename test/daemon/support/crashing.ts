import { decodeUpdate } from "../../../node/core/codec.ts";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { FileKind, JournalEntry } from "../../../node/ports/disk.ts";
import type { PeerComponents } from "../../../node/daemon/components.ts";
import type { Clinic, Overrides } from "./clinic.ts";

/** `before`: the call does nothing any more. `after`: it did, but nobody learns of it. `lost`: a transaction was signed and never got anywhere. */
export type Moment = "before" | "after" | "lost";

interface Point {
  part: "disk" | "store" | "ledger";
  method: string;
  matches(args: unknown[], clinic: Clinic): boolean;
}

const writes = (kind: FileKind): Point => ({ part: "disk", method: "write", matches: ([given]) => given === kind });
const opens = (whose: (author: string, clinic: Clinic) => boolean): Point => ({
  ...writes("update"),
  matches: ([kind, bytes], clinic) => kind === "update" && whose(decodeUpdate(bytes as Uint8Array).header.node, clinic),
});
const journals = (type: string): Point => ({
  part: "disk",
  method: "append",
  matches: ([entry]) => (entry as JournalEntry).type === type,
});
const sends = (type: RoundAct["type"]): Point => ({
  part: "ledger",
  method: "send",
  matches: ([act]) => (act as RoundAct).type === type,
});

/** Calls after which nothing is as it was, by what they mean to the round. */
const POINTS = {
  "the update's file": opens((author, { account }) => author === account),
  "the update's journal entry": journals("own"),
  "the sealed file": writes("sealed"),
  "the sealed file's journal entry": journals("sealed"),
  "the submission": sends("submit"),
  "the offer": { part: "store", method: "put", matches: () => true },
  "the offer's journal entry": journals("offered"),
  "the sealed file's removal": { part: "disk", method: "remove", matches: ([kind]) => kind === "sealed" },
  "opening another's update": opens((author, { account }) => author !== account),
  "the attestation": sends("attest"),
  "the merged model's file": writes("model"),
  "the vote's journal entry": journals("voted"),
  "the vote": sends("vote"),
} satisfies Record<string, Point>;

export type PointName = keyof typeof POINTS;
export const pointNames = Object.keys(POINTS) as PointName[];

/** A daemon that loses its power at the `nth` time of a point. `done` says that it happened. */
export function crashing(
  clinic: Clinic,
  name: PointName,
  moment: Moment,
  nth: number,
): { overrides: Overrides; done: () => boolean } {
  const point: Point = POINTS[name];
  let times = 0;
  let done = false;
  const overrides = (usual: PeerComponents): Partial<PeerComponents> => {
    const part = usual[point.part] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const method = part[point.method] as (...args: unknown[]) => Promise<unknown>;
    const wrapped = async (...args: unknown[]): Promise<unknown> => {
      if (!point.matches(args, clinic) || ++times !== nth) return method(...args);
      if (moment === "after") await method(...args);
      if (moment === "lost") clinic.signed.push(args[0] as RoundAct);
      done = true;
      await clinic.crash();
      return new Promise<never>(() => undefined);
    };
    return { [point.part]: { ...part, [point.method]: wrapped } };
  };
  return { overrides, done: () => done };
}
