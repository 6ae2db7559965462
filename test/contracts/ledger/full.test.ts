import assert from "node:assert/strict";
import { test } from "node:test";
import hre from "hardhat";
import { memberAccount, Scenario } from "./scenario.ts";

/** EIP-7825's cap on one transaction, which a chain may enforce. */
const TRANSACTION_GAS_CAP = 16_777_216;
const EVERYONE = (1n << 256n) - 1n;

test("256 members: the last one opens the task, all are counted, and no act nears the cap on gas", async () => {
  const task = await Scenario.start({
    members: 0,
    params: { f: 84, minPeers: 172, startMembers: 256, rounds: 1, maxWeight: 256 },
  });
  const accounts = Array.from({ length: 257 }, (_, i) => memberAccount(i));
  await task.world.registry.license(accounts, "licensed");
  const { taskId } = task;
  let opening = 0;
  for (const who of accounts.slice(0, 256)) opening = (await task.done(who, { type: "join", taskId })).gas;
  assert.equal((await task.state()).snapshot, EVERYONE);
  await task.refused("TaskFull", memberAccount(256), { type: "join", taskId });

  const ref = await task.ref();
  for (let member = 0; member < 256; member++)
    await task.done(memberAccount(member), { ...(await task.submission(member)), ref });
  assert.equal((await task.state()).submitted, EVERYONE);
  // The last update has 84 = f holders, the others 256.
  const attestation = await task.attestation();
  let inclusion = 0;
  for (let member = 0; member < 256; member++) {
    const held = member < 84 ? EVERYONE : EVERYONE >> 1n;
    inclusion = (await task.done(memberAccount(member), { ...attestation, held, refused: EVERYONE & ~held })).gas;
  }
  assert.equal((await task.state()).included, EVERYONE >> 1n);
  const ballot = await task.ballot();
  for (let member = 0; member < 170; member++) await task.done(memberAccount(member), ballot);
  assert.equal((await task.state()).phase, "Merge");
  await task.done(memberAccount(170), ballot);
  assert.equal((await task.state()).phase, "Finished");
  assert.ok(opening < TRANSACTION_GAS_CAP / 2, `opening takes ${opening} gas`);
  assert.ok(inclusion < TRANSACTION_GAS_CAP / 2, `inclusion takes ${inclusion} gas`);
});

test("EIP-170: the deployed code is within 24,576 bytes", { skip: hre.globalOptions.coverage }, async () => {
  const { deployedBytecode } = await hre.artifacts.readArtifact("SwarmLedger");
  const bytes = (deployedBytecode.length - 2) / 2;
  assert.ok(bytes <= 24_576, `${bytes} bytes`);
});
