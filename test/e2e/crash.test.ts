import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stateFile, summarize } from "../../node/adapters/anvil/state.ts";
import { post } from "./support/rpc.ts";
import { openSwarm, SHORT_PHASES, type TestSwarm } from "./support/swarm.ts";
import type { Watched } from "./support/daemon.ts";

/** Processes die at the worst moment: a daemon in the middle of a round, then the chain before it has written its last blocks. */

const ROUNDS = 9;
const KILLED_IN = 2;
let swarm: TestSwarm;
let daemons: Watched[];
let again: Watched;

before(async () => {
  swarm = await openSwarm(ROUNDS, SHORT_PHASES);
  daemons = await swarm.runAll();
});

after(async () => swarm?.[Symbol.asyncDispose]());

test("R8: kill -9 of one daemon in the middle of a round; the other three finish it and the next", async () => {
  const [victim, ...others] = daemons as [Watched, ...Watched[]];
  await victim.until(
    "attesting",
    ({ event, round, phase }) => event === "phase" && round === KILLED_IN && phase === "attest",
  );
  await victim.kill();
  const finals = await Promise.all(others.map((other) => other.final(KILLED_IN + 1)));
  assert.equal(new Set(finals.map(({ modelHash }) => modelHash)).size, 1);
  assert.ok(!includes(finals[0], 0), "what the dead one did not submit is not in the model");
});

test("R7: started again, its update is in the model within two rounds, and it holds the others' model", async () => {
  const reached = Math.max(...daemons.slice(1).map(lastRound));
  again = swarm.run(0);
  daemons[0] = again;
  await again.ready;
  const readyIn = Math.max(reached, ...daemons.slice(1).map(lastRound)) + 1;
  const back = await again.until("its own update merged", (it) => it.event === "round" && includes(it, 0));
  assert.ok(Number(back.round) <= readyIn + 2, `ready in round ${readyIn}, back in round ${back.round}`);
  const theirs = await (daemons[1] as Watched).final(Number(back.round));
  assert.equal(back.modelHash, theirs.modelHash);
});

test("R9: the chain is killed with -9, comes back without its last second; daemons roll back and finish the task", async () => {
  const before = again.events.length;
  let lost = 0;
  // Every phase's event is a moment shortly after a block; the state is written once a second.
  for (let seen = before; lost <= 0; seen = again.events.length) {
    await again.until("a phase", ({ event }) => event === "phase", seen);
    const written = summarize(stateFile(swarm.at.chain))?.block;
    const head = Number(await post(swarm.options.rpc, "eth_blockNumber"));
    if (written !== undefined && written < head) {
      await swarm.restartChain();
      lost = head - Number(await post(swarm.options.rpc, "eth_blockNumber"));
    }
  }
  const ends = await Promise.all(daemons.map((it) => it.until("the task's end", ({ event }) => event === "finished")));
  assert.equal(new Set(ends.map(({ modelHash }) => modelHash)).size, 1);
  for (const { errors, name } of daemons) {
    assert.ok(
      errors.some((line) => line.includes("the chain came back shorter")),
      `${name}:\n${errors.join("\n")}`,
    );
  }
});

test("after all that the audit is right: exit code 0, over the network and from the folders", async () => {
  for (const source of [
    ["--home", swarm.at.auditor],
    ["--from", ...swarm.at.clinics],
  ]) {
    const { code, json, stderr } = await swarm.swarm("audit", ...source);
    assert.equal(code, 0, stderr);
    assert.equal(json.counts.mergesRecomputed, ROUNDS);
  }
});

const includes = (record: Record<string, unknown> | undefined, clinic: number): boolean =>
  (record?.included as string[] | undefined)?.includes(swarm.clinics[clinic] as string) === true;

const lastRound = ({ events }: Watched): number =>
  Math.max(0, ...events.filter(({ event }) => event === "round").map(({ round }) => Number(round)));
