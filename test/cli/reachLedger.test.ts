import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createEndpoint } from "../../node/adapters/chain/rpc/endpoint.ts";
import { createClock } from "../../node/adapters/system/clock.ts";
import { silentLogger } from "../chain/support/quiet.ts";
import type { ChainLedger } from "../../node/adapters/chain/ledger.ts";
import { unreachable } from "../../node/adapters/chain/rpc/jsonRpc.ts";
import { HttpAnswer, isRefusedByServer } from "../../node/adapters/chain/rpc/passing.ts";
import { createOutput } from "../../node/cli/output/output.ts";
import { reachLedger } from "../../node/cli/reachLedger.ts";
import { terminalLog } from "../../node/cli/terminalLog.ts";
import { SwarmError } from "../../node/core/errors.ts";

const URL = "http://chain.example:8545";
const BUSY = new SwarmError("CHAIN_RPC_ERROR", "no", { rpcMessage: "node is syncing" });

/** A ledger without events. */
const empty = {
  async *follow() {
    yield { kind: "events", events: [], head: 7, headHash: "0x", timestamp: 70 };
  },
  close: async () => undefined,
} as unknown as ChainLedger;

/** Opens a ledger whose endpoint fails in these ways, one after the other, and answers then. Each try takes `tryMs`. */
async function reach(failures: readonly SwarmError[], { tryMs = 0, stopAfter = Infinity } = {}) {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text.trimEnd().replace(/^\d\d:\d\d:\d\d /, ""));
  const out = createOutput(false, { out: { write }, err: { write } });
  const stop = new AbortController();
  let now = 0;
  let tries = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number, signal: AbortSignal) => {
      now += ms;
      if (tries >= stopAfter) stop.abort();
      signal.throwIfAborted();
    },
  };
  const open = async (): Promise<ChainLedger> => {
    const failure = failures[tries++];
    now += tryMs;
    if (failure) throw failure;
    return empty;
  };
  const cli = { out, verbose: false, signal: stop.signal };
  const logger = terminalLog(clock, (line) => write(line));
  const reached = await reachLedger(open, { cli, logger, clock });
  return { reached, lines, tries };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test("an endpoint that answers is not spoken of", async () => {
  const { reached, lines } = await reach([]);
  assert.deepEqual([reached?.view.head, lines], [7, []]);
});

test("no connection, status 503 and a node that syncs are waited for: one line at once, then growing pauses, then the end", async () => {
  const failures = [unreachable(URL, "ECONNREFUSED"), unreachable(URL, "HTTP status 503", new HttpAnswer(503)), BUSY];
  const { reached, lines } = await reach([...failures, ...times(17, BUSY)], { tryMs: 10_000 });
  assert.equal(reached?.view.head, 7);
  assert.match(
    lines.shift() ?? "",
    /^warning: the chain's endpoint does not answer; starting as soon as it does: .*chain\.example:8545 cannot be reached: ECONNREFUSED/,
  );
  const waits = lines.filter((line) =>
    line.startsWith("waiting for the chain's endpoint, which does not answer, for "),
  );
  assert.ok(waits.length >= 4 && waits.length <= 6, lines.join("\n"));
  assert.deepEqual(lines.at(-1), "the chain's endpoint answers");
});

test("what does not pass by itself ends the start: another chain, and a server that knows no such page", async () => {
  const other = new SwarmError("CHAIN_OTHER_GENESIS", "another chain");
  await assert.rejects(reach([unreachable(URL, "ECONNREFUSED"), other]), { code: "CHAIN_OTHER_GENESIS" });
  await assert.rejects(reach([unreachable(URL, "HTTP status 404", new HttpAnswer(404))]), {
    code: "CHAIN_UNREACHABLE",
  });
});

test("told to stop, it waits no more", async () => {
  const { reached, tries } = await reach(times(100, BUSY), { stopAfter: 3 });
  assert.deepEqual([reached, tries], [undefined, 3]);
});

test("a real server's 404 is no endpoint's passing trouble, its 503 is", async () => {
  let status = 404;
  const server = createServer((_, response) => response.writeHead(status).end("<html>")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = createEndpoint(`http://127.0.0.1:${port}`, { clock: createClock(), logger: silentLogger });
  const failure = (): Promise<unknown> =>
    endpoint.request("eth_chainId", [], new AbortController().signal).catch((error: unknown) => error);
  const refused: boolean[] = [];
  for (status of [404, 503]) refused.push(isRefusedByServer(await failure()));
  endpoint.close();
  server.close();
  assert.deepEqual(refused, [true, false]);
});
