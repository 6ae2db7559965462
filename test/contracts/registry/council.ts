import type { ContractTransactionResponse, Interface } from "ethers";
import { as, refuses, type World } from "./chain.ts";

/** A council function's name and its arguments. */
export type Act = [name: CouncilFunction, ...args: unknown[]];

export const COUNCIL_FUNCTIONS = [
  "addLicensor",
  "removeLicensor",
  "setThreshold",
  "license",
  "authorizeAuditor",
  "revoke",
  "confirmSuspension",
  "unsuspend",
  "approveTask",
  "pause",
  "unpause",
] as const;
export type CouncilFunction = (typeof COUNCIL_FUNCTIONS)[number];

/** The calldata that a proposal carries. */
export function encodeAct(world: World, [name, ...args]: Act): string {
  const abi: Interface = world.registry.interface;
  return abi.encodeFunctionData(name, args);
}

/** Takes an act through the council: the first licensor proposes, the next ones approve. Returns the transaction that executed it. */
export function decide(world: World, ...act: Act): Promise<ContractTransactionResponse> {
  return decideAt(world, undefined, act);
}

/** The same, with the time in unix seconds at which the act is executed. */
export async function decideAt(world: World, time: number | undefined, act: Act): Promise<ContractTransactionResponse> {
  const threshold = Number(await world.registry.threshold());
  const present = await world.registry.licensors();
  const voters = world.accounts.filter((account) => present.includes(account.address)).slice(0, threshold);
  const [first, ...others] = voters;
  if (first === undefined) throw new Error("no present licensor among the accounts");
  if (time !== undefined && others.length === 0) await world.chain.nextAt(time);
  let last = await as(world, first).propose(encodeAct(world, act));
  const id = await world.registry.proposalCount();
  const { actHash } = await world.registry.proposals(id);
  for (const [index, voter] of others.entries()) {
    if (time !== undefined && index === others.length - 1) await world.chain.nextAt(time);
    last = await as(world, voter).approve(id, actHash);
  }
  return last;
}

/** Asserts that the council agrees on an act and the act itself fails, which undoes the last approval. */
export async function councilFails(world: World, act: Act, error: string, args?: unknown[]): Promise<void> {
  await refuses(world, decide(world, ...act), error, args);
}
