import { SwarmError } from "../../core/errors.ts";
import { emptyNetwork, type NetworkView } from "../../core/ledger/view/network.ts";
import { isEligible } from "../../core/ledger/view/registry.ts";
import type { Address, Bytes32, EncryptionKey, PeerId } from "../../core/primitives.ts";
import { admissionKey, admittedPeers } from "../../daemon/admission.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Network } from "../../ports/network.ts";
import { watchNetwork } from "../ledger.ts";
import type { Names } from "../names.ts";

/** Milliseconds between two looks at licences that may have expired: the chain says nothing when one does. */
const LOOK_MS = 30_000;
/** No task on the ledger: a licence alone admits. */
const NO_TASK: Bytes32 = `0x${"0".repeat(64)}`;

/** Who may take part, as the registry says at this moment; the network admits these and nobody else. */
export interface Members {
  view(): NetworkView;
  /** A registered node by its account, or by the name that this operator gave it. @throws SwarmError SERVER_UNKNOWN */
  find(which: string): { account: Address; peerId: PeerId };
  /** Encryption keys of all nodes with a licence, without that one's. */
  keysBut(account: Address): EncryptionKey[];
}

export interface MembersInit {
  ledger: Ledger;
  network: Network;
  self: Address;
  names: Names;
  clock: Clock;
  taskId?: Bytes32;
  /** Is told what ended following the ledger. */
  onFailure(error: unknown): void;
  signal: AbortSignal;
}

/** Follows the registry until `signal` aborts. Resolves when the network has admitted those of its present state. */
export async function followMembers(init: MembersInit): Promise<Members> {
  const { ledger, network, self, names, clock, taskId = NO_TASK, onFailure, signal } = init;
  let view = emptyNetwork();
  let admitted = "";
  const now = (): number => Math.max(view.timestamp, Math.floor(clock.now() / 1000));
  const admit = async (): Promise<void> => {
    const peers = admittedPeers(view, taskId, self, now());
    const key = admissionKey(peers);
    if (key === admitted) return;
    admitted = key;
    await network.admit(peers);
  };
  const first = Promise.withResolvers<void>();
  void (async () => {
    for await (const update of watchNetwork(ledger, signal)) {
      ({ view } = update);
      await admit();
      first.resolve();
    }
  })().catch((error: unknown) => {
    first.reject(error);
    if (!signal.aborted) onFailure(error);
  });
  void (async () => {
    for (;;) {
      await clock.sleep(LOOK_MS, signal);
      await admit();
    }
  })().catch((error: unknown) => void (signal.aborted || onFailure(error)));
  await first.promise;
  return {
    view: () => view,
    find(which) {
      const account = /^0x[0-9a-fA-F]{40}$/.test(which)
        ? which.toLowerCase()
        : [...names].find(([, name]) => name === which)?.[0];
      const found = view.registry.registrations.get(account as Address);
      if (found !== undefined && isEligible(view.registry, found.account, now()))
        return { account: found.account, peerId: found.peerId };
      const why =
        account === undefined
          ? "is no account, and no name in node.yaml's names"
          : "has no licence that counts, or did not register";
      throw new SwarmError("SERVER_UNKNOWN", `the server ${which} ${why}: look at "swarm license list"`, {
        server: which,
      });
    },
    keysBut: (account) =>
      [...view.registry.registrations.values()]
        .filter((node) => node.account !== account && isEligible(view.registry, node.account, now()))
        .map(({ encryptionKey }) => encryptionKey),
  };
}
