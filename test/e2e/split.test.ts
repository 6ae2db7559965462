import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { decodeWeights } from "../../node/core/codec.ts";
import { joinParts } from "../../node/core/modes/splitParts.ts";
import { readFile } from "node:fs/promises";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { writeChangedTask } from "../../node/cli/local/changedTask.ts";
import { type Running, runProgram } from "./support/command.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** Split learning as its operators know it: processes of a server and two clients, over libp2p, admitted by a real chain's registry. */

type Event = Record<string, unknown> & { event: string };

const eventsIn = (stdout: string): Event[] =>
  stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);

describe("split learning between processes", () => {
  let swarm: TestSwarm;
  before(async () => {
    swarm = await openSwarm(1);
  });
  after(() => swarm[Symbol.asyncDispose]());

  const taskWith = (name: string, split: object): Promise<string> =>
    writeChangedTask(join(swarm.dir, "task.yaml"), join(swarm.dir, `${name}.yaml`), { name, mode: "split", split });
  const home = (i: number): string => swarm.at.clinics[i] as string;
  const serve = (task: string, ...more: string[]): Running =>
    swarm.startSwarm("split", "serve", "--home", home(0), "--task", task, "--once", ...more);
  const client = (i: number, task: string, ...more: string[]): Running =>
    swarm.startSwarm(
      "split",
      "join",
      "--home",
      home(i),
      "--task",
      task,
      "--server",
      swarm.clinics[0] as string,
      "--once",
      ...more,
    );

  it("clients in turn learn, both sides hold their parts, and all say how they ended", async () => {
    const task = await taskWith("in-turn", { cut: 0, epochs: 6, minClients: 2, stepSeconds: 20 });
    const results = await Promise.all([serve(task), client(1, task), client(2, task)].map(({ ended }) => ended));
    for (const { code, stderr } of results) assert.equal(code, 0, stderr);
    const [server, one, two] = results.map(({ stdout }) => eventsIn(stdout)) as [Event[], Event[], Event[]];
    for (const events of [server, one, two]) {
      assert.equal(events[0]?.event, "ready");
      assert.deepEqual(
        events.filter(({ event }) => event === "epoch").map(({ epoch }) => epoch),
        [1, 2, 3, 4, 5, 6],
      );
      const finished = events.at(-1) as Event;
      assert.equal(finished.event, "finished");
      assert.ok((finished.cpuSeconds as number) > 0 && (finished.maxMemoryBytes as number) > 1e7);
      const { sent, received } = finished.bytes as { sent: number; received: number };
      assert.ok((finished.traffic as { sent: number }).sent > sent && sent > 0 && received > 0);
    }
    const last = server.findLast(({ event }) => event === "epoch") as Event;
    assert.ok((last.accuracy as number) > 0.9, `accuracy ${String(last.accuracy)}`);
    const out = join(swarm.dir, "joined.safetensors");
    const joined = await runProgram("node/cli/index.ts", [
      "model",
      "join",
      ...[server, one].map((events) => (events.at(-1) as Event).part as string),
      "--task",
      task,
      "--out",
      out,
      "--json",
    ]);
    assert.equal(joined.code, 0, joined.stderr);
    const evaluated = await runProgram("node/cli/index.ts", [
      "evaluate",
      swarm.data(1),
      "--task",
      task,
      "--model",
      out,
      "--json",
    ]);
    assert.equal(evaluated.code, 0, evaluated.stderr);
    const document = await readTaskFile(task);
    const files = [server, one].map((events) => (events.at(-1) as Event).part as string);
    const parts = await Promise.all(files.map(async (file) => decodeWeights(await readFile(file))));
    assert.equal(joinParts(document, parts).values.length, 30 * 32 + 32 + 32 * 32 + 32 + 64 + 2);

    // That model begins another task: what it learned is there from the first epoch on.
    const next = await taskWith("next", { cut: 1, epochs: 1, minClients: 2, stepSeconds: 20 });
    const from = ["--model", out];
    const sides = [serve(next, ...from), client(1, next, ...from), client(2, next, ...from)];
    const [begun] = await Promise.all(sides.map(({ ended }) => ended));
    const epoch = eventsIn(begun?.stdout ?? "").find(({ event }) => event === "epoch");
    assert.ok((epoch?.accuracy as number) > 0.9, begun?.stderr);
  });

  for (const clients of ["inTurn", "parallel"])
    it(`a server that is killed goes on from the last epoch, and clients wait for it (${clients})`, async () => {
      const task = await taskWith(`killed-${clients.toLowerCase()}`, {
        cut: 1,
        epochs: 30,
        minClients: 2,
        stepSeconds: 20,
        clients,
      });
      const first = serve(task);
      const joined = [client(1, task), client(2, task)];
      await first.saw(/"event":"epoch","epoch":3,/);
      first.process.kill("SIGKILL");
      const before = eventsIn((await first.ended).stdout.replace(/[^\n]*$/, ""));
      await Promise.all(joined.map((one) => one.saw(/"event":"away","text":"the server is away since \d\d:\d\d;/)));
      const results = await Promise.all([serve(task), ...joined].map(({ ended }) => ended));
      for (const { code, stderr } of results) assert.equal(code, 0, stderr);
      const [server, ...others] = results.map(({ stdout }) => eventsIn(stdout)) as [Event[], Event[], Event[]];
      const epochs = (events: Event[]) =>
        events.filter(({ event }) => event === "epoch").map(({ epoch }) => epoch as number);
      const kept = epochs(before).at(-1) as number;
      const again = epochs(server)[0] as number;
      assert.ok(again === kept + 1 || again === kept + 2, `went on with ${again} behind ${kept}`);
      assert.equal(epochs(server).at(-1), 30);
      for (const events of others) {
        assert.ok(events.some(({ event }) => event === "back"));
        assert.equal(events.at(-1)?.event, "finished");
      }
    });

  it("S5: a client that is killed is gone on without, and takes part again when it is back", async () => {
    const task = await taskWith("client-killed", { cut: 0, epochs: 2000, minClients: 2, stepSeconds: 3 });
    const server = serve(task);
    const stays = [client(1, task), client(2, task)];
    const killed = client(3, task);
    const [two, three] = [2, 3].map((count) => `"clients":\\[("[^"]*",?){${count}}\\]`);
    await server.saw(new RegExp(`${three}`));
    killed.process.kill("SIGKILL");
    await killed.ended;
    await server.saw(new RegExp(`${three}[^]*${two}`));
    const back = client(3, task);
    await Promise.all([back.saw(/"event":"epoch"/), server.saw(new RegExp(`${three}[^]*${two}[^]*${three}`))]);
    const events = [server, ...stays, back];
    for (const { process } of events.toReversed()) process.kill("SIGINT");
    const results = await Promise.all(events.map(({ ended }) => ended));
    for (const { code, stderr } of results) assert.equal(code, 130, stderr);
  });

  it("another task than the server's is refused: exit code 2", async () => {
    const task = await taskWith("here", { cut: 0, epochs: 1, minClients: 2 });
    const other = await taskWith("there", { cut: 0, epochs: 2, minClients: 2 });
    const server = serve(task);
    await server.saw(/"event":"ready"/);
    const { code, stderr } = await client(1, other).ended;
    server.process.kill("SIGINT");
    assert.equal(code, 2, stderr);
    assert.match(stderr, /the server trains another task/);
    assert.equal((await server.ended).code, 130);
  });
});
