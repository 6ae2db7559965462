import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { auditOf } from "../../node/dashboard/auditResults.ts";
import type { MemberEntry, RoundEntry, TaskEntry } from "../../node/dashboard/entries.ts";
import { eventParser } from "../../node/dashboard/page/serverEvents.ts";
import { Versions } from "../../node/dashboard/versions.ts";
import { type Change, ROW_KINDS } from "../../node/ports/dashboard.ts";
import { accountOf, seededLedger } from "../../scripts/bench/dashboard/seededLedger.ts";
import { emptyDashboard } from "../../scripts/bench/dashboard/served.ts";

const ledger = seededLedger(3, 4);

function shown() {
  const dashboard = emptyDashboard(ledger.now, new Map([[accountOf(3), "clinic-4"]]));
  dashboard.take(ledger.events, ledger.view);
  const { entries } = JSON.parse(dashboard.state().json) as { entries: Record<string, unknown> };
  return { dashboard, get: <T>(key: string) => entries[key] as T, entries };
}

test("a task's round, phase and members stand in entries of their own: who has acted and who has not yet", () => {
  const { get } = shown();
  const task = get<TaskEntry>(`task/${ledger.taskId}`);
  assert.deepEqual([task.round, task.phase?.name, task.phase?.acted, task.phase?.submissions], [4, "submit", 3, 3]);
  assert.match(task.waiting ?? "", /^waiting for submissions of clinic-4$/);
  const members = [0, 1, 2, 3].map((i) => get<MemberEntry>(`member/${ledger.taskId}/${i}`));
  assert.deepEqual(
    members.map(({ submitted, awaited, missing, lastRound }) => [submitted, awaited, missing, lastRound]),
    [
      [true, false, false, 4],
      [true, false, false, 4],
      [true, false, false, 4],
      [false, true, false, 3],
    ],
  );
});

test("each final round says how many updates were submitted, included and refused", () => {
  const { get, entries } = shown();
  assert.equal(Object.keys(entries).filter((key) => key.startsWith("round/")).length, 3);
  const round = get<RoundEntry>(`round/${ledger.taskId}/2`);
  assert.deepEqual([round.submitted, round.included, round.refused, round.voters], [4, 4, 0, 4]);
  assert.equal(round.evaluation, 0.6008);
});

test("an act costs a page what changed by it: the member, the phase, the head", () => {
  const { dashboard } = shown();
  const changes: Change[] = [];
  dashboard.onChange((change) => changes.push(change));
  const last = ledger.events.at(-1);
  assert.ok(last?.type === "UpdateSubmitted");
  const at = { ...last.at, block: last.at.block + 1 };
  const attempt = ledger.view.tasks.get(ledger.taskId)?.attempt;
  assert.ok(attempt);
  const view = structuredClone(ledger.view);
  view.head = at.block;
  const task = view.tasks.get(ledger.taskId);
  task?.attempt?.submissions.set(3, { member: 3, sha256: last.sha256, cid: last.cid, weight: 1 });
  dashboard.take([{ ...last, member: 3, at }], view);
  assert.deepEqual(Object.keys(changes[0]?.set ?? {}).toSorted(), [
    `member/${ledger.taskId}/3`,
    "network",
    `task/${ledger.taskId}`,
  ]);
  assert.equal(changes[0]?.rows, ledger.events.length + 1);
});

