import { AbiCoder, type Interface, ParamType } from "ethers";

/** A log as JSON-RPC gives it, as far as decoding needs it. */
export interface RawLog {
  address: string;
  topics: string[];
  data: string;
}

interface EventShape {
  name: string;
  indexed: ParamType[];
  plain: ParamType[];
}

const coder = AbiCoder.defaultAbiCoder();
const shapes = new Map<string, EventShape>();

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
  const shape = shapeOf(abi, log.topics[0]);
  if (!shape) return undefined;
  const { name, indexed, plain } = shape;
  if (log.topics.length !== indexed.length + 1)
    throw new Error(`${name} has ${log.topics.length - 1} indexed arguments`);
  const args: Record<string, unknown> = {};
  const topics = valuesOf(indexed, `0x${log.topics.slice(1).map(withoutPrefix).join("")}`);
  const data = valuesOf(plain, log.data);
  for (const [i, field] of indexed.entries()) args[field.name] = topics[i];
  for (const [i, field] of plain.entries()) args[field.name] = data[i];
  return { name, args };
}

function shapeOf(abi: Interface, topic: string | undefined): EventShape | undefined {
  if (topic === undefined) return undefined;
  const known = shapes.get(topic);
  if (known) return known;
  const fragment = abi.getEvent(topic);
  if (!fragment) return undefined;
  const inputs = fragment.inputs.map((input) => ({ indexed: input.indexed === true, type: textAsBytes(input) }));
  const shape = {
    name: fragment.name,
    indexed: inputs.flatMap(({ indexed, type }) => (indexed ? [type] : [])),
    plain: inputs.flatMap(({ indexed, type }) => (indexed ? [] : [type])),
  };
  shapes.set(topic, shape);
  return shape;
}

function textAsBytes(input: ParamType): ParamType {
  const text = input.format("full").replace(/ indexed\b/, "");
  return ParamType.from(text.replaceAll(/\bstring\b/g, "bytes"));
}

/** Most events are made of single words, which are read here at a tenth of the cost. */
function valuesOf(types: ParamType[], data: string): unknown[] {
  if (!types.every(({ type }) => /^(uint\d+|bytes32|address|bool)$/.test(type))) return [...coder.decode(types, data)];
  if (data.length !== 2 + 64 * types.length)
    throw new Error(`${(data.length - 2) / 2} bytes instead of ${32 * types.length}`);
  return types.map(({ type }, i) => {
    const word = data.slice(2 + 64 * i, 2 + 64 * (i + 1));
    if (type === "bytes32") return `0x${word}`;
    if (type === "address") return `0x${word.slice(24)}`;
    return type === "bool" ? BigInt(`0x${word}`) !== 0n : BigInt(`0x${word}`);
  });
}

const withoutPrefix = (hex: string): string => hex.slice(2);
