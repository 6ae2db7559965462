import type { Libp2p } from "@libp2p/interface";
import { SwarmError } from "../../core/errors.ts";
import type { PeerId } from "../../core/primitives.ts";
import type { Admission } from "./admission.ts";
import { isConnected } from "./redialer.ts";

/** @throws SwarmError PEER_UNREACHABLE for a peer that there is no way to at all */
export function requireReachable(libp2p: Libp2p, admission: Admission, peer: PeerId): void {
  const admitted = admission.get(peer);
  if (admitted === undefined) {
    throw new SwarmError("PEER_UNREACHABLE", `${peer} is not admitted by the registry: ask another holder`, { peer });
  }
  if (!isConnected(libp2p, peer) && admitted.addresses.length === 0) {
    const text = `${peer} has no address and is not connected: wait until it dials, or ask another`;
    throw new SwarmError("PEER_UNREACHABLE", text, { peer });
  }
}
