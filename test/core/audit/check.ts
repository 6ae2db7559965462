import assert from "node:assert/strict";
import type { AuditFiles } from "../../../node/core/audit/files.ts";
import type { AuditReport, Finding } from "../../../node/core/audit/report.ts";
import { audit } from "../../../node/core/audit.ts";
import type { LedgerEvent, LocatedEvent } from "../../../node/core/ledger/events.ts";
import { deployment, keccak, type World } from "./world.ts";

export const run = (world: World, files: AuditFiles = world.files): Promise<AuditReport> =>
  audit(world.events, { files, deployment, keccak256: keccak });

export const codes = (findings: Finding[], severity: "wrong" | "notice" = "wrong"): string[] =>
  [...new Set(findings.filter((finding) => finding.severity === severity).map(({ code }) => code))].sort();

/** Audits and expects exactly these kinds of wrongness. */
export async function expectWrong(world: World, expected: string[]): Promise<Finding[]> {
  const report = await run(world);
  assert.deepEqual(
    codes(report.findings),
    [...expected].sort(),
    JSON.stringify(
      report.findings.map(({ text }) => text),
      null,
      1,
    ),
  );
  assert.equal(report.verdict, "wrong");
  assert.equal(report.exitCode, 1);
  return report.findings.filter(({ severity }) => severity === "wrong");
}

/** Audits and expects nothing wrong. */
export async function expectRight(world: World): Promise<AuditReport> {
  const report = await run(world);
  assert.deepEqual(
    report.findings.filter(({ severity }) => severity === "wrong"),
    [],
  );
  assert.equal(report.verdict, "right");
  return report;
}

type OfType<T extends LedgerEvent["type"]> = Extract<LocatedEvent, { type: T }>;

/** The nth event of a type, from 0; negative counts from the end. */
export function nth<T extends LedgerEvent["type"]>(world: World, type: T, n: number): OfType<T> {
  const event = world.events.filter((candidate) => candidate.type === type).at(n);
  assert.ok(event !== undefined, `no ${type} number ${n}`);
  return event as OfType<T>;
}

export function patch<T extends LedgerEvent["type"]>(
  world: World,
  type: T,
  n: number,
  change: Partial<OfType<T>>,
): void {
  Object.assign(nth(world, type, n), change);
}

export function drop(world: World, type: LedgerEvent["type"], n: number): void {
  world.events.splice(world.events.indexOf(nth(world, type, n)), 1);
}

/** The same event once more, with a change, right behind the first. */
export function again<T extends LedgerEvent["type"]>(
  world: World,
  type: T,
  n: number,
  change: Partial<OfType<T>> = {},
): void {
  const event = nth(world, type, n);
  world.events.splice(world.events.indexOf(event) + 1, 0, {
    ...event,
    ...change,
    at: { ...event.at, index: event.at.index + 0.5 },
  });
}
