import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { MEANINGS } from "../../../node/cli/audit/report/meanings.ts";
import type { CheckedUpdate } from "../../../node/core/audit/observer.ts";
import type { FindingCode } from "../../../node/core/audit/report.ts";
import { codes } from "../../core/audit/check.ts";
import { buildWorld, NODES } from "../../core/audit/world.ts";
import { attribute, parsePage, tableRows, textOf } from "./support/page.ts";
import { written } from "./support/written.ts";

const linesOf = (csv: string): Record<string, string>[] => parse(csv, { columns: true });

test("a right audit: the page says so, its figures are the JSON report's, and its hash is that file's", async () => {
  const { html, json, csv, sha256, report } = await written(buildWorld().world);
  const page = parsePage(html);
  assert.match(page.text, /Verdict: Right\./);
  assert.equal(sha256, `0x${createHash("sha256").update(json).digest("hex")}`);
  assert.ok(page.text.includes(sha256));

  const data = JSON.parse(json);
  assert.deepEqual(data.counts, report.counts);
  assert.deepEqual([data.verdict, data.exitCode, data.complete], ["right", 0, true]);
  const { events, blocks, files, nodes, licenses } = data.counts;
  assert.ok(page.text.includes(`${events} events in ${blocks} blocks`));
  assert.ok(page.text.includes(`${files} files from ${nodes} nodes`));
  assert.ok(page.text.includes(`licences of ${licenses} nodes, and each`));
  for (const value of [data.network.ledger, data.network.registry, data.network.genesis, data.software.version])
    assert.ok(page.text.includes(value));

  // Four members in three rounds.
  assert.equal(data.updates.length, 12);
  const updates = tableRows(page, "Checked updates").slice(1);
  assert.deepEqual(
    updates.map((row) => row.at(-1)),
    data.updates.map(({ file }: { file: string }) => file),
  );
  const [task] = data.tasks;
  assert.deepEqual(
    task.members.map(({ states, votes }: { states: { merged: number }; votes: number }) => [states.merged, votes]),
    [
      [3, 3],
      [3, 3],
      [3, 3],
      [3, 0],
    ],
  );
  const members = tableRows(page, "What members contributed").slice(1);
  assert.deepEqual(
    members.map(([number, account]) => [number, account]),
    NODES.map((account, i) => [String(i + 1), account]),
    "people count members from 1",
  );
  assert.deepEqual(
    task.members.map(({ member }: { member: number }) => member),
    [0, 1, 2, 3],
    "JSON has the ledger's index",
  );
  // Weights are 10 to 13 in each round.
  assert.deepEqual(
    members.map((row) => row.at(-3)),
    ["21.7 %", "23.9 %", "26.1 %", "28.3 %"],
  );
  const attempts = tableRows(page, "Rounds and their attempts").slice(1);
  assert.deepEqual(
    attempts.map((row) => row.slice(0, 3)),
    [
      ["1", "1", "final"],
      ["2", "1", "aborted (TooFewSubmissions)"],
      ["2", "2", "final"],
      ["3", "1", "final"],
    ],
  );
  assert.deepEqual(
    linesOf(csv).map(({ kind }) => kind),
    Array.from({ length: 12 }, () => "update"),
  );
  assert.deepEqual(
    linesOf(csv).map(({ member, attempt, round }) => [member, attempt, round].map(Number)),
    data.updates.map((each: CheckedUpdate) => [each.member + 1, each.attempt + 1, each.round]),
  );
  assert.deepEqual(
    linesOf(csv).map(({ norm }) => Number(norm)),
    data.updates.map(({ norm }: { norm: number }) => norm),
  );
  // The update of member 2 in round 1 is (1, 2, 0.5, -0.25, 0.001).
  const third = data.updates.find((each: { round: number; member: number }) => each.round === 1 && each.member === 2);
  assert.ok(Math.abs(third.norm - Math.sqrt(1 + 4 + 0.25 + 0.0625 + 1e-6)) < 1e-6);
});

test("a tampered file: the verdict is wrong, in words, with what it means and what to do", async () => {
  const { world, updates } = buildWorld();
  const copies = world.copies.get(updates[2]?.[1] as `0x${string}`);
  assert.ok(copies?.[0]);
  copies[0].bytes[90] = (copies[0].bytes[90] as number) ^ 1;
  const { html, json, csv, report } = await written(world);
  assert.deepEqual(codes(report.findings), ["FILE_DAMAGED"]);
  const page = parsePage(html);
  assert.match(page.text, /Verdict: WRONG\./);
  assert.ok(page.text.includes(report.findings[0]?.text as string));
  assert.ok(page.text.includes(MEANINGS.FILE_DAMAGED.meaning) && page.text.includes(MEANINGS.FILE_DAMAGED.advice));
  assert.equal(JSON.parse(json).findings[0].code, "FILE_DAMAGED");
  const [line] = linesOf(csv);
  assert.deepEqual(
    [line?.kind, line?.severity, line?.code, line?.source],
    ["finding", "wrong", "FILE_DAMAGED", "node 1"],
  );
});

