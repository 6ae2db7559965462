import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Ledger } from "../../node/ports/ledger.ts";
import { eventsOf, type LedgerHarness, refusalOf } from "./support/ledgerHarness.ts";
import { wholeTask } from "./support/ledgerTask.ts";
import { Reader } from "./support/reader.ts";

const signal = new AbortController().signal;

/** What every implementation of the Ledger port must do. @param start makes a fresh network */
export function ledgerSuite(name: string, start: () => Promise<LedgerHarness>): void {
  describe(`ledger port: ${name}`, { timeout: 60_000 }, () => {
    let net: LedgerHarness;
    let licensor: Ledger;
    before(async () => {
      net = await start();
      licensor = await net.open(1);
    });
    after(async () => {
      await licensor.close();
      await net.close();
    });

    const propose = (act: "pause" | "unpause", ledger = licensor) =>
      ledger.send({ type: "propose", act: { act } }, { signal });

    it("yields the history from the deployment on at once, then what comes: each event once, in chain order", async () => {
      const reader = new Reader(await net.open(undefined));
      await reader.until(() => reader.updates.length === 1);
      assert.deepEqual(
        eventsOf(reader.events, "LicensorAdded").map(({ licensor }) => licensor),
        [net.account(1)],
      );
      const receipt = await propose("pause");
      await reader.reached(receipt.block);
      const mine = reader.events.filter(({ at }) => at.transaction === receipt.transaction);
      assert.deepEqual(
        mine.map(({ type }) => type),
        ["ActProposed", "ActApproved", "Paused", "ActExecuted"],
      );
      assert.ok(mine.every(({ at }) => at.block === receipt.block));
      const positions = reader.events.map(({ at }) => at.block * 1_000 + at.index);
      assert.deepEqual(
        positions,
        [...new Set(positions)].sort((a, b) => a - b),
      );
      const update = reader.updates.at(-1);
      assert.ok(update?.kind === "events" && /^0x[0-9a-f]{64}$/.test(update.headHash));
      assert.equal(update.timestamp, await net.time());
      await reader.stop();
    });

    it("begins after a named block, and says at once when there is nothing new", async () => {
      const { block } = await propose("pause");
      const reader = new Reader(await net.open(undefined), block);
      await reader.reached(block);
      assert.equal(reader.events.length, 0);
      const next = await propose("unpause");
      await reader.reached(next.block);
      assert.ok(reader.events.length > 0 && reader.events.every((event) => event.at.block === next.block));
      await reader.stop();
    });

    it("sends the acts of one instance in the order of the calls", async () => {
      const accounts = Array.from({ length: 6 }, (_, i) => net.account(100 + i));
      const expiresAt = (await net.time()) + 1_000;
      const receipts = await Promise.all(
        accounts.map((account) =>
          licensor.send({ type: "propose", act: { act: "license", account, expiresAt } }, { signal }),
        ),
      );
      const reader = new Reader(licensor);
      await reader.reached(Math.max(...receipts.map(({ block }) => block)));
      const authorized = eventsOf(reader.events, "NodeAuthorized").filter(({ account }) => accounts.includes(account));
      assert.deepEqual(
        authorized.map(({ account }) => account),
        accounts,
      );
      assert.ok(authorized.every((event) => event.grant === 1 && event.expiresAt === expiresAt));
      await reader.stop();
    });

    it("refuses with the contract's error name, its arguments and what to do, and goes on with the next act", async () => {
      const stranger = await net.open(2);
      const { reason, args, message } = await refusalOf(propose("pause", stranger));
      assert.deepEqual([reason, args], ["NotLicensor", { account: net.account(2) }]);
      assert.match(message, /only licensors may/);
      const taskId = `0x${"ab".repeat(32)}` as const;
      assert.deepEqual((await refusalOf(stranger.send({ type: "join", taskId }, { signal }))).args, { taskId });
      await stranger.close();
    });

    it("reports a refusal inside an act of the council as that refusal", async () => {
      const act = { act: "removeLicensor", account: net.account(1), threshold: 1 } as const;
      const { reason, args } = await refusalOf(licensor.send({ type: "propose", act }, { signal }));
      assert.deepEqual([reason, args], ["InvalidCouncil", { licensors: 0, threshold: 1 }]);
    });

    it("carries a task from its creation to its last round, with an abort and a late vote", async () => {
      await wholeTask(net, licensor);
    });

    it("cannot send without a key", async () => {
      const readOnly = await net.open(undefined);
      await assert.rejects(propose("pause", readOnly), { code: "KEY_MISSING" });
      await readOnly.close();
    });

    it("R9: goes back to the common ancestor when the chain loses its last blocks, and on with the new history", async () => {
      const reader = new Reader(licensor);
      const kept = await propose("pause");
      await propose("unpause");
      const lost = await propose("pause");
      await reader.reached(lost.block);
      await net.rewind(lost.block - kept.block);
      licensor.poke();
      await reader.until(() => reader.updates.some(({ kind }) => kind === "rollback"));
      const rollback = reader.updates.find((update) => update.kind === "rollback");
      assert.ok(rollback && rollback.to <= kept.block, "nothing of the lost blocks is kept");
      const again = await propose("unpause");
      assert.equal(again.block, kept.block + 1);
      await reader.reached(again.block);
      const types = reader.events.filter(({ at }) => at.block >= kept.block).map(({ type }) => type);
      assert.deepEqual(
        types.filter((type) => type.endsWith("aused")),
        ["Paused", "Unpaused"],
      );
      const fresh = new Reader(licensor);
      await fresh.reached(again.block);
      assert.deepEqual(reader.events, fresh.events, "what is left is what a new reader gets");
      await Promise.all([reader.stop(), fresh.stop()]);
    });

    it("R9: stops with a clear error when more is lost than the network's settings allow", async () => {
      const careful = await net.open(undefined, { maxRewind: 1 });
      const reader = new Reader(careful);
      const kept = await propose("pause");
      await reader.reached(kept.block);
      await propose("unpause");
      const lost = await propose("pause");
      await reader.reached(lost.block);
      await net.rewind(2);
      // Other acts than before: the same ones in the same second would give the same blocks.
      await propose("pause");
      await propose("unpause");
      careful.poke();
      const error = (await reader.ended) as { code?: string; message: string };
      assert.equal(error.code, "CHAIN_DEEP_REORG", error.message);
      await propose("unpause");
      await careful.close();
    });

    it("says once when the chain cannot be reached and when it can again, and loses nothing", async () => {
      const ledger = await net.open(undefined);
      const reader = new Reader(ledger);
      const before = await propose("pause");
      await reader.reached(before.block);
      await net.cut(ledger);
      ledger.poke();
      await reader.until(() => reader.updates.at(-1)?.kind === "connection");
      const missed = await propose("unpause");
      await net.restore(ledger);
      await reader.reached(missed.block);
      const connections = reader.updates.flatMap((update) => (update.kind === "connection" ? [update.up] : []));
      assert.deepEqual(connections, [false, true]);
      assert.ok(reader.events.some(({ at }) => at.transaction === missed.transaction));
      await reader.stop();
      await ledger.close();
    });

    it("ends quietly by its signal or by close, which may be called twice", async () => {
      const ledger = await net.open(2);
      const stopped = new Reader(ledger);
      const closed = new Reader(ledger);
      await Promise.all([stopped, closed].map((reader) => reader.until(() => reader.updates.length > 0)));
      await stopped.stop();
      await ledger.close();
      await ledger.close();
      assert.equal(await closed.ended, undefined);
    });

    it("does not send what its signal has already called off", async () => {
      const reason = new Error("called off");
      const sending = licensor.send({ type: "propose", act: { act: "pause" } }, { signal: AbortSignal.abort(reason) });
      await assert.rejects(sending, reason);
    });
  });
}
