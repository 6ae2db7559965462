import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { ZeroAddress } from "ethers";
import {
  type Account,
  account,
  as,
  type Build,
  builtRegistry,
  Chain,
  DAY,
  eventsOf,
  refuses,
  type World,
} from "./chain.ts";
import { type Act, councilFails, decide, decideAt } from "./council.ts";
import { FAR, register } from "./keys.ts";

const [NONE, NODE, AUDITOR] = [0n, 1n, 2n];
/** Views read the pending block by default, whose time is the wall clock's. */
const AT_NEWEST_BLOCK = { blockTag: "latest" } as const;
const CONFIRMED = 2n ** 64n - 1n;

describe("NodeRegistry: licences", () => {
  let chain: Chain;
  let build: Build;
  let w: World;
  let clinic: Account;
  let now: number;

  before(async () => {
    chain = await Chain.open();
    build = await builtRegistry();
  });
  after(() => chain.close());
  beforeEach(async () => {
    w = await chain.deploy(build);
    clinic = account(w, 5);
    now = await chain.now();
  });

  const licenseOf = async (who = clinic) => [...(await w.registry.licenseOf(who.address, AT_NEWEST_BLOCK))];
  const standing = async (who = clinic) => ({
    eligible: await w.registry.isEligible(who.address, AT_NEWEST_BLOCK),
    barred: await w.registry.isBarred(who.address, AT_NEWEST_BLOCK),
  });

  it("nobody has one to begin with", async () => {
    assert.deepEqual(await licenseOf(), [NONE, 0n, 0n, 0n]);
    assert.deepEqual(await standing(), { eligible: false, barred: true });
  });

  it("goes from grant over registration, expiry and renewal to revocation and a new grant (R10)", async () => {
    const expiry = now + 10 * DAY;
    assert.deepEqual((await eventsOf(w, decide(w, "license", clinic.address, expiry)))[1], [
      "NodeAuthorized",
      clinic.address,
      1n,
      BigInt(expiry),
    ]);
    assert.deepEqual(await licenseOf(), [NODE, 1n, BigInt(expiry), 0n]);
    assert.deepEqual(await standing(), { eligible: false, barred: false }, "licensed, but no node yet");
    await register(w, clinic, "clinic");
    assert.deepEqual(await standing(), { eligible: true, barred: false });

    await chain.moveTo(expiry - 1);
    assert.deepEqual(await standing(), { eligible: true, barred: false });
    await chain.moveTo(expiry);
    assert.deepEqual(
      await standing(),
      { eligible: false, barred: false },
      "R10: expiry bars nobody from a running attempt",
    );

    await decide(w, "license", clinic.address, expiry + DAY);
    assert.deepEqual(await licenseOf(), [NODE, 2n, BigInt(expiry + DAY), 0n]);
    assert.deepEqual(await standing(), { eligible: true, barred: false });

    assert.deepEqual((await eventsOf(w, decide(w, "revoke", clinic.address)))[1], ["NodeRevoked", clinic.address, 2n]);
    assert.deepEqual(await licenseOf(), [NONE, 2n, 0n, 0n]);
    assert.deepEqual(await standing(), { eligible: false, barred: true });
    await councilFails(w, ["revoke", clinic.address], "NotLicensed", [clinic.address]);

    await decide(w, "license", clinic.address, expiry + DAY);
    assert.deepEqual(await licenseOf(), [NODE, 3n, BigInt(expiry + DAY), 0n]);
    assert.deepEqual(await standing(), { eligible: true, barred: false }, "its registration is still there");
  });

  it("cannot end in the past or go to nobody", async () => {
    const time = now + 100;
    const license = (expiresAt: number): Act => ["license", clinic.address, expiresAt];
    await refuses(w, decideAt(w, time, license(time)), "InvalidExpiry", [BigInt(time)]);
    await refuses(w, decideAt(w, time, license(0)), "InvalidExpiry", [0n]);
    await decideAt(w, time, license(time + 1));
    await councilFails(w, ["license", ZeroAddress, FAR], "InvalidArgument", ["account"]);
    await councilFails(w, ["authorizeAuditor", ZeroAddress], "InvalidArgument", ["account"]);
  });

  it("is one role at a time", async () => {
    await decide(w, "license", clinic.address, FAR);
    await councilFails(w, ["authorizeAuditor", clinic.address], "AlreadyHasRole", [clinic.address, NODE]);
    await decide(w, "revoke", clinic.address);
    assert.deepEqual((await eventsOf(w, decide(w, "authorizeAuditor", clinic.address)))[1], [
      "AuditorAuthorized",
      clinic.address,
      2n,
    ]);
    assert.deepEqual(await licenseOf(), [AUDITOR, 2n, 0n, 0n]);
    await councilFails(w, ["authorizeAuditor", clinic.address], "AlreadyHasRole", [clinic.address, AUDITOR]);
    await councilFails(w, ["license", clinic.address, FAR], "AlreadyHasRole", [clinic.address, AUDITOR]);
    await decide(w, "revoke", clinic.address);
    await decide(w, "license", clinic.address, FAR);
  });

  it("an auditor registers and has no right to act", async () => {
    await decide(w, "authorizeAuditor", clinic.address);
    await register(w, clinic, "auditor");
    assert.deepEqual(await standing(), { eligible: false, barred: true });
  });

  it("R10: one licensor suspends at once, and that lapses by itself", async () => {
    await decide(w, "license", clinic.address, FAR);
    await register(w, clinic, "clinic");
    const [a, b, c] = [account(w, 0), account(w, 1), account(w, 2)];
    await refuses(w, as(w, account(w, 4)).suspend(clinic.address), "NotLicensor", [account(w, 4).address]);
    await refuses(w, as(w, a).suspend(account(w, 6).address), "NotLicensed", [account(w, 6).address]);

    await chain.nextAt(now + 10);
    const until = now + 10 + DAY;
    assert.deepEqual(await eventsOf(w, as(w, a).suspend(clinic.address)), [
      ["NodeSuspended", clinic.address, a.address, BigInt(until)],
    ]);
    assert.deepEqual(await licenseOf(), [NODE, 1n, BigInt(FAR), BigInt(until)]);
    assert.deepEqual(await standing(), { eligible: false, barred: true });
    await refuses(w, as(w, a).suspend(clinic.address), "SuspensionSpent", [clinic.address, a.address]);

    await chain.moveTo(until - 1);
    assert.deepEqual(await standing(), { eligible: false, barred: true });
    await chain.moveTo(until);
    assert.deepEqual(await licenseOf(), [NODE, 1n, BigInt(FAR), 0n], "a lapsed suspension reads as none");
    assert.deepEqual(await standing(), { eligible: true, barred: false });
    await refuses(w, as(w, a).suspend(clinic.address), "SuspensionSpent", [clinic.address, a.address]);
    await councilFails(w, ["confirmSuspension", clinic.address], "NotSuspended", [clinic.address]);

    // Each other licensor has one of its own, which lasts a full period from when it is used: three periods are the most.
    await as(w, b).suspend(clinic.address);
    await chain.nextAt(until + 100);
    await as(w, c).suspend(clinic.address);
    assert.equal((await licenseOf())[3], BigInt(until + 100 + DAY));
    await chain.moveTo(until + 100 + DAY);
    assert.deepEqual(await standing(), { eligible: true, barred: false });
    for (const licensor of [a, b, c]) {
      await refuses(w, as(w, licensor).suspend(clinic.address), "SuspensionSpent", [clinic.address, licensor.address]);
    }
    // A renewal is a new grant, with suspensions of its own.
    await decide(w, "license", clinic.address, FAR);
    await as(w, a).suspend(clinic.address);
  });

  it("a suspension is confirmed and ended by the council only", async () => {
    await decide(w, "license", clinic.address, FAR);
    await register(w, clinic, "clinic");
    await councilFails(w, ["confirmSuspension", clinic.address], "NotSuspended", [clinic.address]);
    await councilFails(w, ["unsuspend", clinic.address], "NotSuspended", [clinic.address]);
    await as(w, account(w, 0)).suspend(clinic.address);
    assert.deepEqual((await eventsOf(w, decide(w, "confirmSuspension", clinic.address)))[1], [
      "SuspensionConfirmed",
      clinic.address,
    ]);
    assert.equal((await licenseOf())[3], CONFIRMED);
    await chain.moveTo(now + 1000 * DAY);
    assert.deepEqual(await standing(), { eligible: false, barred: true });
    // Neither another licensor's suspension nor a renewal shortens it.
    assert.equal((await eventsOf(w, as(w, account(w, 1)).suspend(clinic.address)))[0]?.[3], CONFIRMED);
    await decide(w, "license", clinic.address, FAR);
    assert.deepEqual(await licenseOf(), [NODE, 2n, BigInt(FAR), CONFIRMED]);
    assert.deepEqual((await eventsOf(w, decide(w, "unsuspend", clinic.address)))[1], [
      "NodeUnsuspended",
      clinic.address,
    ]);
    assert.deepEqual(await standing(), { eligible: true, barred: false });
  });

  it("a revocation ends the suspension with the grant it was about", async () => {
    await decide(w, "license", clinic.address, FAR);
    await register(w, clinic, "clinic");
    await as(w, account(w, 0)).suspend(clinic.address);
    await decide(w, "confirmSuspension", clinic.address);
    await decide(w, "revoke", clinic.address);
    assert.deepEqual(await licenseOf(), [NONE, 1n, 0n, 0n]);
    await councilFails(w, ["unsuspend", clinic.address], "NotSuspended", [clinic.address]);
    await decide(w, "license", clinic.address, FAR);
    assert.deepEqual(await standing(), { eligible: true, barred: false });
  });

  it("eligibleMask reads up to 256 accounts, bit i for account i", async () => {
    const [second, third] = [account(w, 6), account(w, 7)];
    for (const who of [clinic, second, third]) await decide(w, "license", who.address, FAR);
    await register(w, clinic, "clinic");
    await register(w, third, "third");
    const accounts = [second.address, clinic.address, third.address, ZeroAddress, clinic.address];
    assert.equal(await w.registry.eligibleMask(accounts), 0b10110n);
    assert.equal(await w.registry.eligibleMask([]), 0n);
    assert.equal(await w.registry.eligibleMask(Array(256).fill(clinic.address)), 2n ** 256n - 1n);
    await refuses(w, w.registry.eligibleMask(Array(257).fill(clinic.address)), "InvalidArgument", ["accounts"]);
  });
});
