import type { Finality } from "../deployment.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { type BlockHeader, hex, parseHeader, requireHeader } from "../rpc/header.ts";

/**
 * The last block whose events count (R9).
 * @param announced the latest block, where the endpoint has just announced it
 * @returns undefined where no block is final yet
 */
export async function finalHead(
  endpoint: Endpoint,
  finality: Finality,
  announced: BlockHeader | undefined,
  signal: AbortSignal,
): Promise<BlockHeader | undefined> {
  const at = (tag: string): Promise<unknown> => endpoint.request("eth_getBlockByNumber", [tag, false], signal);
  switch (finality.kind) {
    case "immediate":
      return announced ?? requireHeader(await at("latest"), "the latest block");
    case "finalized":
      return parseHeader(await at("finalized"));
    case "confirmations": {
      const latest = announced ?? requireHeader(await at("latest"), "the latest block");
      const number = latest.number - finality.blocks;
      return number < 0 ? undefined : parseHeader(await at(hex(number)));
    }
  }
}
