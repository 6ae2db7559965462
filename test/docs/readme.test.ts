import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Terminal } from "./support/shell.ts";
import { openTerminals } from "./support/terminals.ts";
import { read, walkOf } from "./support/walk.ts";

/** The walk takes some two minutes; what takes longer than this hangs. Milliseconds. */
const LIMIT = 280_000;

const readme = read("README.md");

test(
  "the README's walk, typed as it stands, ends with one model and a right audit",
  { timeout: LIMIT + 20_000, skip: process.platform === "win32" },
  async (t) => {
    const { everywhere, steps } = walkOf(readme);
    await using terminals = await openTerminals(everywhere, AbortSignal.any([t.signal, AbortSignal.timeout(LIMIT)]));
    const staying: Terminal[] = [];
    const done = new Map<string, string>();
    for (const { script, stays } of steps) {
      if (stays) {
        const isBack = script.startsWith("swarm node run");
        if (isBack) await cutPower(staying);
        const terminal = terminals.open(script);
        if (isBack) staying.pop();
        staying.push(terminal);
        await terminal.shows(
          isBack ? /^round \d+\/120 final, 4 updates/m : /^(A local chain .* runs at|Joined wdbc as member)/m,
        );
        continue;
      }
      // The reader audits when the daemons have said that they are through.
      const daemons = staying.slice(1);
      if (script.includes("swarm audit"))
        await Promise.all(daemons.map((daemon) => daemon.shows(/^all 120 rounds are final/m)));
      const { code, output } = await terminals.type(script);
      assert.equal(code, 0, `${script}\n${output}`);
      done.set(script.split("\n")[0] as string, output);
    }

    const [chain, ...daemons] = staying;
    assert.equal(daemons.length, 4);
    const models = new Set(
      daemons.map((daemon) => /^all 120 rounds are final; model (0x\w{64})/m.exec(daemon.output())?.[1]),
    );
    assert.equal(models.size, 1, "all four end with the same model");
    const model = await readFile(join(terminals.dir, ".swarm/walk/model.safetensors"));
    assert.deepEqual([...models], [`0x${createHash("sha256").update(model).digest("hex")}`]);
    assert.match(done.get("swarm status") ?? "", /^Task wdbc .*(round \d+ of 120|all 120 rounds are final)/m);
    const audit = done.get("swarm audit --home auditor") ?? "";
    assert.match(audit, /120 final rounds, \d+ updates, 120 merges/);
    assert.match(audit, /^verdict: right/m);
    assert.match(
      audit,
      /On the same rows\n {2}the model of round 120: accuracy 9\d\.\d %.*\n {2}this node's own model, .*: accuracy \d+\.\d %/,
    );

    await spoil(join(terminals.dir, ".swarm/walk/clinic-1/files/update"));
    const spoiled = await terminals.type("swarm audit --from clinic-1");
    assert.equal(spoiled.code, 1, spoiled.output);
    assert.match(spoiled.output, /FILE_DAMAGED/);

    assert.deepEqual(await Promise.all(daemons.map((daemon) => daemon.interrupt())), [130, 130, 130, 130]);
    assert.equal(await chain?.interrupt(), 130);
  },
);

/** Stops the last daemon, once rounds are under way, until the others have gone on without it. */
async function cutPower(terminals: readonly Terminal[]): Promise<void> {
  const [stopped, other] = [terminals.at(-1), terminals.at(-2)];
  await other?.shows(/^round [2-9]\/120 final, 4 updates/m);
  assert.equal(await stopped?.interrupt(), 130);
  await other?.shows(/^round \d+\/120 final, 3 updates/m);
}

/** Changes a byte of the first file below a folder. */
async function spoil(dir: string): Promise<void> {
  const name = readdirSync(dir, { recursive: true, withFileTypes: true }).find((entry) => entry.isFile());
  assert.ok(name);
  await using file = await open(join(name.parentPath, name.name), "r+");
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 300);
  await file.write(Buffer.of((buffer[0] as number) ^ 1), 0, 1, 300);
}
