import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { reportFiles } from "../../../node/cli/audit/report/files.ts";
import { openUpdateLog } from "../../../node/cli/audit/report/updateLog.ts";
import { htmlReport } from "../../../node/cli/audit/report/html.ts";
import type { ReportData } from "../../../node/cli/audit/report/data.ts";
import type { CheckedUpdate } from "../../../node/core/audit/observer.ts";
import { buildWorld, hashOf } from "../../core/audit/world.ts";
import { hasCode } from "../../ports/support.ts";
import { parsePage, tableRows } from "./support/page.ts";
import { written } from "./support/written.ts";

test("files that no report can go to are refused before anything is audited", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "swarm-report-test-"));
  t.after(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, "d.html"));
  for (const names of [["a.pdf"], ["a"], ["a.html", "./a.html"], ["d.html"]])
    await assert.rejects(reportFiles(names.map((name) => join(dir, name))), hasCode("USAGE_INVALID"), names.join());
  await assert.rejects(reportFiles([join(dir, "none/a.html")]), { code: "ENOENT" });
  await writeFile(join(dir, "b.HTML"), "old");
  const kinds = await reportFiles([join(dir, "b.HTML"), join(dir, "b.csv")]);
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ["html", "csv"],
  );
});

test("of more updates than a page can hold it lists the first, and says where the others are", async () => {
  const { json } = await written(buildWorld().world);
  const { updates: some, ...rest } = JSON.parse(json) as ReportData & { updates: CheckedUpdate[] };
  const attempts = Array.from({ length: 3000 }, (_, i) => ({ ...rest.tasks[0]?.attempts[0], round: i + 1 }));
  const findings = Array.from({ length: 500 }, (_, round) => ({
    code: "VOTE_WRONG" as const,
    severity: "notice" as const,
    text: `finding number ${round}`,
    round,
  }));
  const data = { ...rest, findings, tasks: [{ ...rest.tasks[0], attempts }] } as ReportData;
  await using log = await openUpdateLog();
  for (let round = 1; round <= 3000; round++) await log.add({ ...(some[0] as CheckedUpdate), round });
  const html = await htmlReport(data, log, { sha256: hashOf(1), names: new Map() });
  assert.ok(html.length < 2_500_000, `${html.length} characters`);
  const page = parsePage(html);
  assert.equal(tableRows(page, "Checked updates").length, 1 + 2000);
  assert.match(page.text, /The other 1,000 are in the CSV and JSON reports/);
  assert.match(page.text, /2,000 more are in the JSON report/);
  assert.match(page.text, /300 more of them are in the JSON and CSV reports/);
  const rounds = await Array.fromAsync(log.all(), ({ round }) => round);
  assert.deepEqual(
    rounds,
    Array.from({ length: 3000 }, (_, i) => i + 1),
  );
});

test("a page names the JSON report that has its hash, or says that none was written", async () => {
  const { html, json } = await written(buildWorld().world);
  assert.match(parsePage(html).text, /the JSON report which the same run wrote, a\.json ?\./);
  const data = JSON.parse(json) as ReportData;
  await using log = await openUpdateLog();
  const alone = await htmlReport(data, log, { sha256: hashOf(1), names: new Map() });
  assert.match(parsePage(alone).text, /None was written with this page; --report audit\.json writes one\./);
});

test("reports are for who asked for them", { skip: process.platform === "win32" }, async () => {
  assert.deepEqual((await written(buildWorld().world)).modes, [0o600, 0o600, 0o600]);
});
