import { type GossipSub, type GossipsubMessage, TopicValidatorResult } from "@libp2p/gossipsub";
import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import type { AdmittedPeer, Hint } from "../../ports/network.ts";
import type { Admission } from "./admission.ts";

/** A hint is some 150 bytes of JSON; messages that are longer are dropped unread. */
export const MAX_HINT_BYTES = 512;

/** Hints that one peer may deliver in a second; the rest is ignored, a hint lost is only a look at the ledger later. */
export const MAX_HINTS_PER_SECOND = 200;

const WHATS: readonly Hint["what"][] = ["submitted", "offered", "attested", "voted", "finalized"];

/** Gossip of one ledger on one chain; others on the same connections never meet it. */
export function hintTopic(protocolVersion: number, genesisHash: Bytes32, ledgerAddress: Address): string {
  return `/swarm/hints/${protocolVersion}/${genesisHash}/${ledgerAddress}`;
}

/** @param by who says it: gossip drops messages of equal bytes, and two members that submit are two hints */
export function encodeHint({ taskId, round, attempt, what }: Hint, by: PeerId): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ taskId, round, attempt, what, by }));
}

/** @returns undefined for anything that is no hint: peers' bytes are not trusted */
export function decodeHint(bytes: Uint8Array): Hint | undefined {
  if (bytes.length > MAX_HINT_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { taskId, round, attempt, what } = value as Record<string, unknown>;
  if (typeof taskId !== "string" || !/^0x[0-9a-f]{64}$/.test(taskId)) return undefined;
  if (!isCount(round) || !isCount(attempt)) return undefined;
  const known = WHATS.find((candidate) => candidate === what);
  return known === undefined ? undefined : { taskId: taskId as Bytes32, round, attempt, what: known };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export interface Hints {
  publish(hint: Hint): Promise<void>;
  listen(listener: (from: AdmittedPeer, hint: Hint) => void): void;
  close(): void;
}

/**
 * Hints are not signed: checking a signature costs more than all else that a hint brings about, and nobody acts on what a hint says. The
 * connection proves who delivered it, and only admitted nodes can deliver.
 * @param now unix milliseconds, for the rate limit
 */
export function createHints(
  pubsub: GossipSub,
  topic: string,
  self: PeerId,
  admission: Admission,
  now: () => number = Date.now,
): Hints {
  const listeners: Array<(from: AdmittedPeer, hint: Hint) => void> = [];
  const rates = new Map<PeerId, { second: number; count: number }>();
  /** Admitted nodes; auditors only read. */
  const nodeOf = (peer: { toString(): string }): AdmittedPeer | undefined => {
    const known = admission.get(peer.toString())?.peer;
    return known?.role === "node" ? known : undefined;
  };

  function isWithinRate(peer: PeerId): boolean {
    const second = Math.floor(now() / 1000);
    const rate = rates.get(peer);
    if (rate === undefined || rate.second !== second) {
      rates.set(peer, { second, count: 1 });
      return true;
    }
    rate.count += 1;
    return rate.count <= MAX_HINTS_PER_SECOND;
  }

  pubsub.topicValidators.set(topic, (from, message) => {
    const node = nodeOf(from);
    if (node === undefined || !isWithinRate(node.peerId)) return TopicValidatorResult.Ignore;
    return decodeHint(message.data) === undefined ? TopicValidatorResult.Reject : TopicValidatorResult.Accept;
  });

  const onMessage = ({ detail }: CustomEvent<GossipsubMessage>): void => {
    if (detail.msg.topic !== topic) return;
    const node = nodeOf(detail.propagationSource);
    const hint = decodeHint(detail.msg.data);
    if (node === undefined || hint === undefined) return;
    for (const listener of listeners) listener(node, hint);
  };
  pubsub.addEventListener("gossipsub:message", onMessage);
  pubsub.subscribe(topic);

  return {
    async publish(hint) {
      await pubsub.publish(topic, encodeHint(hint, self));
    },
    listen: (listener) => listeners.push(listener),
    close() {
      pubsub.removeEventListener("gossipsub:message", onMessage);
      pubsub.topicValidators.delete(topic);
      pubsub.unsubscribe(topic);
    },
  };
}
