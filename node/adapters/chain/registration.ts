import { TypedDataEncoder } from "ethers";
import type { RegistryAct } from "../../core/ledger/acts.ts";
import type { Address, Bytes32, EncryptionKey } from "../../core/primitives.ts";
import type { Signer } from "../../ports/signer.ts";
import { toHex } from "./abi/values.ts";

/** What an operator's node is registered as. */
export interface RegistrationFields {
  /** The operator's account, which sends the registration. */
  account: Address;
  /** Uncompressed secp256k1 libp2p public key: x and y, 64 bytes. */
  peerKey: Uint8Array;
  encryptionKey: EncryptionKey;
  /** Multiaddrs in text form. */
  addresses: string[];
  /** The registry's `nonces(account)`. */
  nonce: number;
  /** Unix seconds after which the registry refuses the registration. */
  deadline: number;
}

/** Which registry a registration is for. */
export interface RegistryDomain {
  chainId: number;
  registry: Address;
}

/** Must stay what contracts/NodeRegistry.sol hashes. */
const TYPES = {
  Registration: [
    { name: "account", type: "address" },
    { name: "peerKey", type: "bytes" },
    { name: "encryptionKey", type: "bytes32" },
    { name: "addresses", type: "string[]" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint64" },
  ],
};

/** The EIP-712 digest that the peer key signs: the same as the contract's `registrationDigest`. */
export function registrationDigest(domain: RegistryDomain, fields: RegistrationFields): Bytes32 {
  const { chainId, registry } = domain;
  const digest = TypedDataEncoder.hash(
    { name: "NodeRegistry", version: "1", chainId, verifyingContract: registry },
    TYPES,
    {
      ...fields,
      peerKey: toHex(fields.peerKey),
    },
  );
  return digest as Bytes32;
}

/** Signs a registration with the node's peer key. @param peerSigner the libp2p key, not the operator's */
export async function buildRegistration(
  domain: RegistryDomain,
  fields: RegistrationFields,
  peerSigner: Signer,
): Promise<RegistryAct & { type: "registerNode" }> {
  const digest = registrationDigest(domain, fields);
  const signature = await peerSigner.sign(Uint8Array.from(Buffer.from(digest.slice(2), "hex")));
  const { peerKey, encryptionKey, addresses, deadline } = fields;
  return { type: "registerNode", peerKey, encryptionKey, addresses, deadline, signature };
}
