import { SwarmError } from "../../../core/errors.ts";
import { rpcMessageOf } from "../rpc/jsonRpc.ts";

/** What an endpoint meant by refusing a transaction. Nodes agree on the meanings, not on the words. */
export type SendProblem =
  | "known"
  | "nonce-used"
  | "nonce-gap"
  | "price"
  | "funds"
  | "unsupported"
  | "not-mined-yet"
  | "busy"
  | "other";

const PATTERNS: readonly [SendProblem, RegExp][] = [
  ["known", /already known|known transaction|already imported|already in the pool/i],
  [
    "nonce-used",
    /nonce too low|nonce is too low|lower than the (sender'?s )?(current )?nonce|replacement transaction underpriced/i,
  ],
  ["nonce-gap", /nonce too high|nonce too distant|too distant|exceeds next nonce/i],
  ["price", /underpriced|gas price|max fee per gas|base ?fee/i],
  ["funds", /insufficient funds|upfront cost|doesn't have enough funds/i],
  ["busy", /indexing is in progress|txpool is full|too many requests|rate limit/i],
  ["not-mined-yet", /timeout|timed out/i],
  ["unsupported", /method not found|does not exist|not available|not supported|unknown method|unsupported method/i],
];

/** undefined where the error is no answer of the endpoint at all. */
export function sendProblemOf(error: unknown): SendProblem | undefined {
  const message = rpcMessageOf(error);
  if (message === undefined) return undefined;
  if ((error as SwarmError).data.rpcCode === -32601) return "unsupported";
  return PATTERNS.find(([, pattern]) => pattern.test(message))?.[0] ?? "other";
}

/** The error a caller sees when the account cannot pay. */
export function noFunds(account: string, cause: unknown): SwarmError {
  return new SwarmError(
    "CHAIN_NO_FUNDS",
    `The account ${account} cannot pay for gas on this chain. Send it some of the chain's currency, or run the chain with free gas.`,
    { account },
    cause,
  );
}
