import { AbiCoder, type EventFragment, type Interface, type ParamType } from "ethers";

/** A log as JSON-RPC gives it, as far as decoding needs it. */
export interface RawLog {
  address: string;
  topics: string[];
  data: string;
}

const coder = AbiCoder.defaultAbiCoder();
const known = new Map<
  string,
  { fragment: EventFragment; fields: { name: string; indexed: boolean; type: string }[] }
>();

/**
 * An event's name and its arguments by name. Text comes as bytes (`0x` hex), as the encodings are the same: ethers refuses to
 * decode text that is no UTF-8, and nobody's bad text may stop the others from reading.
 * @returns undefined where the contract has no such event
 * @throws Error where topics or data do not fit the event
 */
export function eventArguments(
  abi: Interface,
  log: RawLog,
): { name: string; args: Record<string, unknown> } | undefined {
  const topic = log.topics[0];
  if (topic === undefined) return undefined;
  let entry = known.get(topic);
  if (!entry) {
    const fragment = abi.getEvent(topic);
    if (!fragment) return undefined;
    const fields = fragment.inputs.map((input) => ({
      name: input.name,
      indexed: input.indexed === true,
      type: asBytes(input),
    }));
    entry = { fragment, fields };
    known.set(topic, entry);
  }
  const { fragment, fields } = entry;
  const indexed = fields.filter((field) => field.indexed);
  const plain = fields.filter((field) => !field.indexed);
  if (log.topics.length !== indexed.length + 1)
    throw new Error(`${fragment.name} has ${log.topics.length - 1} indexed arguments`);
  const args: Record<string, unknown> = {};
  indexed.forEach((field, i) => {
    args[field.name] = coder.decode([field.type], log.topics[i + 1] as string)[0];
  });
  const values = coder.decode(
    plain.map((field) => field.type),
    log.data,
  );
  plain.forEach((field, i) => {
    args[field.name] = values[i];
  });
  return { name: fragment.name, args };
}

function asBytes(input: ParamType): string {
  // `full` would add the names; the type alone keeps tuples decodable by position and name.
  return input
    .format("full")
    .replaceAll(/\bstring\b/g, "bytes")
    .replace(/ indexed\b/, "");
}
