import type { ErrorDescription, Interface } from "ethers";
import type { Refusal } from "../../../core/ledger/refusals.ts";
import { ledgerAbi, registryAbi } from "./artifacts.ts";
import { toSeconds } from "./values.ts";

/** Decodes revert data (`0x` hex); a registry error that came up through the ledger is found as well. */
export function decodeRevert(data: string): Refusal {
  for (const abi of [ledgerAbi(), registryAbi()]) {
    const error = parse(abi, data);
    if (error) return { reason: error.name, args: named(error) };
  }
  return { reason: "Unknown", args: { data } };
}

/** Looks for revert data in the error of a JSON-RPC answer: nodes put it in different places. */
export function revertDataOf(rpcData: unknown): string | undefined {
  if (typeof rpcData === "string") return /^(Reverted )?(0x[0-9a-fA-F]*)$/.exec(rpcData)?.[2];
  if (typeof rpcData !== "object" || rpcData === null) return undefined;
  const { data, result } = rpcData as { data?: unknown; result?: unknown };
  return revertDataOf(data ?? result);
}

function parse(abi: Interface, data: string): ErrorDescription | null {
  try {
    return abi.parseError(data);
  } catch {
    return null;
  }
}

function named(error: ErrorDescription): Record<string, unknown> {
  const entries = error.fragment.inputs.map((input, i) => {
    const value: unknown = error.args[i];
    const text = typeof value === "string" && value.startsWith("0x") ? value.toLowerCase() : value;
    return [input.name || String(i), typeof value === "bigint" ? toSeconds(value) : text];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
