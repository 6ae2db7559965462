import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createPrometheus, MAX_LABEL_SETS } from "../../node/adapters/metrics/prometheus.ts";
import { METRICS } from "../../node/ports/metricNames.ts";
import { createLogCollector } from "../ports/support.ts";
import { samplesOf } from "./support/samples.ts";

function open(t: TestContext) {
  const { logger, lines } = createLogCollector();
  const metrics = createPrometheus({ logger });
  t.after(() => metrics.close());
  const value = async (key: string): Promise<number | undefined> => samplesOf((await metrics.read()).text).get(key);
  return { metrics, lines, value };
}

test("gauges keep what was set last, and what is not finite or unknown changes nothing", async (t) => {
  const { metrics, value } = open(t);
  metrics.set("swarm_round", 3);
  metrics.set("swarm_round", undefined);
  metrics.set("swarm_round", Number.NaN);
  metrics.set("swarm_round", Number.POSITIVE_INFINITY);
  assert.equal(await value("swarm_round"), 3);
  metrics.set("swarm_phase", 1, { phase: "merge" });
  assert.equal(await value('swarm_phase{phase="merge"}'), 1);
});

test("counters add, and are raised to totals without ever falling", async (t) => {
  const { metrics, value } = open(t);
  metrics.add("swarm_rounds_final_total");
  metrics.add("swarm_rounds_final_total", 2);
  assert.equal(await value("swarm_rounds_final_total"), 3);
  for (const total of [100, 40, 250]) metrics.raise("swarm_network_sent_bytes_total", total);
  assert.equal(await value("swarm_network_sent_bytes_total"), 250);
});

test("durations are counted by size, in seconds", async (t) => {
  const { metrics, value } = open(t);
  for (const seconds of [0.02, 0.3, 1000]) metrics.observe("swarm_merge_duration_seconds", seconds);
  assert.equal(await value('swarm_merge_duration_seconds_bucket{le="0.025"}'), 1);
  assert.equal(await value('swarm_merge_duration_seconds_bucket{le="0.5"}'), 2);
  assert.equal(await value('swarm_merge_duration_seconds_bucket{le="+Inf"}'), 3);
  assert.equal(await value("swarm_merge_duration_seconds_sum"), 1000.32);
});

test("values of labels are bounded: a peer cannot make the monitor's memory grow", async (t) => {
  const { metrics, value } = open(t);
  for (let i = 0; i < MAX_LABEL_SETS + 50; i++)
    metrics.add("swarm_updates_refused_total", 1, { reason: `reason ${i}` });
  metrics.add("swarm_updates_refused_total", 1, { reason: "reason 0" });
  const { text } = await metrics.read();
  const sets = [...samplesOf(text).keys()].filter((key) => key.startsWith("swarm_updates_refused_total"));
  assert.equal(sets.length, MAX_LABEL_SETS + 1);
  assert.equal(await value('swarm_updates_refused_total{reason="other"}'), 50);
  assert.equal(await value('swarm_updates_refused_total{reason="reason 0"}'), 2);
});

test("figures are taken when they are read; one that cannot be is logged, and the others are there", async (t) => {
  const { metrics, lines, value } = open(t);
  let free = 5;
  metrics.onRead(async () => metrics.set("swarm_disk_free_bytes", free));
  metrics.onRead(() => {
    throw new Error("no such folder");
  });
  assert.equal(await value("swarm_disk_free_bytes"), 5);
  free = 7;
  assert.equal(await value("swarm_disk_free_bytes"), 7);
  assert.equal(lines.length, 2);
});

test("two daemons in one process have metrics of their own", async (t) => {
  const one = open(t);
  const other = open(t);
  one.metrics.set("swarm_round", 1);
  other.metrics.set("swarm_round", 2);
  assert.equal(await one.value("swarm_round"), 1);
});

test("names follow Prometheus' conventions: base units, the unit last, _total for what only grows", () => {
  for (const [name, kind] of Object.entries(METRICS)) {
    assert.match(name, /^swarm_[a-z]+(_[a-z]+)*$/);
    assert.equal(name.endsWith("_total"), kind.type === "counter", name);
    if (kind.type === "histogram") assert.match(name, /_seconds$/);
    assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb|mb|percent)\b/);
    assert.match(kind.help, /^[A-Z1].*\.$/, name);
  }
});
