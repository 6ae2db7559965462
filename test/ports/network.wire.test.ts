import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  createFrameReader,
  encodeAnswer,
  encodeRequest,
  parseAnswer,
  parseRequest,
  WireError,
} from "../../node/adapters/libp2p/fileWire.ts";
import { decodeHint, encodeHint } from "../../node/adapters/libp2p/hints.ts";
import { generatePeerKey, peerIdOf, rawPeerKey } from "../../node/adapters/libp2p/peerKey.ts";
import { accountOf, bytes32Of, hasCode, hashOf, patternBytes } from "./support.ts";

const request = { kind: "update", taskId: bytes32Of(7), sha256: hashOf(patternBytes(5000)) } as const;
const identity = { protocolVersion: 1, genesisHash: bytes32Of(1), ledgerAddress: accountOf(1) };

test("frames: any cut gives the same request; any bytes give a request, a wait or a WireError (property)", () => {
  const frame = encodeRequest(identity, request);
  fc.assert(
    fc.property(fc.array(fc.nat(frame.length), { maxLength: 5 }), (cuts) => {
      const read = createFrameReader();
      const edges = [0, ...cuts.sort((x, y) => x - y), frame.length];
      let found: ReturnType<typeof read>;
      for (let i = 1; i < edges.length; i += 1) found = read(frame.subarray(edges[i - 1], edges[i])) ?? found;
      assert.ok(found);
      assert.deepEqual(parseRequest(found.value), { identity, request });
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        fc.json().map((json) => Buffer.from(`\0\0\0${String.fromCharCode(json.length % 128)}${json}`)),
      ),
      (garbage) => {
        try {
          const found = createFrameReader()(garbage);
          if (found !== undefined) parseRequest(found.value);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
        try {
          const found = createFrameReader()(garbage);
          if (found !== undefined) parseAnswer(found.value);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("reasons of peers are short and printable", () => {
  const frame = encodeAnswer({ status: "refused", reason: `\u001b[31m${"x".repeat(5000)}` });
  const answer = parseAnswer(createFrameReader()(frame)?.value ?? {});
  assert.ok(answer.status === "refused" && answer.reason.length === 200 && !answer.reason.includes("\u001b"));
});

test("hints: what is encoded is decoded, and nothing else is (property)", () => {
  const hint = { taskId: bytes32Of(3), round: 4, attempt: 1, what: "voted" } as const;
  assert.deepEqual(decodeHint(encodeHint(hint, "16Uiu2HAm")), hint);
  const notHints = [
    { ...hint, what: "run" },
    { ...hint, round: -1 },
    { ...hint, attempt: 1.5 },
    { ...hint, taskId: "0x" },
    [hint],
    null,
  ];
  for (const value of notHints) assert.equal(decodeHint(Buffer.from(JSON.stringify(value))), undefined);
  assert.equal(decodeHint(Buffer.from(JSON.stringify({ ...hint, extra: "x".repeat(600) }))), undefined);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => decodeHint(garbage) === undefined));
});

test("peer keys are secp256k1 only", async () => {
  const key = await generatePeerKey();
  assert.equal(rawPeerKey(key).length, 32);
  assert.match(peerIdOf(key), /^16Uiu2/);
  assert.throws(() => peerIdOf(patternBytes(40)), hasCode("KEY_FORMAT"));
});
