import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { exportsOf, guideOf } from "./support/guide.ts";
import { type Machines, mayMakeNamespaces, openLoopback, openNamespaces } from "./support/machines.ts";
import { openShell, type Shell, type Terminal } from "./support/shell.ts";
import { read } from "./support/walk.ts";

/** It takes some two minutes on a busy machine; what takes longer than this hangs. Milliseconds. */
const LIMIT = 400_000;
const guide = guideOf(read("docs/THREE-HOSPITALS.md"));

async function follow(machines: Machines, signal: AbortSignal): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const desks = new Map<string, Shell>();
  const profile = new Map<string, string>();
  for (const name of guide.machines) {
    const desk = closing.use(await openShell(signal, { prefix: machines.prefix(name) }));
    desks.set(name, desk);
    profile.set(name, guide.everywhere);
    const { code, output } = await desk.type(`${guide.everywhere}\n${guide.once}`);
    assert.equal(code, 0, output);
  }
  const deskOf = (name: string): Shell => desks.get(name) as Shell;
  const outputs = new Map<string, string>();
  const daemons = new Map<string, Terminal>();
  for (const step of guide.steps) {
    if (step.kind === "send") {
      for (const to of step.to) await copyFile(join(deskOf(step.from).dir, step.file), join(deskOf(to).dir, step.file));
      continue;
    }
    const { machine, stays } = step;
    const script = machines.adapt(machine, step.script);
    if (stays) {
      const terminal = deskOf(machine).open(`${profile.get(machine)}\n${script}`);
      const isChain = script.includes("chain start");
      if (!isChain) daemons.set(machine, terminal);
      await terminal.shows(isChain ? /runs at/ : /is ready/);
      // East's model comes from the others; a reader goes on when its daemon takes part.
      if (machine === "east") await terminal.shows(/^round \d+\/300 final, 4 updates,/m);
      continue;
    }
    const { code, output } = await deskOf(machine).type(`${profile.get(machine)}\n${script}`);
    assert.equal(code, 0, `${machine}: ${script}\n${output}`);
    outputs.set(script.split("\n").at(-1) as string, output);
    profile.set(machine, [profile.get(machine), exportsOf(script)].join("\n"));
  }
  assert.deepEqual([...daemons.keys()], ["north", "south", "west", "east"]);
  assert.match(outputs.get("swarm status --home node") ?? "", /\b4 members\b|4 of 4|members +4/);
  assert.match(outputs.get("swarm audit --home auditor") ?? "", /^verdict: right/m);
  const codes = await Promise.all([...daemons.values()].map((daemon) => daemon.interrupt()));
  assert.deepEqual(codes, [130, 130, 130, 130]);
}

test(
  "the guide for three hospitals, typed as it stands on a machine each, ends with four members and a right audit",
  { timeout: LIMIT + 20_000, skip: process.platform !== "linux" },
  async (t) => {
    const real = process.env.GUIDE_MACHINES !== "loopback" && mayMakeNamespaces();
    t.diagnostic(real ? "machines are network namespaces" : "no namespaces allowed: machines are loopback addresses");
    using machines = real ? openNamespaces(guide.machines) : openLoopback(guide.machines);
    await follow(machines, AbortSignal.any([t.signal, AbortSignal.timeout(LIMIT)]));
  },
);
