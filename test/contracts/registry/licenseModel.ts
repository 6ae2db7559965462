import assert from "node:assert/strict";
import { ZeroAddress } from "ethers";
import fc from "fast-check";
import { account, as, type Build, type Chain, DAY, refusalOf, type World } from "./chain.ts";
import { decideAt } from "./council.ts";
import { encryptionKey, FAR, nodeKeys, peerKey, signFor } from "./keys.ts";

const NEWEST = { blockTag: "latest" } as const;
const LICENSORS = 3;
/** Two accounts compete for three peer keys and three encryption keys. */
const CLINICS = [5, 6];
const SEEDS = ["north", "south", "east"];

type Step = { clinic: number; wait: number } & (
  | { do: "license"; days: number }
  | { do: "authorizeAuditor" | "revoke" | "confirmSuspension" | "unsuspend" }
  | { do: "suspend"; licensor: number }
  | { do: "register"; peer: number; encryption: number }
);
type Taken = Step & { at: number };

const clinic = fc.constantFrom(...CLINICS);
/** Mostly no time passes, and often just as much as ends a suspension or a licence. */
const wait = fc.constantFrom(0, 0, 0, 1, DAY - 1, DAY, DAY + 1);
const seed = fc.nat({ max: SEEDS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ clinic, wait, do: fc.constant("license" as const), days: fc.constantFrom(0, 1, 2, 100) }),
  fc.record({
    clinic,
    wait,
    do: fc.constantFrom(
      "authorizeAuditor" as const,
      "revoke" as const,
      "confirmSuspension" as const,
      "unsuspend" as const,
    ),
  }),
  fc.record({ clinic, wait, do: fc.constant("suspend" as const), licensor: fc.nat({ max: LICENSORS - 1 }) }),
  fc.record({ clinic, wait, do: fc.constant("register" as const), peer: seed, encryption: seed }),
);

/** Knows only what was done and when, and works out everything else from the beginning each time it is asked. */
class Oracle {
  readonly #done: Taken[] = [];

  /** Records the step, or returns the name of the refusal. */
  take(step: Taken): string | undefined {
    const refusal = this.#refusal(step);
    if (refusal === undefined) this.#done.push(step);
    return refusal;
  }

  #refusal(step: Taken): string | undefined {
    const { role, grant, expiresAt, suspendedUntil } = this.stateOf(step.clinic, step.at);
    switch (step.do) {
      case "license":
        if (step.days === 0) return "InvalidExpiry";
        return role === "Auditor" ? "AlreadyHasRole" : undefined;
      case "authorizeAuditor":
        return role === "None" ? undefined : "AlreadyHasRole";
      case "revoke":
        return role === "None" ? "NotLicensed" : undefined;
      case "confirmSuspension":
      case "unsuspend":
        return suspendedUntil === 0 ? "NotSuspended" : undefined;
      case "suspend": {
        if (role === "None") return "NotLicensed";
        const spent = this.#done.some(
          (done, index) =>
            done.do === "suspend" &&
            done.clinic === step.clinic &&
            done.licensor === step.licensor &&
            this.#grantsUpTo(step.clinic, index) === grant,
        );
        return spent ? "SuspensionSpent" : undefined;
      }
      case "register": {
        if (role === "None" || suspendedUntil !== 0 || (role === "Node" && step.at >= expiresAt)) return "NotLicensed";
        const others = this.#registrations().filter((done) => done.clinic !== step.clinic);
        if (others.some((done) => done.peer === step.peer)) return "PeerKeyTaken";
        return others.some((done) => done.encryption === step.encryption) ? "EncryptionKeyTaken" : undefined;
      }
    }
  }

  #registrations() {
    return this.#done.filter((done) => done.do === "register");
  }

  #grantsUpTo(clinic: number, end: number): number {
    const grants = this.#done.slice(0, end).filter((done) => done.do === "license" || done.do === "authorizeAuditor");
    return grants.filter((done) => done.clinic === clinic).length;
  }

  stateOf(clinic: number, now: number) {
    let [role, expiresAt, suspendedUntil] = ["None", 0, 0];
    for (const done of this.#done.filter((candidate) => candidate.clinic === clinic)) {
      if (done.do === "license") [role, expiresAt] = ["Node", done.at + done.days * DAY];
      else if (done.do === "authorizeAuditor") role = "Auditor";
      else if (done.do === "revoke") [role, expiresAt, suspendedUntil] = ["None", 0, 0];
      else if (done.do === "suspend") suspendedUntil = Math.max(suspendedUntil, done.at + DAY);
      else if (done.do === "confirmSuspension") suspendedUntil = Number.POSITIVE_INFINITY;
      else if (done.do === "unsuspend") suspendedUntil = 0;
    }
    if (suspendedUntil <= now) suspendedUntil = 0;
    const node = role === "Node" && suspendedUntil === 0;
    const present = this.#registrations().findLast((done) => done.clinic === clinic);
    return {
      role,
      grant: this.#grantsUpTo(clinic, this.#done.length),
      expiresAt,
      suspendedUntil,
      eligible: node && now < expiresAt && present !== undefined,
      barred: !node,
      peer: present?.peer,
    };
  }

  ownerOf(peer: number): number | undefined {
    return CLINICS.find((clinic) => this.stateOf(clinic, 0).peer === peer);
  }
}

