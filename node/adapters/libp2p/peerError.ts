import { SwarmError } from "../../core/errors.ts";
import type { PeerId } from "../../core/primitives.ts";
import { LongBodyError } from "./channelWire.ts";
import { type NetworkIdentity, WireError } from "./fileWire.ts";
import { SlowPeerError } from "./streamIo.ts";

/** What was asked of whom. */
export interface Asked {
  peer: PeerId;
  /** In words, as "a file". */
  what: string;
  protocol: string;
}

/** Gives every failure with a peer one of the ports' codes, and names the peer. */
export function toPeerError(error: unknown, { peer, what, protocol }: Asked, signal: AbortSignal): SwarmError {
  if (error instanceof SwarmError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : "";
  const named = (code: string, text: string): SwarmError => new SwarmError(code, text, { peer }, error);
  if (error instanceof WireError)
    return named("PEER_WRONG_BYTES", `${peer} answered wrongly: ${message}; ask another holder`);
  if (error instanceof LongBodyError) return named("PEER_TOO_LARGE", `${peer} sends too much: ${message}`);
  if (signal.aborted) return named("PEER_TIMEOUT", `Asking ${peer} for ${what} was given up: ${String(signal.reason)}`);
  if (error instanceof SlowPeerError || name === "TimeoutError" || name === "AbortError")
    return named("PEER_TIMEOUT", `${peer} is too slow (${message}): ask another holder or try later`);
  if (name === "UnsupportedProtocolError")
    return named("PEER_VERSION", `${peer} does not speak ${protocol}: bring both to the same release`);
  const text = `${peer} cannot be reached (${message}): check its address in the registry, or whether it admits this node`;
  return named("PEER_UNREACHABLE", text);
}

/** A peer of another release or deployment. */
export function otherNetwork(peer: PeerId, theirs: NetworkIdentity, ours: NetworkIdentity): SwarmError {
  const text = `${peer} speaks version ${theirs.protocolVersion} for ledger ${theirs.ledgerAddress}, this node version ${ours.protocolVersion} for ${ours.ledgerAddress}: bring both to the same release and deployment`;
  return new SwarmError("PEER_VERSION", text, { peer, theirs, ours });
}
