import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { sha256 } from "../../node/core/hash.ts";
import { federatedBytes } from "../../node/core/modes/federatedBytes.ts";
import { writeChangedTask } from "../../node/cli/local/changedTask.ts";
import { wdbcPlan } from "../../scripts/local/plan.ts";
import { type Watched, watchDaemon } from "./support/daemon.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** A coordinator and three clients as processes, on a real chain and libp2p. The coordinator is killed in the middle, and nothing is lost. */

const ROUNDS = 6;
const KILLED_AFTER = 2;
let swarm: TestSwarm;
let task: string;
let server: Watched;
let clients: Watched[];

const [SERVER, ...CLIENTS] = [3, 0, 1, 2] as [number, number, number, number];

function run(clinic: number, command: string[], args: string[]): Watched {
  const home = swarm.at.clinics[clinic] as string;
  const { network, password: passwordFile } = swarm.at;
  const more = ["--task", task, "--once", ...args];
  return watchDaemon({
    name: basename(home),
    home,
    network,
    rpcUrl: swarm.options.rpc,
    passwordFile,
    command,
    args: more,
  });
}
const serve = (): Watched => run(SERVER, ["federated", "serve"], []);

before(async () => {
  swarm = await openSwarm(ROUNDS);
  const changes = {
    mode: "federated",
    "round.rounds": ROUNDS,
    federated: { minClients: CLIENTS.length, roundSeconds: 60 },
  };
  task = await writeChangedTask(wdbcPlan(swarm.dir).taskFile, join(swarm.dir, "federated.yaml"), changes);
  clients = CLIENTS.map((clinic) =>
    run(clinic, ["federated", "join"], ["--server", swarm.clinics[SERVER] as string, "--engine", "wasm"]),
  );
});

after(async () => {
  await Promise.all([server, ...(clients ?? [])].map((it) => it?.kill()));
  await swarm?.[Symbol.asyncDispose]();
});

test("F11: clients that come before the coordinator say so, and begin when it is there", async () => {
  await Promise.all(clients.map((it) => it.until("waiting", ({ event }) => event === "away")));
  server = serve();
  const round = await server.final(1);
  assert.deepEqual(round.clients, CLIENTS.map((clinic) => swarm.clinics[clinic]).sort());
  assert.deepEqual(round.leftOut, []);
  assert.ok((round.accuracy as number) > 0 && (round.loss as number) > 0);
});

test("F10, F11: kill -9 of the coordinator: clients say that it is away, and go on when it is back", async () => {
  await server.final(KILLED_AFTER);
  await server.kill();
  const texts = await Promise.all(
    clients.map((it) => it.until("away", ({ event, text }) => event === "away" && /is away since/.test(String(text)))),
  );
  for (const { text } of texts)
    assert.match(
      String(text),
      /^the coordinator is away since \d\d:\d\d; training stands still until it is back; nothing is lost$/,
    );
  server = serve();
  await Promise.all(
    clients.map((it) => it.until("back", ({ event, text }) => event === "back" && /is back/.test(String(text)))),
  );
  const next = await server.until("a round", ({ event, round }) => event === "round" && Number(round) > KILLED_AFTER);
  assert.equal((next.clients as string[]).length, CLIENTS.length);
});

test("F12: at the end all have the same model, and each side says what it cost", async () => {
  const all = [server, ...clients];
  const ends = await Promise.all(all.map((it) => it.until("the end", ({ event }) => event === "finished")));
  assert.equal(new Set(ends.map(({ modelHash }) => modelHash)).size, 1);
  for (const { model, modelHash, cpuSeconds, maxMemoryBytes, traffic, bytes } of ends) {
    assert.equal(sha256(await readFile(model as string)), modelHash);
    assert.ok((cpuSeconds as number) > 0 && (maxMemoryBytes as number) > 1e7);
    const [below, above] = [bytes, traffic] as { sent: number; received: number }[];
    assert.ok((below?.sent ?? 0) < (above?.sent ?? 0) && (below?.received ?? 0) < (above?.received ?? 0));
  }
  for (const it of all) assert.equal((await it.exited).code, 0, it.errors.join("\n"));
});

test("what shapes say about a client's bytes is what crosses, within 10 %, and a round that the kill may repeat", async () => {
  const { up, down } = federatedBytes(await readTaskFile(task));
  for (const client of clients) {
    const { bytes } = (await client.until("the end", ({ event }) => event === "finished")) as unknown as {
      bytes: { sent: number; received: number };
    };
    within(bytes.sent, ROUNDS * up, (ROUNDS + 1) * up);
    // The model comes once more in the end.
    within(bytes.received, ROUNDS * down, (ROUNDS + 2) * down);
  }
});

test("a swarm's task is not worked on by a coordinator, and a client needs a coordinator that the registry has", async () => {
  const home = swarm.at.clinics[SERVER] as string;
  const { code, json } = await swarm.swarm("federated", "serve", "--home", home, "--task", swarm.taskId);
  assert.deepEqual([code, json.error.code], [2, "TASK_MODE"]);
  const join = ["federated", "join", "--home", home, "--task", task, "--server"];
  assert.equal((await swarm.swarm(...join, `0x${"99".repeat(20)}`)).json.error.code, "SERVER_UNKNOWN");
});

const within = (given: number, least: number, most: number): void =>
  assert.ok(given > 0.9 * least && given < 1.1 * most, `${given} bytes, ${least} to ${most} expected`);
