import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { unsuspend } from "../../node/cli/commands/licenseAct.ts";
import { run as suspend } from "../../node/cli/commands/licenseSuspend.ts";
import { writeChangedTask } from "../../node/cli/local/changedTask.ts";
import { wdbcPlan } from "../../scripts/local/plan.ts";
import { type Watched, watchDaemon } from "./support/daemon.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** A coordinator and three clients, one of whom loses its licence in the middle and gets it back. Two are enough for a round. */

const ROUNDS = 5_000;
const [SERVER, ...CLIENTS] = [3, 0, 1, 2] as [number, number, number, number];
const VICTIM = 2;
let swarm: TestSwarm;
let server: Watched;
let clients: Watched[] = [];
let account: `0x${string}`;
let licensor: { home: string; passwordFile: string; network: string; rpc: string };

before(async () => {
  swarm = await openSwarm(1);
  account = swarm.clinics[VICTIM] as `0x${string}`;
  licensor = { ...swarm.options, home: swarm.at.licensors[0] as string };
  const task = await writeChangedTask(wdbcPlan(swarm.dir).taskFile, join(swarm.dir, "federated.yaml"), {
    mode: "federated",
    "round.rounds": ROUNDS,
    federated: { minClients: 2, roundSeconds: 5 },
  });
  const run = (clinic: number, command: string[], args: string[]): Watched => {
    const home = swarm.at.clinics[clinic] as string;
    const { network, password: passwordFile } = swarm.at;
    const { rpc } = swarm.options;
    const more = ["--task", task, ...args];
    return watchDaemon({ name: basename(home), home, network, rpcUrl: rpc, passwordFile, command, args: more });
  };
  server = run(SERVER, ["federated", "serve"], []);
  const toServer = ["--server", swarm.clinics[SERVER] as string, "--engine", "wasm"];
  clients = CLIENTS.map((clinic) => run(clinic, ["federated", "join"], toServer));
});

after(async () => {
  await Promise.all([server, ...clients].map((it) => it?.kill()));
  await swarm?.[Symbol.asyncDispose]();
});

/** The next round, from now on, with so many clients. */
const roundOf = (count: number) =>
  server.until(
    `a round of ${count}`,
    ({ event, clients: of }) => event === "round" && (of as string[]).length === count,
    server.events.length,
  );

test("F2: a client whose licence is suspended is cut off at once, and rounds go on with the others", async () => {
  await roundOf(3);
  const from = server.events.length;
  await swarm.commands.run(Promise.resolve({ run: suspend }), licensor, account);
  await server.until(
    "its end",
    ({ event, account: who, here }) => event === "client" && who === account && !here,
    from,
  );
  const round = await roundOf(2);
  assert.ok(!(round.clients as string[]).includes(account));
  const away = await clients[CLIENTS.indexOf(VICTIM)]?.until("away", ({ event }) => event === "away");
  assert.match(String(away?.text), /away/);
});

test("F2: once it is licensed again, it takes part again by itself", async () => {
  await swarm.commands.run(Promise.resolve({ run: unsuspend.run }), licensor, account);
  const round = await roundOf(3);
  assert.ok((round.clients as string[]).includes(account));
});