test("a false merge, a bad update and a vote for something else are each written out where they belong", async () => {
  const { world } = buildWorld({
    values: (round, member) => (round === 2 && member === 3 ? [1e6, 0, 0, 0, 0] : [round, member, 0.5, -0.25, 1e-3]),
    held: (round, _, all) => (round === 2 ? all & ~8n : all),
    vote: (round, member, right) => (round === 3 && member === 0 ? `0x${"ab".repeat(32)}` : right),
  });
  const { html, json, report } = await written(world);
  assert.ok(report.findings.length >= 2);
  const page = parsePage(html);
  for (const { text, code } of report.findings) {
    assert.ok(page.text.includes(text.replaceAll(/\s+/g, " ")), text);
    assert.ok(page.all("h3").some((heading) => textOf(heading).includes(code)));
  }
  const [, second] = JSON.parse(json).tasks[0].attempts.filter(
    ({ outcome }: { outcome: string }) => outcome === "final",
  );
  assert.deepEqual(second.states, { merged: 3, left: 0, invalid: 1, missing: 0, unreachable: 0 });
});

test("files that need not be there any more: incomplete, and each is listed", async () => {
  const { world, updates } = buildWorld({ retainRounds: 1 });
  world.copies.delete(updates[1]?.[0] as `0x${string}`);
  const { html, report, csv } = await written(world);
  assert.equal(report.verdict, "incomplete");
  const page = parsePage(html);
  assert.match(page.text, /Verdict: Incomplete\./);
  assert.ok(report.unchecked.length > 0);
  for (const { text } of report.unchecked) assert.ok(page.text.includes(text));
  assert.equal(linesOf(csv).filter(({ kind }) => kind === "unchecked").length, report.unchecked.length);
});

test("text from others is text: names, sources and places cannot become part of the page", async () => {
  const { world, updates } = buildWorld();
  const hostile = `<img src=x onerror=alert(1)>"'&\u202e`;
  const file = updates[1]?.[1] as `0x${string}`;
  const source = `=1+1${hostile}`;
  const bad = { source, giver: { kind: "folder", name: source }, bytes: new Uint8Array([1]) } as const;
  world.copies.set(file, [bad, ...(world.copies.get(file) ?? [])]);
  const { html, csv } = await written(world, { [NODES[0] as `0x${string}`]: hostile });
  const page = parsePage(html);
  assert.equal(page.all("img").length + page.all("script").length, 0);
  assert.ok(page.text.includes(hostile.replace("\u202e", "\\u{202e}")));
  assert.equal(linesOf(csv)[0]?.source, `'=1+1${hostile}`, "no formula for a spreadsheet");
});

test("a page can be read without looking at it", async () => {
  const page = parsePage(
    (await written(buildWorld({ stopping: { patience: 5, minImprovement: 0.01 }, evaluation: () => 9300 }).world)).html,
  );
  assert.equal(page.all("h1").length, 1);
  for (const svg of page.all("svg")) {
    assert.equal(attribute(svg, "role"), "img");
    assert.ok((attribute(svg, "aria-label") ?? "").length > 40);
  }
  const figures = page.all("figure");
  // Timeline, evaluations, updates, norms, bytes.
  assert.equal(figures.length, 5);
  assert.equal(page.all("figcaption").length, figures.length);
  assert.equal(page.all("caption").length, page.all("table").length);
  assert.ok(page.all("th").every((cell) => ["col", "row"].includes(attribute(cell, "scope") ?? "")));
  const links = [...page.all("a"), ...page.all("link"), ...page.all("script"), ...page.all("img")];
  assert.equal(links.length, 0, "nothing is fetched from elsewhere");
});

test("every kind of finding has a meaning and advice of its own words", () => {
  const meanings = new Set(Object.values(MEANINGS).map(({ meaning }) => meaning));
  assert.equal(meanings.size, Object.keys(MEANINGS).length);
  for (const [code, { meaning, advice }] of Object.entries(MEANINGS) as [FindingCode, (typeof MEANINGS)[FindingCode]][])
    assert.ok(meaning.length > 30 && advice.length > 30, code);
});
