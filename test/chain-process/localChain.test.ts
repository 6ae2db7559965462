import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { stateInterval } from "../../node/adapters/anvil/arguments.ts";
import { findAnvil } from "../../node/adapters/anvil/binary.ts";
import { type LocalChain, startLocalChain } from "../../node/adapters/anvil/startLocalChain.ts";
import { keepCopy, recoverState, summarize } from "../../node/adapters/anvil/state.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { Logger } from "../../node/ports/logger.ts";

let dir: string;
let warnings: { message: string; context: Record<string, unknown> | undefined }[];
let running: LocalChain[];

const quiet = (): void => {};
const logger: Logger = {
  debug: quiet,
  info: quiet,
  error: quiet,
  warn: (message, context) => void warnings.push({ message, context }),
  child: () => logger,
};

const start = async (
  init: { host?: string; port?: number; chainId?: number; signal?: AbortSignal } = {},
): Promise<LocalChain> => {
  const chain = await startLocalChain({ dir, port: 0, logger, signal: new AbortController().signal, ...init });
  running.push(chain);
  return chain;
};

async function rpc<T>(chain: LocalChain, method: string, ...params: unknown[]): Promise<T> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(chain.rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = (await response.json()) as { result: T; error?: { message: string } };
  assert.equal(error, undefined);
  return result;
}

const code = (expected: string) => (error: unknown) => error instanceof SwarmError && error.code === expected;
/** Resolves once the chain has written a state that reaches this block; it does so every second. */
async function written(number: number): Promise<void> {
  const reaches = (): boolean => (summarize(join(dir, "state.json"))?.block ?? -1) >= number;
  const changes = watch(dir, { signal: AbortSignal.timeout(20_000) });
  if (reaches()) return;
  for await (const _ of changes) if (reaches()) return;
}

type Block = Record<"hash" | "parentHash" | "number" | "timestamp" | "baseFeePerGas", string>;
const block = async (chain: LocalChain, tag: string): Promise<Block> => rpc(chain, "eth_getBlockByNumber", tag, false);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "chain-"));
  warnings = [];
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((chain) => chain.stop()));
  rmSync(dir, { recursive: true, force: true });
});

test("a chain starts with free gas, no unlocked accounts and the asked id", async () => {
  const chain = await start({ chainId: 4711 });
  assert.equal(Number(await rpc<string>(chain, "eth_chainId")), 4711);
  assert.deepEqual(await rpc(chain, "eth_accounts"), []);
  assert.equal(Number((await block(chain, "latest")).baseFeePerGas), 0);
  assert.match(chain.rpcUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
});

test("a chain is where it was told to listen, and nowhere else", async () => {
  const chain = await start({ host: "127.0.0.9" });
  assert.match(chain.rpcUrl, /^http:\/\/127\.0\.0\.9:\d+$/);
  assert.equal(Number(await rpc<string>(chain, "eth_chainId")), 31_337);
  await assert.rejects(fetch(chain.rpcUrl.replace("127.0.0.9", "127.0.0.1"), { method: "POST" }));
  await chain.stop();
  await assert.rejects(start({ host: "192.0.2.1" }), code("CHAIN_NOT_STARTED"));
});

test("R9: a stopped chain comes back with the same genesis, blocks and id", async () => {
  const first = await start({ chainId: 4711 });
  const genesis = await block(first, "0x0");
  await rpc(first, "anvil_mine", "0x5");
  const fifth = await block(first, "0x5");
  await first.stop();
  assert.equal(await first.exited, 0);
  const second = await start();
  assert.deepEqual(await block(second, "0x0"), genesis);
  assert.deepEqual(await block(second, "0x5"), fifth);
  await assert.rejects(
    startLocalChain({ dir, port: 0, chainId: 1, logger, signal: new AbortController().signal }),
    code("CHAIN_DIR_IN_USE"),
  );
  await second.stop();
  await assert.rejects(start({ chainId: 1 }), code("CHAIN_ID_CHANGED"));
});

test("R9: however often it is started again, block 0 stays the chain's first block", async () => {
  let chain = await start();
  const genesis = (await block(chain, "0x0")).hash;
  await rpc(chain, "anvil_mine", "0x2");
  for (let restart = 1; restart <= 6; restart++) {
    await chain.stop();
    // The chain program makes a genesis of its own at each start: one of another second has another hash.
    const second = Math.floor(Date.now() / 1000);
    while (Math.floor(Date.now() / 1000) === second) await new Promise((resolve) => setTimeout(resolve, 20));
    chain = await start();
    assert.deepEqual(
      [(await block(chain, "0x0")).hash, (await block(chain, "0x1")).parentHash],
      [genesis, genesis],
      `start ${restart}`,
    );
  }
});

test("R9: after kill -9 the chain goes on from what it last wrote: same genesis, same blocks", async () => {
  const first = await start();
  const genesis = await block(first, "0x0");
  await rpc(first, "anvil_mine", "0x3");
  const third = await block(first, "0x3");
  await written(3);
  process.kill(first.pid, "SIGKILL");
  assert.equal(await first.exited, null);
  const second = await start();
  assert.deepEqual(await block(second, "0x0"), genesis);
  assert.deepEqual(await block(second, "0x3"), third);
  await rpc(second, "anvil_mine", "0x1");
  const fourth = await block(second, "0x4");
  assert.equal(fourth.parentHash, third.hash);
  assert.ok(Number(fourth.timestamp) >= Number(third.timestamp));
});

test("a state file that was cut off gives way to the newest good copy, and the warning says what is lost", async () => {
  const chain = await start();
  await rpc(chain, "anvil_mine", "0x4");
  await chain.stop();
  truncateSync(join(dir, "state.json"), 1000);
  const again = await start();
  assert.equal(Number(await rpc<string>(again, "eth_blockNumber")), 4);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]?.message ?? "", /damaged.*Blocks after 4 are lost/);
  assert.ok(existsSync(join(dir, "state.damaged.json")));
});

