import assert from "node:assert/strict";
import { test } from "node:test";
import { METRICS } from "../../node/ports/metricNames.ts";
import { openSwarm } from "../e2e/support/swarm.ts";
import { promtool, withoutPromtool } from "./support/promtool.ts";
import { samplesOf, typesOf } from "./support/samples.ts";

test("a real daemon's figures, from its start to the end of its task", async (t) => {
  await using swarm = await openSwarm(2);
  const daemons = await swarm.runAll(["--metrics", "0"]);
  const [first] = daemons;
  assert.ok(first);
  const ready = await first.until("ready", ({ event }) => event === "ready");
  const url = String(ready["metrics"]);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  await first.until("the end", ({ event }) => event === "finished");
  const answer = await fetch(url);
  const text = await answer.text();
  const samples = samplesOf(text);

  await t.test("are served as Prometheus' text format, complete", () => {
    assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const types = typesOf(text);
    for (const [name, { type }] of Object.entries(METRICS)) assert.equal(types.get(name), type, name);
    for (const name of ["process_resident_memory_bytes", "nodejs_eventloop_lag_seconds"]) assert.ok(types.has(name));
  });

  await t.test("pass promtool check metrics", { skip: withoutPromtool }, () => {
    assert.equal(promtool(["check", "metrics"], ownLines(text)), "");
  });

  await t.test("say what happened", () => {
    const value = (key: string): number => samples.get(key) ?? Number.NaN;
    assert.equal(value("swarm_rounds"), 2);
    assert.equal(value('swarm_phase{phase="finished"}'), 1);
    assert.equal(value('swarm_phase{phase="submit"}'), 0);
    assert.equal(value("swarm_phase_deadline_timestamp_seconds"), 0);
    assert.equal(value("swarm_members"), 4);
    assert.equal(value("swarm_members_missing"), 0);
    assert.equal(value("swarm_rounds_final_total"), 2);
    assert.equal(value("swarm_updates_included_total"), 8);
    assert.equal(value("swarm_training_duration_seconds_count"), 2);
    assert.equal(value("swarm_round_duration_seconds_count"), 2);
    assert.ok(value("swarm_merge_duration_seconds_count") >= 1);
    assert.ok(value('swarm_evaluation_accuracy_ratio{weights="local"}') > 0.5);
    assert.ok(value('swarm_evaluation_auc_ratio{weights="base"}') <= 1);
    assert.ok(value("swarm_training_loss") > 0);
    assert.equal(value("swarm_peers_expected"), 3);
    assert.ok(value("swarm_network_received_bytes_total") > 10_000);
    assert.ok(value("swarm_disk_free_bytes") > 0 && value("swarm_disk_used_bytes") > 10_000);
    assert.equal(value("swarm_chain_up"), 1);
    assert.ok(value("swarm_chain_last_block_timestamp_seconds") > 1_700_000_000);
    assert.equal(value("swarm_license_active"), 1);
    assert.ok(value("swarm_license_expiry_timestamp_seconds") > Date.now() / 1000);
    assert.equal([...samples.keys()].filter((key) => key.startsWith("swarm_info{")).length, 1);
  });

  await t.test("come with /healthz and /readyz, and other hosts are refused", async () => {
    const base = new URL(url).origin;
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
    const answered = await fetch(`${base}/readyz`);
    assert.deepEqual(
      [answered.status, await answered.json()],
      [200, { ready: true, chain: true, keys: true, network: true }],
    );
    assert.equal((await fetch(url, { headers: { origin: "http://evil.example" } })).status, 403);
  });

  await t.test("say that the chain is away, and the node is not ready then", async () => {
    const base = new URL(url).origin;
    await swarm.killChain();
    await first.until("the chain is away", ({ event, up }) => event === "connection" && up === false);
    assert.equal((await fetch(`${base}/readyz`)).status, 503);
    assert.equal(samplesOf(await (await fetch(url)).text()).get("swarm_chain_up"), 0);
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
  });
});

/** promtool also finds fault with names of the library's own metrics of Node.js, which are what others know them by. */
const ownLines = (text: string): string =>
  `${text
    .split("\n")
    .filter((line) => /^(# (HELP|TYPE) )?swarm_/.test(line))
    .join("\n")}\n`;
