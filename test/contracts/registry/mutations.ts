import type { Invariant } from "./invariants.ts";

/** One way to break the contract: `find` occurs exactly once in `file` and becomes `replace`; the invariant has to notice. */
export interface Mutation {
  breaks: string;
  file: `contracts/${string}.sol`;
  find: string;
  replace: string;
  caughtBy: Invariant;
}

type Row = [breaks: string, find: string, replace: string];

function mutations(file: Mutation["file"], caughtBy: Invariant, rows: Row[]): Mutation[] {
  return rows.map(([breaks, find, replace]) => ({ breaks, file, find, replace, caughtBy }));
}

const COUNCIL = "contracts/lib/Council.sol";
const LICENSES = "contracts/lib/Licenses.sol";
const REGISTRY = "contracts/NodeRegistry.sol";

export const MUTATIONS: Mutation[] = [
  ...mutations(
    COUNCIL,
    "no act executes without M present licensors under one council; M <= N; the last licensor stays",
    [
      [
        "approvals of an earlier council count",
        "proposal.executed || proposal.epoch != councilEpoch",
        "proposal.executed",
      ],
      ["an act is executed again", "proposal.executed || proposal.epoch", "proposal.epoch"],
      ["one licensor approves twice", "if (proposal.approvedBy[msg.sender])", "if (false)"],
      ["one approval fewer is enough", "if (approvals < threshold) return;", "if (approvals + 1 < threshold) return;"],
      ["anybody proposes and approves", "if (!_licensors.contains(msg.sender)) revert", "if (false) revert"],
      ["anybody calls the council's functions", "if (msg.sender != address(this)) revert", "if (false) revert"],
      [
        "a change of the council keeps the epoch",
        "emit CouncilEpochStarted(++councilEpoch)",
        "if (councilEpoch == 0) ++councilEpoch; emit CouncilEpochStarted(councilEpoch)",
      ],
      ["the threshold exceeds the council", "newThreshold == 0 || newThreshold > count", "newThreshold == 0"],
      ["the threshold falls to zero", "newThreshold == 0 || newThreshold > count", "newThreshold > count"],
      [
        "the new threshold is not stored",
        "threshold = newThreshold;\n            emit",
        "if (threshold == 0) threshold = newThreshold;\n            emit",
      ],
      [
        "a licensor is added twice",
        "if (!_licensors.add(account)) revert",
        "if (!_licensors.add(account) && false) revert",
      ],
      [
        "a removed licensor stays",
        "if (!_licensors.remove(account)) revert",
        "if (!_licensors.contains(account)) revert",
      ],
      ["a proposal of the past is known before it is made", "if (proposal.epoch == 0) revert", "if (false) revert"],
      ["the act is stored, not executed", "Address.functionCall(address(this), act);", ""],
    ],
  ),
  ...mutations(
    COUNCIL,
    "an approval is for the bytes that were proposed, and an act has no bytes that nobody is shown",
    [
      ["an approval names other bytes", "if (proposal.actHash != actHash)", "if (false)"],
      ["bytes hide behind an act's arguments", "if (act.length != 4 + 32", "if (act.length < 4 + 32"],
      ["any function is an act", "        revert InvalidAct(selector);\n    }", "        return 3;\n    }"],
    ],
  ),
  ...mutations(LICENSES, "a licence ends: by its date, at once by suspension and revocation", [
    ["a licence ends before it begins", "if (expiresAt <= block.timestamp) revert", "if (false) revert"],
    [
      "an expired licence counts",
      "_isNode(standing) && block.timestamp < standing.expiresAt && standing.version",
      "_isNode(standing) && standing.version",
    ],
    ["who registered no node enters a snapshot", "standing.expiresAt && standing.version != 0", "standing.expiresAt"],
    ["the suspended act", "standing.role == Role.Node && !_isSuspended(standing)", "standing.role == Role.Node"],
    ["the revoked act", "standing.role = Role.None;", ""],
  ]),
  ...mutations(LICENSES, "one licensor suspends a grant once, for one period, and shortens nobody's suspension", [
    ["a licensor suspends without end", "[msg.sender] = true;", "[msg.sender] = false;"],
    ["a suspension ends a confirmed one", "if (until < standing.suspendedUntil) until = standing.suspendedUntil;", ""],
    ["a suspension does not lapse", "uint64(block.timestamp) + suspensionPeriod", "type(uint64).max"],
    [
      "a renewal ends a suspension",
      "standing.expiresAt = expiresAt;",
      "standing.expiresAt = expiresAt; standing.suspendedUntil = 0;",
    ],
    [
      "a renewal is no new grant",
      "emit NodeAuthorized(account, ++standing.grant",
      "if (standing.grant == 0) ++standing.grant; emit NodeAuthorized(account, standing.grant",
    ],
    [
      "anybody suspends",
      "function suspend(address account) external onlyLicensor",
      "function suspend(address account) external",
    ],
    [
      "a lapsed suspension is confirmed",
      "if (!_isSuspended(standing)) revert NotSuspended(account);\n        standing.suspendedUntil = type",
      "standing.suspendedUntil = type",
    ],
  ]),
  ...mutations(LICENSES, "an account has one role, and auditors have no right to act", [
    ["an auditor becomes a node", "if (standing.role == Role.Auditor) revert", "if (false) revert"],
    ["a node becomes an auditor", "if (standing.role != Role.None) revert", "if (false) revert"],
    ["auditors act", "return standing.role == Role.Node &&", "return standing.role != Role.None &&"],
  ]),
  ...mutations(LICENSES, "only the licensed register, before the deadline, with addresses of bounded size", [
    [
      "the expired register",
      "return _isNode(standing) && block.timestamp < standing.expiresAt;",
      "return _isNode(standing);",
    ],
    [
      "the suspended register",
      "return _isNode(standing) && block.timestamp < standing.expiresAt;",
      "return standing.role == Role.Node && block.timestamp < standing.expiresAt;",
    ],
  ]),
  ...mutations(LICENSES, "licences, suspensions and keys are what follows from everything done so far", [
    [
      "a revocation leaves the suspension",
      "standing.suspendedUntil = 0;\n        emit NodeRevoked",
      "emit NodeRevoked",
    ],
    ["a revocation leaves the expiry", "standing.expiresAt = 0;", ""],
    ["a lapsed suspension is shown", "_isSuspended(standing) ? standing.suspendedUntil : 0", "standing.suspendedUntil"],
    ["the mask's bits are in another order", "mask |= 1 << i", "mask |= 1 << (accounts.length - 1 - i)"],
  ]),
  ...mutations(REGISTRY, "only the licensed register, before the deadline, with addresses of bounded size", [
    ["anybody registers", "if (!_mayRegister(_standing[msg.sender])) revert", "if (false) revert"],
    ["the deadline does not count", "if (block.timestamp > keys.deadline) revert", "if (false) revert"],
    ["addresses without number", "addresses.length == 0 || addresses.length > MAX_ADDRESSES", "addresses.length == 0"],
    ["addresses without bound", "length == 0 || length > MAX_ADDRESS_BYTES", "length == 0"],
  ]),
  ...mutations(REGISTRY, "a registration is signed by its peer key, for one account, nonce and contract", [
    ["a signature by anybody", "if (recovered != expected) revert", "if (recovered == address(0)) revert"],
    ["the nonce is not counted up", "standing.version += 1;", "if (standing.version == 0) standing.version = 1;"],
    ["the nonce is not signed", "nonces(account),", "uint256(0),"],
    ["the account is not signed", "                    account,\n", "                    address(0),\n"],
    [
      "the encryption key is not signed",
      "keys.encryptionKey,\n                    keccak",
      "bytes32(0),\n                    keccak",
    ],
    ["the addresses are not signed", "keccak256(abi.encodePacked(addressHashes))", "bytes32(0)"],
    [
      "the contract is not signed",
      "return _hashTypedDataV4(\n            keccak256",
      "return (\n            keccak256",
    ],
  ]),
  ...mutations(REGISTRY, "account and peer id are one to one, and a key never changes hands", [
    ["a peer key is taken over", "if (peerOwner != address(0) && peerOwner != msg.sender) revert", "if (false) revert"],
    [
      "an encryption key is taken over",
      "if (keyOwner != address(0) && keyOwner != msg.sender) revert",
      "if (false) revert",
    ],
    [
      "a peer id of before a rotation still resolves",
      "keccak256(peerIdOf(owner)) == hash ? owner : address(0)",
      "owner",
    ],
    ["the parity of y is lost", "standing.peerKeyOdd = peerKeyOdd;", "standing.peerKeyOdd = false;"],
  ]),
  ...mutations(
    REGISTRY,
    "keys are points of their curves in their only encoding, and nobody else can open what is sealed to them",
    [
      ["points off the curve", "if (!PeerKeys.isOnCurve(keys.peerKey)) revert", "if (false) revert"],
      ["second encodings of X25519 keys", "!X25519Keys.isCanonical(keys.encryptionKey) || ", ""],
      ["X25519 keys of low order", " || X25519Keys.isLowOrder(keys.encryptionKey)", ""],
    ],
  ),
  ...mutations(
    "contracts/lib/X25519Keys.sol",
    "keys are points of their curves in their only encoding, and nobody else can open what is sealed to them",
    [
      ["the top bit", "if (key[31] & 0x80 != 0) return false;", ""],
      ["a point of order 8", " || key == ORDER_8_B", ""],
    ],
  ),
  ...mutations(
    "contracts/lib/PeerKeys.sol",
    "keys are points of their curves in their only encoding, and nobody else can open what is sealed to them",
    [["a key of another length", "if (key.length != 64) return false;", ""]],
  ),
];