test("copies: only a whole state counts, an unchanged one moves nothing, the fourth drops the oldest", () => {
  const write = (number: number): void =>
    writeFileSync(join(dir, "state.json"), JSON.stringify({ best_block_number: number, blocks: [] }));
  assert.equal(keepCopy(dir), false);
  for (const number of [1, 2, 2, 3, 4]) {
    write(number);
    assert.equal(keepCopy(dir), true);
  }
  writeFileSync(join(dir, "state.json"), '{"best_block_number":5,"blo');
  assert.equal(keepCopy(dir), false);
  const copies = [1, 2, 3, 4].map((age) => summarize(join(dir, `state.${age}.json`))?.block);
  assert.deepEqual(copies, [4, 3, 2, undefined]);
  truncateSync(join(dir, "state.1.json"), 5);
  assert.equal(recoverState(dir, logger)?.block, 3);
});

test("a state that is damaged in every copy stops with what to do, and leaves the file", () => {
  writeFileSync(join(dir, "state.json"), "{");
  writeFileSync(join(dir, "state.1.json"), "[]");
  assert.throws(() => recoverState(dir, logger), code("CHAIN_STATE_DAMAGED"));
  assert.equal(readFileSync(join(dir, "state.json"), "utf8"), "{");
});

test("a port that is taken is named", async (t) => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  await assert.rejects(
    start({ port: address.port }),
    (error) => code("CHAIN_PORT_IN_USE")(error) && (error as Error).message.includes(String(address.port)),
  );
  assert.ok(!existsSync(join(dir, "chain.lock")));
});

test("a lock whose owner is gone is taken over, and the chain it left behind is ended", async (t) => {
  const orphan = await start();
  await rpc(orphan, "anvil_mine", "0x2");
  const lock = join(dir, "chain.lock");
  const held = JSON.parse(readFileSync(lock, "utf8")) as { chain: number };
  assert.equal(held.chain, orphan.pid);
  // No process has this id: the largest that Linux gives is 2^22.
  writeFileSync(lock, JSON.stringify({ owner: 2 ** 30, chain: orphan.pid }));
  // Small systems have no ps.
  if (process.platform === "linux") {
    const { PATH } = process.env;
    process.env.PATH = "";
    t.after(() => void (process.env.PATH = PATH));
  }
  const heir = await start();
  assert.equal(Number(await rpc<string>(heir, "eth_blockNumber")), 2);
  assert.equal(await orphan.exited, 0);
});

test("aborting stops the chain; an aborted start leaves no lock", async () => {
  const controller = new AbortController();
  const chain = await start({ signal: controller.signal });
  controller.abort();
  // 0, or null where the signal came before the program was ready to take it.
  assert.ok([0, null].includes(await chain.exited));
  assert.throws(() => process.kill(chain.pid, 0), { code: "ESRCH" });
  await assert.rejects(start({ signal: controller.signal }), { name: "AbortError" });
  const late = new AbortController();
  const starting = start({ signal: late.signal });
  late.abort();
  await assert.rejects(starting, { name: "AbortError" });
  assert.ok(!existsSync(join(dir, "chain.lock")));
});

test("the program is found, and a wrong SWARM_ANVIL is named", () => {
  assert.ok(existsSync(findAnvil()));
  assert.throws(() => findAnvil({ SWARM_ANVIL: join(dir, "none") }), code("CHAIN_NO_PROGRAM"));
});

test("a state is written every second while small, and never more rarely than every 15", () => {
  assert.deepEqual([0, 8e6, 8e6 + 1, 20e6, 1e12].map(stateInterval), [1, 1, 2, 3, 15]);
});