async function send(world: World, step: Taken): Promise<string | undefined> {
  const who = account(world, step.clinic);
  try {
    if (step.do === "register") {
      const keys = nodeKeys(SEEDS[step.peer] ?? "", { encryptionKey: encryptionKey(SEEDS[step.encryption] ?? "") });
      const signature = await signFor(world.registry, who.address, keys, peerKey(SEEDS[step.peer] ?? ""));
      await world.chain.nextAt(step.at);
      await as(world, who).registerNode(keys, signature);
    } else if (step.do === "suspend") {
      await world.chain.nextAt(step.at);
      await as(world, account(world, step.licensor)).suspend(who.address);
    } else {
      const expiry = step.do === "license" ? [step.at + step.days * DAY] : [];
      await decideAt(world, step.at, [step.do, who.address, ...expiry]);
    }
    return undefined;
  } catch (error) {
    const refusal = refusalOf(world, error);
    if (refusal === undefined) throw error;
    return refusal.name;
  }
}

async function assertSame(world: World, oracle: Oracle, now: number): Promise<void> {
  const { registry } = world;
  let mask = 0n;
  for (const [index, clinic] of CLINICS.entries()) {
    const { address } = account(world, clinic);
    const state = oracle.stateOf(clinic, now);
    if (state.eligible) mask |= 1n << BigInt(index);
    const actual = await registry.licenseOf(address, NEWEST);
    const until = state.suspendedUntil === Number.POSITIVE_INFINITY ? 2n ** 64n - 1n : BigInt(state.suspendedUntil);
    const role = BigInt(["None", "Node", "Auditor"].indexOf(state.role));
    assert.deepEqual([...actual], [role, BigInt(state.grant), BigInt(state.expiresAt), until], "the licence");
    assert.equal(await registry.isEligible(address, NEWEST), state.eligible, "eligible");
    assert.equal(await registry.isBarred(address, NEWEST), state.barred, "barred");
  }
  const addresses = CLINICS.map((clinic) => account(world, clinic).address);
  assert.equal(await registry.eligibleMask(addresses, NEWEST), mask, "the mask");
  for (const [peer, seed] of SEEDS.entries()) {
    const owner = oracle.ownerOf(peer);
    const peerId = `0x002508021221${peerKey(seed).compressedPublicKey.slice(2)}`;
    const expected = owner === undefined ? ZeroAddress : account(world, owner).address;
    assert.equal(await registry.accountOfPeer(peerId), expected, "the owner of the peer id");
  }
}

/** Plays random licences, suspensions, registrations and passing time against the contract and the oracle; both must agree throughout. */
export async function checkLicenses(
  chain: Chain,
  build: Build,
  runs: { numRuns: number; seed: number },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const world = await chain.deploy(build, { licensors: LICENSORS, threshold: 1, suspensionPeriod: DAY });
      const oracle = new Oracle();
      let at = (await chain.now()) + 60;
      for (const clinic of CLINICS) {
        const first: Taken = { clinic, wait: 0, do: "license", days: 2, at };
        assert.equal(await send(world, first), oracle.take(first));
      }
      for (const next of steps) {
        at += next.wait;
        const taken = { ...next, at };
        assert.equal(await send(world, taken), oracle.take(taken), JSON.stringify(taken));
        await chain.moveTo(at);
        await assertSame(world, oracle, at);
        assert.ok(at < FAR);
      }
    }),
    { ...runs, endOnFailure: true },
  );
}
