import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Finding } from "../../node/cli/doctor/check.ts";
import { runProgram } from "./support/command.ts";
import { openSwarm } from "./support/swarm.ts";

test("the doctor on a clinic's node, from its registration to a chain that is away", async (t) => {
  await using swarm = await openSwarm(1);
  const [home = ""] = swarm.at.clinics;
  const examine = async (...args: string[]) => {
    const { code, stdout } = await swarm.swarm("doctor", "--home", home, ...args);
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
    assert.equal(code, ok ? 0 : 1);
    return new Map(findings.map((finding) => [finding.name, finding]));
  };
  const stateOf = (findings: Map<string, Finding>, ...names: string[]) =>
    names.map((name) => findings.get(name)?.state ?? "not looked at");

  await t.test("everything is there but the other nodes, whose daemons do not run", async () => {
    const findings = await examine();
    const names = ["chain", "clock", "licence", "registration", "ports", "IPFS store", "rows", "key files", "disk"];
    assert.deepEqual(
      stateOf(findings, ...names),
      names.map(() => "good"),
    );
    assert.deepEqual(stateOf(findings, "peers"), ["missing"]);
    assert.ok(findings.get("peers")?.fix);
  });

  await t.test("an address that was changed and not registered", async () => {
    const file = join(home, "node.yaml");
    const settings = await readFile(file, "utf8");
    await writeFile(file, settings.replace(/tcp\/\d+/, "tcp/1"));
    const registration = (await examine()).get("registration");
    assert.deepEqual([registration?.state, registration?.data?.["differs"]], ["missing", ["addresses"]]);
    assert.match(registration?.fix ?? "", /^swarm node register --home /);
    await writeFile(file, settings);
  });

  await t.test("while all daemons run, nothing is missing", async () => {
    await swarm.runAll();
    const findings = await examine();
    assert.deepEqual(stateOf(findings, "peers", "ports", "licence", "registration"), ["good", "good", "good", "good"]);
    assert.match(findings.get("ports")?.text ?? "", /own daemon runs/);
    assert.match(findings.get("rows for task")?.text ?? "", /^\d+ rows fit \S+, \d+ to train on$/);
  });

  await t.test("another chain than the network's, and none", async () => {
    const network = join(swarm.dir, "other.json");
    const deployment = JSON.parse(await readFile(swarm.at.network, "utf8")) as object;
    await writeFile(network, JSON.stringify({ ...deployment, genesisHash: `0x${"9".repeat(64)}` }));
    const args = ["doctor", "--json", "--home", home, "--network", network, "--rpc", swarm.options.rpc];
    const wrong = await runProgram("node/cli/index.ts", args);
    const { findings: found } = wrong.json as { findings: Finding[] };
    const chain = found.find(({ name }) => name === "chain");
    assert.deepEqual([wrong.code, chain?.state, chain?.data?.["code"]], [1, "missing", "CHAIN_OTHER_GENESIS"]);
    await swarm.killChain();
    const findings = await examine();
    assert.deepEqual(stateOf(findings, "chain", "clock"), ["missing", "missing"]);
    assert.equal(findings.get("chain")?.data?.["code"], "CHAIN_UNREACHABLE");
    assert.match(findings.get("chain")?.fix ?? "", /--rpc/);
  });
});
