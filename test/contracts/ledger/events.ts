/** ISwarmLedger's logs as the project's events, by the ABI's own names. */
import type { Interface, ParamType } from "ethers";
import { getBytes } from "ethers";
import type { RoundEvent } from "../../../node/core/ledger/events.ts";

const ABORT_REASONS = ["TooFewSubmissions", "TooFewHeld", "NoQuorum"];
/** 256-bit arguments that are counts; all others of that width are masks and stay bigints. */
const COUNTS = ["member", "index", "needed"];

export function decodeEvent(ledger: Interface, log: { topics: string[]; data: string }): RoundEvent {
  const parsed = ledger.parseLog(log);
  if (parsed === null) throw new Error(`not an event of the ledger: ${log.topics[0]}`);
  const fields = parsed.fragment.inputs.map((input, i) => [fieldName(input), fieldValue(input, parsed.args[i])]);
  return { type: parsed.name, ...Object.fromEntries(fields) };
}

const fieldName = (input: ParamType): string => (input.name === "sha256_" ? "sha256" : input.name);

export function fieldValue(input: ParamType, value: unknown): unknown {
  if (input.name === "reason") return ABORT_REASONS[Number(value)];
  if (input.name === "document") return getBytes(value as string);
  if (input.components) {
    const values = [...(value as Iterable<unknown>)];
    return Object.fromEntries(input.components.map((part, i) => [fieldName(part), fieldValue(part, values[i])]));
  }
  if (input.type === "uint256" && !COUNTS.includes(input.name)) return value;
  if (input.type.startsWith("uint")) return Number(value);
  return typeof value === "string" && value.startsWith("0x") ? value.toLowerCase() : value;
}
