import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { watchAudit } from "../../node/cli/audit/watch.ts";
import { hashOf } from "../core/audit/world.ts";

const file = ["update", hashOf(1), { taskId: hashOf(0), round: 1, holders: [], maxBytes: 100 }] as const;

test("the way of an audit in words: rounds of how many, files, nodes, findings; nodes that are waited for; nothing unasked where quiet", async () => {
  const notes: string[] = [];
  const out = {
    isJson: true,
    say: () => undefined,
    note: (text: string) => void notes.push(text),
    json: () => undefined,
  };
  const cli = { out, verbose: false, signal: new AbortController().signal };
  let tell: (() => void) | undefined;
  const every = (_ms: number, call: () => void): Disposable => {
    tell = call;
    return { [Symbol.dispose]: () => (tell = undefined) };
  };
  {
    using watch = watchAudit(cli, { rounds: 1500, quiet: false, every });
    watch.reaching(1, 4);
    tell?.();
    watch.reaching(4, 4);
    const files = watch.through({
      get: () =>
        ["a", "b", "a"].map((name) => ({ source: name, giver: { kind: "node", name }, bytes: new Uint8Array() })),
    });
    await Array.fromAsync(await files.get(...file));
    watch.onProgress({ rounds: 312, findings: 1 });
    tell?.();
  }
  assert.deepEqual(notes, [
    "auditing: 1 of 4 nodes answer",
    "auditing: 312 of 1500 final rounds checked, 3 files from 2 nodes read, 1 finding so far",
  ]);
  assert.equal(tell, undefined);
  using quiet = watchAudit(cli, { rounds: 1, quiet: true, every });
  assert.equal(tell, undefined);
  assert.equal(quiet.words(), "0 of 1 final round checked, 0 files read, no findings so far");
});

test("on a terminal it is one line that is drawn anew, above which others are printed, and that is gone in the end", async (t) => {
  const before = { CI: process.env["CI"], TERM: process.env["TERM"] };
  delete process.env["CI"];
  process.env["TERM"] = "xterm";
  t.after(() => Object.entries(before).forEach(([name, value]) => value !== undefined && (process.env[name] = value)));
  let shown = "";
  const write = (chunk: unknown, _: unknown, done: () => void): void => {
    shown += String(chunk);
    done();
  };
  const stream = Object.assign(new Writable({ write }), { isTTY: true, columns: 60, rows: 20 });
  const out = {
    isJson: false,
    say: () => undefined,
    note: (text: string) => void stream.write(`${text}\n`),
    json: () => undefined,
  };
  const cli = { out, verbose: false, signal: new AbortController().signal };
  let tell = (): void => undefined;
  const every = (_ms: number, call: () => void): Disposable => {
    tell = call;
    return { [Symbol.dispose]: () => undefined };
  };
  const watch = watchAudit(cli, { rounds: 1500, quiet: false, stream, every });
  tell();
  assert.match(shown, /auditing: 0 of 1500 final rounds checked, 0 files read, no…/);
  watch.out.note("1 node does not answer");
  // oxlint-disable-next-line no-control-regex -- the cursor goes up and the line is erased before the remark
  assert.match(shown, /\u001B\[2K[^]*1 node does not answer\n[^]*auditing: 0 of 1500/);
  shown = "";
  watch[Symbol.dispose]();
  assert.doesNotMatch(shown, /auditing/);
});
