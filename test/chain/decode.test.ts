import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AbiCoder, hexlify, id, keccak256, toUtf8Bytes, zeroPadValue } from "ethers";
import { ledgerAbi, registryAbi } from "../../node/adapters/chain/abi/artifacts.ts";
import { decodeCouncilAct, encodeCouncilAct } from "../../node/adapters/chain/abi/councilActs.ts";
import { decodeLog } from "../../node/adapters/chain/abi/decode.ts";
import { encodeAct } from "../../node/adapters/chain/abi/encode.ts";
import { decodeRevert, revertDataOf } from "../../node/adapters/chain/abi/revert.ts";
import { submissionDigest } from "../../node/core/audit/digests.ts";
import type { CouncilAct } from "../../node/core/ledger/events.ts";
import { PHASES, refusalText } from "../../node/core/ledger/refusals.ts";

const account = `0x${"Ab".repeat(20)}`.toLowerCase() as `0x${string}`;
const taskId = `0x${"cd".repeat(32)}` as const;
const transactionHash = `0x${"ee".repeat(32)}`;
const coder = AbiCoder.defaultAbiCoder();

const ACTS: CouncilAct[] = [
  { act: "addLicensor", account, threshold: 2 },
  { act: "removeLicensor", account, threshold: 1 },
  { act: "setThreshold", threshold: 3 },
  { act: "license", account, expiresAt: 2_000_000_000 },
  { act: "authorizeAuditor", account },
  { act: "revoke", account },
  { act: "confirmSuspension", account },
  { act: "unsuspend", account },
  { act: "approveTask", taskId },
  { act: "pause" },
  { act: "unpause" },
];

describe("decoding the ledger's logs", () => {
  it("reads back every act of the council that it writes", () => {
    for (const act of ACTS) assert.deepEqual(decodeCouncilAct(encodeCouncilAct(act)), act);
  });

  it("shows a proposal that fits no function as undecodable, and stops nobody", () => {
    const dirty = encodeCouncilAct({ act: "revoke", account }).replace(/^(0x.{8}).{2}/, "$1ff");
    const endless = encodeCouncilAct({ act: "setThreshold", threshold: 1 }).replace(/.{64}$/, "f".repeat(64));
    for (const calldata of [dirty, endless, `${encodeCouncilAct({ act: "pause" })}00`, "0x12345678", "0x"]) {
      assert.deepEqual(decodeCouncilAct(calldata), { act: "undecodable", calldata });
      const log = registryAbi().encodeEventLog("ActProposed", [7, account, calldata, 1]);
      const event = decodeLog("registry", { address: account, transactionHash, ...log });
      assert.ok(
        event.type === "ActProposed" && event.act.act === "undecodable" && event.actHash === keccak256(calldata),
      );
    }
    assert.throws(() => encodeCouncilAct({ act: "undecodable", calldata: "0x" }), { code: "LEDGER_INVALID_ACT" });
  });

  /** UpdateSubmitted of round 2 by member 5 with these bytes for a CID, as the contract writes it. */
  function submitted(cid: string) {
    const fragment = ledgerAbi().getEvent("UpdateSubmitted");
    assert.ok(fragment);
    const data = coder.encode(["uint32", "bytes32", "bytes", "uint32", "bytes32"], [0, taskId, cid, 3, taskId]);
    const topics = [fragment.topicHash, taskId, zeroPadValue("0x02", 32), zeroPadValue("0x05", 32)];
    const event = decodeLog("ledger", { address: account, transactionHash, topics, data });
    assert.ok(event.type === "UpdateSubmitted");
    return event;
  }

  it("reads a CID that is no UTF-8 as hex instead of stopping every reader", () => {
    const event = submitted("0xff41fe");
    assert.deepEqual([event.round, event.member, event.weight, event.cid], [2, 5, 3, "0xff41fe"]);
    assert.equal(submitted(hexlify(toUtf8Bytes("bafy\u00e9"))).cid, "bafy\u00e9");
  });

  it("R3: keeps what an audit needs to compute the contract's digest of any CID, and of no other", () => {
    const texts = ["bafy0", "0xff", "\ufeffbafy", "\ufffdA\ufffd", "\u0000"].map((text) => hexlify(toUtf8Bytes(text)));
    const cids = ["0xff", "0xff41fe", "0xc080", "0xeda080", "0xf4908080", "0xe9", ...texts];
    const keccak = (bytes: Uint8Array) => keccak256(bytes) as `0x${string}`;
    const digests = cids.map((cid) => {
      const event = submitted(cid);
      const digest = submissionDigest(keccak, taskId, event);
      const values = [taskId, 5, taskId, keccak256(cid), 3];
      const byContract = keccak256(coder.encode(["bytes32", "uint256", "bytes32", "bytes32", "uint32"], values));
      assert.equal(digest, byContract, cid);
      return digest;
    });
    assert.equal(new Set(digests).size, cids.length);
  });

  it("refuses a log that is none of the contracts' events, naming its transaction", () => {
    const strange = {
      address: account,
      transactionHash,
      topics: [id("Transfer(address,address,uint256)")],
      data: "0x",
    };
    const short = { ...strange, topics: [registryAbi().getEvent("TaskApproved")?.topicHash ?? ""] };
    for (const log of [strange, short, { ...strange, topics: [] }]) {
      assert.throws(() => decodeLog("registry", log), { code: "CHAIN_BAD_LOG", message: new RegExp(transactionHash) });
    }
  });

  it("gives an error of the right kind for values that fit no contract type", () => {
    const ref = { taskId, round: 1, attempt: 0, seen: taskId };
    assert.throws(() => encodeAct({ type: "submit", ref, sha256: taskId, cid: "x", weight: -1 }), {
      code: "LEDGER_INVALID_ACT",
    });
    assert.throws(() => encodeAct({ type: "suspend", account: "0x12" }), { code: "LEDGER_INVALID_ACT" });
    assert.throws(() => encodeCouncilAct({ act: "setThreshold", threshold: 1.5 }), { code: "LEDGER_INVALID_ACT" });
  });

  it("names errors of both contracts wherever the endpoint puts the revert data", () => {
    const data = ledgerAbi().encodeErrorResult("WrongPhase", [2, 5]);
    assert.deepEqual(decodeRevert(data), { reason: "WrongPhase", args: { expected: 2, actual: 5 } });
    assert.deepEqual(decodeRevert(registryAbi().encodeErrorResult("NotLicensed", [account])).args, { account });
    assert.equal(decodeRevert("0x12345678").reason, "Unknown");
    for (const place of [data, `Reverted ${data}`, { data }, { data: { data } }, { result: data }])
      assert.equal(revertDataOf(place), data);
    assert.equal(revertDataOf({ message: "no" }), undefined);
  });

  it("has a sentence for every error of the two contracts, filled with its arguments", () => {
    for (const abi of [registryAbi(), ledgerAbi()]) {
      abi.forEachError(({ name, inputs }) => {
        // Those of OpenZeppelin's parts cannot happen in calls that the adapter makes.
        if (
          /^(ECDSA|FailedCall|InsufficientBalance|AddressEmptyCode|InvalidShortString|StringTooLong|EnumerableSet|NotCouncil)/.test(
            name,
          )
        )
          return;
        const args = Object.fromEntries(inputs.map((input, i) => [input.name, i + 1]));
        const text = refusalText({ reason: name, args });
        assert.doesNotMatch(text, /no reason that is known|undefined|\{/, name);
      });
    }
    assert.equal(PHASES[4], "Merge");
  });
});
