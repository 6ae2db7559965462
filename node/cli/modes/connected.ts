import type { Libp2pNetwork } from "../../adapters/libp2p/createNetwork.ts";
import type { PeerId } from "../../core/primitives.ts";

/** Resolves when there is a connection to an admitted peer: at once, or when libp2p tells of one. @throws the signal's reason */
export function connectedTo({ libp2p, connections }: Libp2pNetwork, peer: PeerId, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const isThere = (): boolean => connections().some(({ peerId, connected }) => peerId === peer && connected);
    if (isThere()) return resolve();
    const settle = (): void => {
      libp2p.removeEventListener("peer:connect", onConnect);
      signal.removeEventListener("abort", onAbort);
    };
    const onConnect = ({ detail }: { detail: { toString(): string } }): void => {
      if (detail.toString() !== peer) return;
      settle();
      resolve();
    };
    const onAbort = (): void => {
      settle();
      reject(signal.reason);
    };
    libp2p.addEventListener("peer:connect", onConnect);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
