import { decodeUpdate } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import type { RoundAct } from "../../core/ledger/acts.ts";
import type { PeerComponents } from "../../daemon/components.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Liar } from "../schedule/schedule.ts";
import { never } from "../world/never.ts";
import { forged, withNegativeZeros } from "./forge.ts";
import type { Stage, Temper } from "./lying.ts";

type Submit = RoundAct & { type: "submit" };

/** Lies about the own update: not given, given to some, no valid one, another one than announced, somebody else's, an old one, none. */
export function asAuthor(
  usual: PeerComponents,
  what: Liar["author"],
  { chance, lies }: Temper,
  { world, node }: Stage,
): PeerComponents {
  const { store, sealer, disk } = usual;
  const forge = (bytes: Uint8Array) => (what === "writes -0" ? withNegativeZeros(bytes) : forged(bytes, chance));
  switch (what) {
    case "honest":
      return usual;
    case "withholds":
      return { ...usual, store: { ...store, put: (bytes) => (lies() ? store.cidOf(bytes) : store.put(bytes)) } };
    case "seals to some":
      return {
        ...usual,
        sealer: {
          ...sealer,
          seal: (bytes, to) =>
            sealer.seal(bytes, lies() ? to.filter((key) => key === node.encryptionKey || chance.is(0.4)) : to),
        },
      };
    case "forges":
    case "writes -0":
      return {
        ...usual,
        disk: Object.assign(Object.create(disk) as typeof disk, {
          write: (kind: Parameters<typeof disk.write>[0], bytes: Uint8Array) =>
            disk.write(kind, kind === "update" && authorOf(bytes) === node.account && lies() ? forge(bytes) : bytes),
        }),
      };
    case "seals another file":
      return {
        ...usual,
        sealer: { ...sealer, seal: (bytes, to) => sealer.seal(lies() ? forged(bytes, chance) : bytes, to) },
      };
    case "copies":
      return submitting(usual, (act) => {
        const { attempt } = world.witness.task;
        const others = [...(attempt?.submissions.values() ?? [])].filter(({ sha256 }) => sha256 !== act.sha256);
        if (others.length === 0 || !lies()) return act;
        const { sha256, cid } = chance.pick(others);
        return { ...act, sha256, cid };
      });
    case "replays": {
      const before: Submit[] = [];
      return submitting(usual, (act) => {
        const old = before.find(({ ref }) => ref.round < act.ref.round);
        before.push(act);
        return old && lies() ? { ...act, sha256: old.sha256, cid: old.cid } : act;
      });
    }
    case "is silent":
      return submitting(usual, (act) => (lies() ? undefined : act));
  }
}

/** @param change undefined for no submission at all */
const submitting = (usual: PeerComponents, change: (act: Submit) => Submit | undefined): PeerComponents => ({
  ...usual,
  ledger: changing(usual.ledger, (act) => (act.type === "submit" ? change(act) : act)),
});

/** A ledger whose acts are replaced on their way out; `undefined` is never sent. */
export const changing = (ledger: Ledger, change: (act: RoundAct) => RoundAct | undefined): Ledger => ({
  ...ledger,
  send(act, options) {
    const changed = change(act as RoundAct);
    return changed ? ledger.send(changed, options) : never;
  },
});

function authorOf(bytes: Uint8Array): string | undefined {
  try {
    return decodeUpdate(bytes).header.node;
  } catch (error) {
    if (error instanceof SwarmError) return undefined;
    throw error;
  }
}
