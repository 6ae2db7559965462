import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { getBytes, id, keccak256, ZeroAddress } from "ethers";
import { account, as, type Build, builtRegistry, Chain, DAY, eventsOf, refuses, type World } from "./chain.ts";
import { COUNCIL_FUNCTIONS, councilFails, decide, encodeAct } from "./council.ts";

const TASK = id("a task");

describe("NodeRegistry: the council", () => {
  let chain: Chain;
  let build: Build;

  before(async () => {
    chain = await Chain.open();
    build = await builtRegistry();
  });
  after(() => chain.close());

  const world = (licensors = 3, threshold = 2): Promise<World> => chain.deploy(build, { licensors, threshold });

  describe("when it is deployed", () => {
    it("has its licensors and threshold, says so in events, and starts epoch 1", async () => {
      const w = await world();
      assert.deepEqual(
        [...(await w.registry.licensors())],
        w.licensors.map((l) => l.address),
      );
      assert.equal(await w.registry.threshold(), 2n);
      assert.equal(await w.registry.councilEpoch(), 1n);
      assert.equal(await w.registry.proposalCount(), 0n);
      assert.equal(await w.registry.suspensionPeriod(), BigInt(DAY));
      const deployment = w.registry.deploymentTransaction();
      assert.ok(deployment);
      assert.deepEqual(await eventsOf(w, Promise.resolve(deployment)), [
        ...w.licensors.map((l) => ["LicensorAdded", l.address]),
        ["ThresholdChanged", 2n],
        ["CouncilEpochStarted", 1n],
      ]);
    });

    it("fits the size that EIP-170 allows", async () => {
      const w = await world();
      const code = await chain.codeAt(w.address);
      assert.ok(getBytes(code).length <= 24_576, `${getBytes(code).length} bytes`);
    });

    it("refuses a council that could never act, or that lets anyone act", async () => {
      const w = await world();
      const [a, b] = [account(w, 0).address, account(w, 1).address];
      const deploy = (...args: unknown[]) => chain.deployRaw(build, args);
      await refuses(w, deploy([], 1, DAY), "InvalidCouncil", [0n, 1n]);
      await refuses(w, deploy([], 0, DAY), "InvalidCouncil", [0n, 0n]);
      await refuses(w, deploy([a, b], 0, DAY), "InvalidCouncil", [2n, 0n]);
      await refuses(w, deploy([a, b], 3, DAY), "InvalidCouncil", [2n, 3n]);
      await refuses(w, deploy([a, a], 1, DAY), "AlreadyLicensor", [a]);
      await refuses(w, deploy([a, ZeroAddress], 1, DAY), "InvalidArgument", ["account"]);
      await refuses(w, deploy([a], 1, 0), "InvalidArgument", ["suspensionPeriod"]);
      await refuses(w, deploy([a], 1, 365 * DAY + 1), "InvalidArgument", ["suspensionPeriod"]);
      await deploy([a], 1, 365 * DAY);
    });
  });

  describe("an act", () => {
    it("is proposed, approved by M and executed once", async () => {
      const w = await world();
      const act = encodeAct(w, ["approveTask", TASK]);
      const [a, b, c] = [account(w, 0), account(w, 1), account(w, 2)];
      assert.equal(await as(w, a).propose.staticCall(act), 1n);
      assert.deepEqual(await eventsOf(w, as(w, a).propose(act)), [
        ["ActProposed", 1n, a.address, act, 1n],
        ["ActApproved", 1n, a.address, 1n],
      ]);
      assert.deepEqual([...(await w.registry.proposals(1))], [keccak256(act), 1n, 1n, false]);
      assert.equal(await w.registry.isTaskApproved(TASK), false);

      assert.deepEqual(await eventsOf(w, as(w, b).approve(1, keccak256(act))), [
        ["ActApproved", 1n, b.address, 2n],
        ["TaskApproved", TASK],
        ["ActExecuted", 1n],
      ]);
      assert.deepEqual([...(await w.registry.proposals(1))], [keccak256(act), 1n, 2n, true]);
      assert.equal(await w.registry.isTaskApproved(TASK), true);
      await refuses(w, as(w, c).approve(1, keccak256(act)), "ProposalClosed", [1n]);
    });

    it("executes with its proposal where the threshold is 1", async () => {
      const w = await world(1, 1);
      const events = await eventsOf(w, as(w, account(w, 0)).propose(encodeAct(w, ["pause"])));
      assert.deepEqual(
        events.map(([name]) => name),
        ["ActProposed", "ActApproved", "Paused", "ActExecuted"],
      );
      assert.equal(await w.registry.paused(), true);
    });

    it("counts one approval for each licensor, and only for the bytes that were proposed", async () => {
      const w = await world();
      const act = encodeAct(w, ["pause"]);
      const other = keccak256(encodeAct(w, ["unpause"]));
      const [a, b] = [account(w, 0), account(w, 1)];
      await as(w, a).propose(act);
      await refuses(w, as(w, a).approve(1, keccak256(act)), "AlreadyApproved", [1n, a.address]);
      await refuses(w, as(w, b).approve(1, other), "ActMismatch", [1n, keccak256(act), other]);
      await refuses(w, as(w, b).approve(2, keccak256(act)), "UnknownProposal", [2n]);
      await refuses(w, as(w, b).approve(0, keccak256(act)), "UnknownProposal", [0n]);
      await refuses(w, as(w, account(w, 3)).approve(1, keccak256(act)), "NotLicensor", [account(w, 3).address]);
      await as(w, b).approve(1, keccak256(act));
      assert.equal(await w.registry.paused(), true);
    });

    it("is one of the council's functions with exactly its arguments", async () => {
      const w = await world();
      const licensor = as(w, account(w, 0));
      const propose = w.registry.interface.encodeFunctionData("propose", ["0x"]);
      const suspend = w.registry.interface.encodeFunctionData("suspend", [account(w, 5).address]);
      for (const act of [propose, suspend]) await refuses(w, licensor.propose(act), "InvalidAct", [act.slice(0, 10)]);
      await refuses(w, licensor.propose("0x"), "InvalidAct", ["0x00000000"]);
      await refuses(w, licensor.propose("0x8456cb"), "InvalidAct", ["0x8456cb00"]);
      const license = encodeAct(w, ["license", account(w, 5).address, 1]);
      await refuses(w, licensor.propose(`${license}00`), "InvalidAct", [license.slice(0, 10)]);
      await refuses(w, licensor.propose(license.slice(0, -2)), "InvalidAct", [license.slice(0, 10)]);
      await licensor.propose(license);
      await refuses(w, as(w, account(w, 3)).propose(license), "NotLicensor", [account(w, 3).address]);
    });

    it("that fails undoes the approval which reached the threshold, and can be tried again", async () => {
      const w = await world();
      const stranger = account(w, 5).address;
      await councilFails(w, ["revoke", stranger], "NotLicensed", [stranger]);
      const proposal = await w.registry.proposals(1);
      assert.deepEqual([proposal.approvals, proposal.executed], [1n, false]);
      await decide(w, "authorizeAuditor", stranger);
      assert.deepEqual((await eventsOf(w, as(w, account(w, 1)).approve(1, proposal.actHash))).at(-1), [
        "ActExecuted",
        1n,
      ]);
    });

    it("with an argument that is no address is refused without a reason of its own", async () => {
      const w = await world();
      const act = encodeAct(w, ["revoke", account(w, 5).address]);
      const dirty = `${act.slice(0, 10)}01${act.slice(12)}`;
      await as(w, account(w, 0)).propose(dirty);
      await refuses(w, as(w, account(w, 1)).approve(1, keccak256(dirty)), "FailedCall");
    });

    it("cannot be called past the council, not even by a licensor", async () => {
      const w = await world(1, 1);
      const someone = account(w, 5).address;
      const args: Record<string, unknown[]> = {
        addLicensor: [someone, 1],
        removeLicensor: [someone, 1],
        setThreshold: [1],
        license: [someone, 2n ** 64n - 1n],
        approveTask: [TASK],
        pause: [],
        unpause: [],
      };
      const licensor = as(w, account(w, 0));
      for (const name of COUNCIL_FUNCTIONS) {
        const call = licensor.getFunction(name)(...(args[name] ?? [someone]));
        await refuses(w, call, "NotCouncil", [account(w, 0).address]);
      }
    });
  });

  describe("when it changes", () => {
    it("adds a licensor with a new threshold and closes open proposals", async () => {
      const w = await world();
      const [a, b, joining] = [account(w, 0), account(w, 1), account(w, 4)];
      const open = encodeAct(w, ["pause"]);
      await as(w, a).propose(open);
      assert.deepEqual((await eventsOf(w, decide(w, "addLicensor", joining.address, 3))).slice(-4), [
        ["LicensorAdded", joining.address],
        ["ThresholdChanged", 3n],
        ["CouncilEpochStarted", 2n],
        ["ActExecuted", 2n],
      ]);
      assert.equal(await w.registry.isLicensor(joining.address), true);
      await refuses(w, as(w, b).approve(1, keccak256(open)), "ProposalClosed", [1n]);
      // The newcomer counts from now on.
      await as(w, joining).propose(open);
      await as(w, a).approve(3, keccak256(open));
      await as(w, b).approve(3, keccak256(open));
      assert.equal(await w.registry.paused(), true);
    });

    it("removes a licensor, whose approvals are gone with it, even if it comes back", async () => {
      const w = await world();
      const [a, b, leaving] = [account(w, 0), account(w, 1), account(w, 2)];
      const open = encodeAct(w, ["pause"]);
      await as(w, leaving).propose(open);
      const events = await eventsOf(w, decide(w, "removeLicensor", leaving.address, 2));
      assert.deepEqual(events.slice(-3), [
        ["LicensorRemoved", leaving.address],
        ["CouncilEpochStarted", 2n],
        ["ActExecuted", 2n],
      ]);
      assert.equal(await w.registry.isLicensor(leaving.address), false);
      await refuses(w, as(w, leaving).propose(open), "NotLicensor", [leaving.address]);
      await refuses(w, as(w, leaving).suspend(a.address), "NotLicensor", [leaving.address]);
      await refuses(w, as(w, b).approve(1, keccak256(open)), "ProposalClosed", [1n]);
      await decide(w, "addLicensor", leaving.address, 2);
      await refuses(w, as(w, b).approve(1, keccak256(open)), "ProposalClosed", [1n]);
      assert.equal(await w.registry.paused(), false);
    });

    it("changes its threshold, or sets the same again to close what is open", async () => {
      const w = await world();
      const open = encodeAct(w, ["pause"]);
      await as(w, account(w, 2)).propose(open);
      const events = await eventsOf(w, decide(w, "setThreshold", 2));
      assert.deepEqual(events.slice(-2), [
        ["CouncilEpochStarted", 2n],
        ["ActExecuted", 2n],
      ]);
      await refuses(w, as(w, account(w, 0)).approve(1, keccak256(open)), "ProposalClosed", [1n]);
      await decide(w, "setThreshold", 3);
      assert.equal(await w.registry.threshold(), 3n);
      assert.equal(await w.registry.councilEpoch(), 3n);
    });

    it("keeps 1 <= M <= N, and the last licensor", async () => {
      const w = await world(2, 2);
      const [a, b, c] = [account(w, 0).address, account(w, 1).address, account(w, 2).address];
      await councilFails(w, ["setThreshold", 0], "InvalidCouncil", [2n, 0n]);
      await councilFails(w, ["setThreshold", 3], "InvalidCouncil", [2n, 3n]);
      await councilFails(w, ["addLicensor", c, 4], "InvalidCouncil", [3n, 4n]);
      await councilFails(w, ["removeLicensor", b, 2], "InvalidCouncil", [1n, 2n]);
      await councilFails(w, ["addLicensor", b, 2], "AlreadyLicensor", [b]);
      await councilFails(w, ["addLicensor", ZeroAddress, 2], "InvalidArgument", ["account"]);
      await councilFails(w, ["removeLicensor", c, 1], "NotLicensor", [c]);
      await decide(w, "removeLicensor", b, 1);
      await councilFails(w, ["removeLicensor", a, 1], "InvalidCouncil", [0n, 1n]);
      await councilFails(w, ["removeLicensor", a, 0], "InvalidCouncil", [0n, 0n]);
      assert.deepEqual([...(await w.registry.licensors())], [a]);
    });
  });

  it("approves tasks and pauses the opening of rounds", async () => {
    const w = await world();
    await councilFails(w, ["approveTask", `0x${"00".repeat(32)}`], "InvalidArgument", ["taskId"]);
    assert.deepEqual((await eventsOf(w, decide(w, "pause")))[1], ["Paused"]);
    assert.equal(await w.registry.paused(), true);
    assert.deepEqual((await eventsOf(w, decide(w, "unpause")))[1], ["Unpaused"]);
    assert.equal(await w.registry.paused(), false);
  });
});
