import type { TestContext } from "node:test";
import { createNetwork, type Libp2pNetwork, type NetworkOptions } from "../../node/adapters/libp2p/createNetwork.ts";
import { generatePeerKey } from "../../node/adapters/libp2p/peerKey.ts";
import type { AdmittedPeer, Network } from "../../node/ports/network.ts";
import { accountOf, bytes32Of, createLogCollector, type LogLine, until } from "./support.ts";

export interface Libp2pPeer {
  network: Libp2pNetwork;
  lines: LogLine[];
}

/** Starts networks on loopback that know nothing of each other yet; they close with the test. */
export async function startPeers(
  t: TestContext,
  count: number,
  options: Partial<NetworkOptions> = {},
): Promise<Libp2pPeer[]> {
  const peers: Libp2pPeer[] = [];
  for (let i = 0; i < count; i += 1) {
    const { logger, lines } = createLogCollector();
    const network = await createNetwork({
      privateKey: await generatePeerKey(),
      protocolVersion: 1,
      genesisHash: bytes32Of(1),
      ledgerAddress: accountOf(1),
      logger,
      ...options,
    });
    t.after(() => network.close());
    peers.push({ network, lines });
  }
  return peers;
}

/** What the registry would say of these networks. */
export function registryOf(networks: Network[], role: AdmittedPeer["role"] = "node"): AdmittedPeer[] {
  return networks.map((network, i) => ({
    peerId: network.peerId,
    account: accountOf(100 + i),
    role,
    addresses: network.addresses(),
  }));
}

export function allConnected(networks: Network[]): boolean {
  return networks.every((network) => network.connections().every((connection) => connection.connected));
}

/** Has all admit all, and waits until they are connected. */
export async function connectAll(networks: Network[]): Promise<AdmittedPeer[]> {
  const registry = registryOf(networks);
  await Promise.all(networks.map((network) => network.admit(registry)));
  await until(() => allConnected(networks));
  return registry;
}
