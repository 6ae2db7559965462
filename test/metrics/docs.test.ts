import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { createPrometheus } from "../../node/adapters/metrics/prometheus.ts";
import { PHASES } from "../../node/daemon/measure.ts";
import { METRICS, type MetricKind } from "../../node/ports/metricNames.ts";
import { read, root } from "../docs/support/walk.ts";
import { createLogCollector } from "../ports/support.ts";
import { promtool, withoutPromtool } from "./support/promtool.ts";
import { typesOf } from "./support/samples.ts";

const page = read("docs/METRICS.md");
const alerts = read("docs/alerts.yml");
const dashboard = read("docs/grafana.json");
const rules = (parse(alerts) as { groups: { rules: { alert: string; expr: string }[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

/** Names in a PromQL expression, without what the histogram's series are called. */
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\b(swarm|process|nodejs)_\w+/g)].map(([name]) => name.replace(/_bucket$/, ""));

test("the table of metrics is the program's", () => {
  const rows = [...page.matchAll(/^\| `(swarm_\w+)` \| (\w+) \| (.*?) \| (.+) \|$/gm)].map(
    ([, name, type, labels, help]) => [name, type, labels, `${help}.`],
  );
  const expected = Object.entries(METRICS).map(([name, kind]: [string, MetricKind]) => [
    name,
    kind.type,
    (kind.labels ?? []).map((label) => `\`${label}\``).join(", "),
    kind.help,
  ]);
  assert.deepEqual(rows, expected);
  for (const phase of PHASES) assert.ok(page.includes(`\`${phase}\``), phase);
});

test("the dashboard and the alerts name metrics that there are", async (t) => {
  const metrics = createPrometheus({ logger: createLogCollector().logger });
  t.after(() => metrics.close());
  const known = typesOf((await metrics.read()).text);
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...[...dashboard.matchAll(/"expr": "(.+)"/g)].map(([, expr]) => expr as string),
  ];
  assert.ok(expressions.length > 30);
  for (const expression of expressions) {
    const names = namesIn(expression);
    assert.ok(names.length > 0 || expression.startsWith("up{"), expression);
    for (const name of names) assert.ok(known.has(name), `${name} in ${expression}`);
  }
  const { panels } = JSON.parse(dashboard) as { panels: { id: number }[] };
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
});

test("the page explains each alert", () => {
  assert.deepEqual(
    [...page.matchAll(/^\| `(Swarm\w+)` \|/gm)].map(([, name]) => name),
    rules.map(({ alert }) => alert),
  );
});

test("the alert rules pass promtool check rules", { skip: withoutPromtool }, () => {
  assert.doesNotMatch(promtool(["check", "rules", join(root, "docs/alerts.yml")]), /FAILED|error/i);
});
