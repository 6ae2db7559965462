import { buildRegistration } from "../adapters/chain/registration.ts";
import { latestTimestamp, registrationNonce } from "../adapters/chain/views.ts";
import type { Identity } from "../adapters/keys/identity.ts";
import { SwarmError } from "../core/errors.ts";
import { licenseOf } from "../core/ledger/view/registry.ts";
import type { Address } from "../core/primitives.ts";
import type { ActReceipt } from "../ports/ledger.ts";
import type { Cli } from "./cli.ts";
import type { Session } from "./session.ts";
import { licenseState, licenseWords } from "./words/licenses.ts";

/** How long a signed registration may be under way. */
const VALID_SECONDS = 3600;

/** Registers keys and addresses of a licensed node. @returns the registration's version and the transaction */
export async function register(
  cli: Cli,
  session: Session,
  identity: Identity,
  addresses: string[],
): Promise<ActReceipt & { version: number }> {
  const receipt = await session.send(await registration(cli, session, identity, addresses));
  return { version: session.view.registry.registrations.get(identity.account)?.version ?? 0, ...receipt };
}

/** @throws SwarmError NOT_LICENSED with what to do */
export function requireLicense({ view, now }: Session, account: Address): void {
  const state = licenseState(view.registry, account, now());
  if (state === "active") return;
  if (licenseOf(view.registry, account).role === "none") {
    const again = state === "revoked" ? "was revoked; a new one" : "does not exist yet; it";
    const text = `the licence of ${account} ${again} has to come from the licensing authority: send it this account, its licensors type "swarm license grant ${account}"`;
    throw new SwarmError("NOT_LICENSED", text, { account, state });
  }
  throw new SwarmError(
    "NOT_LICENSED",
    `the licence of ${account} is ${licenseWords(view.registry, account, now())}: ask the licensing authority`,
    { account, state },
  );
}

async function registration(
  cli: Cli,
  { ledger: { endpoint }, deployment }: Session,
  identity: Identity,
  addresses: string[],
) {
  const { account, encryptionKey, peer } = identity;
  const [nonce, now] = await Promise.all([
    registrationNonce(endpoint, deployment, account, cli.signal),
    latestTimestamp(endpoint, cli.signal),
  ]);
  const fields = { account, peerKey: peer.publicKey, encryptionKey, addresses, nonce, deadline: now + VALID_SECONDS };
  return buildRegistration({ chainId: deployment.chainId, registry: deployment.registry }, fields, peer.signer);
}
