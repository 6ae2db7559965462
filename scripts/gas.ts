/**
 * `npm run gas [-- --json]`: gas of every call of SwarmLedger, and of the registry calls around it, with the real registry, for 4, 16
 * and 64 members. Each figure is the largest seen in three rounds and an aborted one: acts as they usually are, and the act that
 * completes a phase, which pays for the next phase, too. Fixed gas limits are taken from here.
 */
import { createHash } from "node:crypto";
import hre from "hardhat";
import type { RoundAct } from "../node/core/ledger/acts.ts";
import type { Bytes32 } from "../node/core/primitives.ts";
import { account } from "../test/contracts/ledger/chain.ts";
import { closeShared, memberAccount, Scenario } from "../test/contracts/ledger/scenario.ts";
import { DOCUMENT, MODEL_CID, type Outcome } from "../test/contracts/ledger/world.ts";

const SIZES = [4, 16, 64];
/** Bytes; what TaskRules allows. */
const LARGEST_DOCUMENT = 24_576;

type Figures = Map<string, number>;

/** What a transaction is called in the table: its act, and what else it brought about. */
function labelOf(act: RoundAct, { events }: Outcome): string {
  const types = events.map((event) => event.type);
  const event = events.at(0);
  if (event?.type === "ModelVoted" && event.late) return "vote, late";
  const ends: [(typeof types)[number], string][] = [
    ["TaskFinished", "finishes the task"],
    ["RoundFinalized", "makes a round final, opens the next"],
    ["RoundAborted", "aborts, opens the next attempt"],
    ["RoundOpened", "opens an attempt"],
    ["SubmissionsClosed", "closes submissions"],
    ["InclusionFixed", "fixes what is merged"],
  ];
  const end = ends.find(([type]) => types.includes(type));
  return end === undefined ? act.type : `${act.type}, ${end[1]}`;
}

async function measure(members: number): Promise<Figures> {
  const figures: Figures = new Map();
  const note = (label: string, gas: number): void => void figures.set(label, Math.max(gas, figures.get(label) ?? 0));
  const f = Math.floor((members - 1) / 3);
  const params = { f, minPeers: 2 * f + 1, startMembers: members, rounds: 3, maxWeight: members };
  const task = await Scenario.start({ members: 0, params: { ...params }, real: true });
  const { world, taskId } = task;
  const act = world.act.bind(world);
  world.act = async (sender, one) => {
    const outcome = await act(sender, one);
    const isLargest = one.type === "createTask" && one.document.length === LARGEST_DOCUMENT;
    if (outcome.error === undefined && !isLargest) note(labelOf(one, outcome), outcome.gas);
    return outcome;
  };
  world.registry.onGas = (call, gas) => note(`registry: ${call}`, gas);

  const document = new Uint8Array(LARGEST_DOCUMENT).fill(97);
  const documentHash: Bytes32 = `0x${createHash("sha256").update(document).digest("hex")}`;
  const create = { type: "createTask", modelCid: MODEL_CID } as const;
  await task.done(account(0), { ...create, params: { ...task.params, rounds: 4 }, document: DOCUMENT });
  const largest = await task.done(account(0), { ...create, params: { ...task.params, documentHash }, document });
  note("createTask, largest document", largest.gas);
  await task.enrol(members);
  const everyone = Array.from({ length: members }, (_, i) => i);
  const absent = members - 1;
  const most = everyone.slice(0, absent);

  // Three attempts without the last member, by deadlines: it is absent afterwards, and comes back.
  await task.submit(...most);
  await task.expire();
  await task.attest(...most);
  await task.expire();
  await task.expire();
  await task.expire();
  await task.expire();
  for (const member of everyone) {
    const { absent: missing } = await task.state();
    if ((missing >> BigInt(member)) & 1n) await task.done(memberAccount(member), { type: "comeBack", taskId });
  }
  for (let round = 1; round <= 3; round++) {
    await task.submit(...everyone);
    await task.attest(...everyone);
    const ballot = await task.ballot();
    // In the first round opening is paused, so that the next one has to be opened by an advance.
    await world.registry.pause(round === 1);
    for (const member of everyone) await task.done(memberAccount(member), ballot);
    if (round !== 1) continue;
    await world.registry.pause(false);
    await task.done(account(999), { type: "advance", taskId });
  }
  return figures;
}

function table(figures: readonly Figures[]): string {
  const labels = [...new Set(figures.flatMap((one) => [...one.keys()]))].sort();
  const width = Math.max(...labels.map((label) => label.length));
  const row = (head: string, cells: (number | string | undefined)[]): string =>
    [head.padEnd(width), ...cells.map((cell) => (cell?.toLocaleString("en-US") ?? "-").padStart(12))].join("");
  return [
    row(
      "gas, largest seen",
      SIZES.map((size) => `${size} members`),
    ),
    ...labels.map((label) =>
      row(
        label,
        figures.map((one) => one.get(label)),
      ),
    ),
  ].join("\n");
}

await hre.tasks.getTask("build").run({ quiet: true });
const figures: Figures[] = [];
for (const size of SIZES) figures.push(await measure(size));
if (process.argv.includes("--json")) {
  const json = Object.fromEntries(SIZES.map((size, i) => [size, Object.fromEntries(figures[i] ?? [])]));
  process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
} else {
  process.stdout.write(`${table(figures)}\n`);
}
await closeShared();
