import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { read, root } from "../docs/support/walk.ts";
import { makeTempFolder } from "../ports/support.ts";
import { promtool, withoutPromtool } from "./support/promtool.ts";

const cases = read("test/metrics/alertsTest.yml");

test("every alert has a case in which it fires", () => {
  const rules = parse(read("docs/alerts.yml")) as { groups: { rules: { alert: string }[] }[] };
  const tested = parse(cases) as { tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[] };
  const fired = tested.tests.flatMap(({ alert_rule_test: all }) =>
    all.filter(({ exp_alerts: expected }) => expected.length > 0).map(({ alertname }) => alertname),
  );
  assert.deepEqual(fired.toSorted(), rules.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)).toSorted());
});

test("alerts fire when they should, and not before (promtool test rules)", { skip: withoutPromtool }, async (t) => {
  const file = join(await makeTempFolder(t), "test.yml");
  await writeFile(file, cases.replace("[ALERTS]", JSON.stringify([join(root, "docs/alerts.yml")])));
  const said = promtool(["test", "rules", file]);
  assert.match(said, /^$|SUCCESS/);
  assert.doesNotMatch(said, /FAILED/);
});

test("the dashboard's expressions are PromQL (promtool check rules)", { skip: withoutPromtool }, async (t) => {
  const dashboard = JSON.parse(read("docs/grafana.json")) as { panels: { targets: { expr: string }[] }[] };
  const rules = dashboard.panels
    .flatMap(({ targets }) => targets)
    .map(({ expr }, i) => ({ record: `panel:target:${i}`, expr: expr.replaceAll("$instance", ".*") }));
  assert.ok(rules.length > 20);
  const file = join(await makeTempFolder(t), "rules.yml");
  await writeFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
  assert.doesNotMatch(promtool(["check", "rules", file]), /FAILED|error/i);
});