test("R9: after a rollback nothing of the lost history is left, and it can be told again", () => {
  const { dashboard } = shown();
  const before = dashboard.state();
  dashboard.rolledBack();
  assert.equal(dashboard.ledger({ offset: 0, limit: 10 }).total, 0);
  assert.doesNotMatch(dashboard.state().json, /"(task|member|round|licence)\//);
  dashboard.take(ledger.events, ledger.view);
  assert.deepEqual(JSON.parse(dashboard.state().json).entries, JSON.parse(before.json).entries);
});

test("whatever changes come, whoever missed some of them ends with the same entries, or is told to ask for all", () => {
  const key = fc.constantFrom("a", "b", "c/1", "c/2");
  const step = fc.record({
    set: fc.array(fc.tuple(key, fc.integer({ max: 3 }))),
    gone: fc.array(key, { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(200), (steps, from) => {
      const versions = new Versions("run");
      const own = new Map<string, unknown>();
      let version = versions.version;
      const apply = ({ set, gone }: Pick<Change, "set" | "gone">): void => {
        for (const one of gone) own.delete(one);
        for (const [name, value] of Object.entries(set)) own.set(name, value);
      };
      for (const [i, { set, gone }] of steps.entries()) {
        const change = versions.update(set, gone, { now: 0, rows: 0 });
        // A page that was there until `from`.
        if (change && i < from) {
          apply(change);
          version = change.version;
        }
      }
      const all = JSON.parse(versions.all(0, 0).json) as { entries: Record<string, unknown> };
      const missed = versions.after(version, 0, 0);
      if (missed === undefined) assert.ok(steps.length > 128);
      else {
        apply(missed);
        assert.deepEqual(
          Object.fromEntries([...own].toSorted()),
          Object.fromEntries(Object.entries(all.entries).toSorted()),
        );
      }
      for (const other of ["", "x", "other.0", "run.999", "run.-1", "run.x"])
        assert.equal(versions.after(other, 0, 0), undefined, other);
    }),
  );
});

test("whatever is asked of the ledger, the pages together are what a plain look at each event finds, newest first", () => {
  const { dashboard } = shown();
  const all = ledger.events.map((_, id) => dashboard.row(id));
  const some = ledger.events.flatMap((event) =>
    event.type === "UpdateSubmitted" ? [event.sha256, event.cid, event.at.transaction] : [],
  );
  const query = fc.record(
    {
      kind: fc.constantFrom(...ROW_KINDS),
      round: fc.nat(5),
      member: fc.nat(5).map(accountOf),
      task: fc.constantFrom(ledger.taskId, `0x${"0".repeat(64)}` as const),
      text: fc.oneof(
        fc.constantFrom(...some).map((it) => it.slice(3, 12).toUpperCase()),
        fc.constant("CLINIC-4"),
        fc.string({ maxLength: 2 }),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(query, fc.integer({ min: 1, max: 40 }), (asked, limit) => {
      const expected = all.toReversed().filter((row) => {
        const text = asked.text?.toLowerCase();
        // Everything that a row may be found by stands in its details, but the document's hashes.
        const { update, facts = [], transaction, account, name } = row ?? {};
        const words = JSON.stringify([
          update?.sha256,
          update?.cid,
          facts.map(([, value]) => value),
          transaction,
          account,
          name,
        ]);
        return (
          (asked.kind === undefined || row?.kind === asked.kind) &&
          (asked.round === undefined || row?.round === asked.round) &&
          (asked.member === undefined || row?.account === asked.member) &&
          (asked.task === undefined || row?.task === asked.task) &&
          (text === undefined || text.length < 5 || words.toLowerCase().includes(text))
        );
      });
      const found: number[] = [];
      const wanted = { ...asked, ...(asked.text !== undefined && asked.text.length < 5 ? { text: undefined } : {}) };
      for (let offset = 0; ; offset += limit) {
        const { total, rows } = dashboard.ledger({ ...wanted, offset, limit });
        assert.equal(total, expected.length);
        found.push(...rows.map(({ id }) => id));
        if (rows.length < limit) break;
      }
      assert.deepEqual(
        found,
        expected.map((row) => row?.id),
      );
    }),
  );
});

test("server-sent events are the same however the network cuts them", () => {
  const text =
    'event: change\nid: 1\ndata: {"a":1}\n\n: still here\n\nevent: reset\ndata: {}\n\ndata: two\ndata: lines\n\n';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
      const parse = eventParser();
      const ends = [...cuts.toSorted((a, b) => a - b), text.length];
      const events = ends.flatMap((end, i) => parse(text.slice(ends[i - 1] ?? 0, end)));
      assert.deepEqual(events, [
        { event: "change", data: '{"a":1}' },
        { event: "reset", data: "{}" },
        { event: "message", data: "two\nlines" },
      ]);
    }),
  );
});

test("an update's audit: what names its file or its author in its round, and nothing else", () => {
  const hash = `0x${"1".repeat(64)}` as const;
  const update = { task: ledger.taskId, round: 2, member: 1, sha256: hash, at: 100 };
  const report = (findings: object[], unchecked: object[] = []) =>
    ({ verdict: "right", at: 200, findings, unchecked }) as unknown as Parameters<typeof auditOf>[0];
  const wrong = { code: "UPDATE_INVALID", severity: "wrong", text: "too long" };
  assert.equal(auditOf(undefined, update).result, "no report");
  assert.equal(auditOf(report([]), update).result, "nothing found");
  assert.equal(auditOf(report([]), { ...update, at: 201 }).result, "later");
  assert.equal(auditOf(report([{ ...wrong, file: hash }]), update).result, "wrong");
  const place = { task: ledger.taskId, round: 2, member: 1 };
  assert.equal(auditOf(report([{ ...wrong, severity: "notice", ...place }]), update).result, "notice");
  assert.equal(auditOf(report([{ ...wrong, ...place, member: 2 }]), update).result, "nothing found");
  assert.equal(auditOf(report([], [{ text: "gone", file: hash }]), update).result, "not checked");
});
