import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePort } from "../../node/cli/freePort.ts";
import { startLocalChain } from "../../node/adapters/anvil/startLocalChain.ts";
import { silentLogger } from "../chain/support/quiet.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** What keeps a daemon from starting: each time one thing is wrong, the error names it, and nothing is left behind. */

let swarm: TestSwarm;
let home: string;

before(async () => {
  swarm = await openSwarm(2);
  home = swarm.at.clinics[0] as string;
  const join = import("../../node/cli/commands/taskJoin.ts");
  await swarm.commands.run(join, { ...swarm.options, home }, swarm.taskId);
});

after(async () => swarm?.[Symbol.asyncDispose]());

/** Runs the daemon, which must stop by itself. */
async function refused(code: number, error: string, says: RegExp, args: string[] = []): Promise<void> {
  const result = await swarm.swarm("node", "run", "--home", home, ...args);
  assert.deepEqual([result.code, result.json.error.code], [code, error], result.stderr);
  assert.match(result.json.error.message, says);
  assert.doesNotMatch(result.stderr, /this is a bug|\n {4}at /);
}

test("its port is in use by another program", async () => {
  const [, port] = /tcp\/(\d+)/.exec(await readFile(join(home, "node.yaml"), "utf8")) ?? [];
  const other = createServer().listen(Number(port), "127.0.0.1");
  await once(other, "listening");
  await refused(1, "NETWORK_LISTEN", new RegExp(`${port}.*choose a free port`));
  other.close();
});

test("a wrong password", async () => {
  const file = join(swarm.dir, "wrong");
  await writeFile(file, "this is not the password of that\n", { mode: 0o600 });
  await refused(2, "KEY_WRONG_PASSWORD", /password/, ["--password-file", file]);
});

test("a key file that others on the machine can read", async (t) => {
  if (process.platform === "win32") return t.skip("no such permissions here");
  const key = join(home, "keys/peer.key");
  await chmod(key, 0o644);
  await refused(2, "KEY_PERMISSIONS", /peer\.key.*chmod/);
  await chmod(key, 0o600);
});

test("rows that do not fit the task: the file, and the line or column", async () => {
  const data = join(swarm.dir, "rows.csv");
  const [head, first, ...rest] = (await readFile(swarm.data(0), "utf8")).split("\n") as [string, string, ...string[]];
  await writeFile(data, [head, first, `ill,${first.split(",").slice(1).join(",")}`, ...rest].join("\n"));
  await refused(2, "CSV_NOT_A_NUMBER", /rows\.csv:3: column "mean_radius"/, ["--data", data]);
  await writeFile(data, [head.replace("mean_radius", "radius"), first, ...rest].join("\n"));
  await refused(2, "CSV_MISSING_COLUMN", /rows\.csv.*mean_radius/, ["--data", data]);
  await refused(2, "CSV_UNREADABLE", /none\.csv/, ["--data", join(swarm.dir, "none.csv")]);
});

test("a chain that cannot be reached is waited for, and Ctrl-C ends the wait", async () => {
  const run = swarm.startSwarm("node", "run", "--home", home, "--rpc", "http://127.0.0.1:9");
  await run.saw(/warning: the chain's endpoint does not answer; starting as soon as it does: .*127\.0\.0\.1:9/);
  run.process.kill("SIGINT");
  const { code, stdout, stderr } = await run.ended;
  assert.deepEqual([code, stdout], [130, '{"event":"connection","up":false}\n'], stderr);
});

test("a daemon that starts before its chain does is ready once the chain is there", async () => {
  await swarm.killChain();
  const daemon = swarm.run(0);
  await daemon.until("the wait", ({ event, up }) => event === "connection" && up === false);
  await swarm.startChain();
  await daemon.until("the connection", ({ event, up }) => event === "connection" && up === true);
  await daemon.ready;
  await daemon.stop();
});

test("another chain than the one that the network was deployed on", async () => {
  const signal = new AbortController().signal;
  const other = await startLocalChain({ dir: join(swarm.dir, "other"), port: 0, logger: silentLogger, signal });
  try {
    await refused(1, "CHAIN_OTHER_GENESIS", /another chain/, ["--rpc", other.rpcUrl]);
  } finally {
    await other.stop();
  }
});

test("a task that it has not joined", async () => {
  home = swarm.at.clinics[1] as string;
  await refused(1, "TASK_NOT_MEMBER", /swarm task join/, ["--task", swarm.taskId]);
  home = swarm.at.clinics[0] as string;
});

test("on another port than the registered one it runs, and names both and what to type", async () => {
  const file = join(home, "node.yaml");
  const settings = await readFile(file, "utf8");
  const port = await freePort();
  const [registered] = /\/ip4\/127\.0\.0\.1\/tcp\/\d+/.exec(settings) ?? [];
  await writeFile(file, settings.replace(/tcp\/\d+/, `tcp/${port}`));
  const daemon = swarm.run(0);
  const line = await daemon.says(/warning: the ledger has other addresses than this node/);
  assert.ok(line.includes(`: ${registered} there, /ip4/127.0.0.1/tcp/${port} here; `), line);
  assert.match(line, /type "swarm node register --home .*"$/);
  await daemon.ready;
  await daemon.stop();
  await writeFile(file, settings);
});

test("with all of that put right it runs, and SIGTERM ends it: exit code 0", async () => {
  const daemon = swarm.run(0);
  await daemon.ready;
  await daemon.stop();
  assert.deepEqual(await daemon.exited, { code: 0, signal: null });
});
